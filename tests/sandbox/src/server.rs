//! Accepts connections and serves them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::connection::{Connection, Scissors};
use crate::exchange::Exchange;

/// Serves `listener` until the future is dropped, which closes every connection.
pub(crate) async fn serve(listener: TcpListener, exchange: Arc<Exchange>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(serve_connection(stream, exchange.clone()));
            }
            // The process is out of file descriptors, which lasts until some connection ends.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, exchange: Arc<Exchange>) {
    // Otherwise a response in two packets can wait 40 ms for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let scissors = Scissors::default();
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        exchange.handle(request.map(Body::new), &scissors)
    });
    // A connection ends early because of the client or a fault.
    let _ = http1::Builder::new()
        .serve_connection(Connection::new(stream, scissors.clone()), service)
        .await;
}
