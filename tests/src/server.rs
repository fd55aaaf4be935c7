//! A server that treats each connection as a test says, even in ways that break HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use linq::ClientBuilder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

use crate::support::builder_at;
use crate::tls::Http2;

/// Stops with the runtime of the test.
pub(crate) struct Server {
    scheme: &'static str,
    address: SocketAddr,
    accepted: watch::Receiver<usize>,
}

impl Server {
    /// Serves each connection by `serve`, which gets the number of connections before it.
    pub(crate) async fn tcp<F>(serve: impl Fn(usize, TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        Self::listening(listener.unwrap(), serve)
    }

    /// The same at any address.
    pub(crate) fn listening<F>(
        listener: TcpListener,
        serve: impl Fn(usize, TcpStream) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let address = listener.local_addr().unwrap();
        let (count, accepted) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let before = *count.borrow();
                tokio::spawn(serve(before, stream));
                count.send_replace(before + 1);
            }
        });
        Self {
            scheme: "http",
            address,
            accepted,
        }
    }

    /// The same over TLS; failed handshakes are left to the client.
    pub(crate) async fn tls<F>(
        config: Arc<ServerConfig>,
        serve: impl Fn(usize, TlsStream<TcpStream>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let acceptor = TlsAcceptor::from(config);
        let server = Self::tcp(move |before, stream| {
            let (acceptor, serve) = (acceptor.clone(), serve.clone());
            async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    serve(before, stream).await;
                }
            }
        });
        server.await.with_tls()
    }

    /// The same, for requests over TLS.
    pub(crate) fn with_tls(self) -> Self {
        Self {
            scheme: "https",
            ..self
        }
    }

    /// The same over HTTP/2.
    pub(crate) async fn http2<F>(
        config: Arc<ServerConfig>,
        serve: impl Fn(usize, Http2) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self::tls(config, move |before, stream| {
            let serve = serve.clone();
            async move {
                if let Some(connection) = Http2::accept(stream).await {
                    serve(before, connection).await;
                }
            }
        })
        .await
    }

    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        builder_at(&format!("{}://{}", self.scheme, self.host()))
    }

    /// How many connections there were.
    pub(crate) fn accepted(&self) -> usize {
        *self.accepted.borrow()
    }
}
