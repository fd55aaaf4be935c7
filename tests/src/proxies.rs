//! Proxies connect to the service, and their failures are told apart from those of the service.

use std::env;
use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex};

use linq::{Client, Error, WriteOutcome};
use linq_sandbox::Sandbox;
use reqwest::Proxy;
use reqwest::dns::{Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream as Stream};

use crate::server::Server;
use crate::support::{Refusing, TestClock, builder_at, without_reasons};
use crate::tls::Http2;
use crate::tls::authority::{Authority, for_host, run_alone};

/// A client of a base URL, through a proxy.
fn client(base_url: &str, proxy: &str) -> Client {
    let http = reqwest::Client::builder().proxy(Proxy::all(proxy).unwrap());
    let builder = builder_at(base_url).http_client(http.build().unwrap());
    builder.clock(TestClock::new()).build().unwrap()
}

async fn update(client: &Client) -> Error {
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    update.await.unwrap_err()
}

fn assert_not_sent(error: &Error, text: &str) {
    assert_eq!(without_reasons(&error.to_string()), text);
    assert!(error.is_connect() && error.is_retryable(), "{error}");
    assert_eq!(
        (error.attempts(), error.write_outcome()),
        (3, Some(WriteOutcome::NotSent))
    );
}

#[tokio::test]
async fn an_unreachable_proxy_is_named() {
    let refusing = Refusing::new();
    let proxy = refusing.host();
    let refused = TcpStream::connect(&proxy).unwrap_err();
    let sandbox = Sandbox::start().await.unwrap();
    let host = sandbox.origin().trim_start_matches("http://");
    for (base_url, host) in [
        (sandbox.base_url(), host),
        ("https://linq.invalid", "linq.invalid"),
    ] {
        let client = client(base_url, &format!("http://{proxy}"));
        assert_not_sent(
            &update(&client).await,
            &format!(
                "no connection to {host} through the proxy {proxy}: {refused}; \
                 check the proxy (`proxy(..)`, HTTPS_PROXY, or that of your own HTTP client) [3 attempts]"
            ),
        );
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_refusal_of_the_proxy_is_reported() {
    for answer in [
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "",
    ] {
        let proxy = Server::tcp(move |_, mut stream| async move {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await;
        let client = client("https://linq.invalid", &format!("http://{}", proxy.host()));
        assert_not_sent(
            &update(&client).await,
            "no connection to linq.invalid through the proxy: [reason]; \
             check the proxy (`proxy(..)`, HTTPS_PROXY, or that of your own HTTP client) [3 attempts]",
        );
    }
}

/// Looks every name up in vain.
struct DeadNameServer;

impl Resolve for DeadNameServer {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err(io::Error::from(io::ErrorKind::TimedOut).into()) })
    }
}

#[tokio::test]
async fn a_timeout_while_connecting_to_a_proxy_is_reported() {
    let http = reqwest::Client::builder()
        .proxy(Proxy::all("http://proxy.invalid:1").unwrap())
        .dns_resolver(DeadNameServer);
    let builder = builder_at("https://linq.invalid").http_client(http.build().unwrap());
    let client = builder.clock(TestClock::new()).build().unwrap();
    let error = update(&client).await;
    assert!(error.is_timeout(), "{error}");
    assert_not_sent(
        &error,
        "no connection to linq.invalid through the proxy in time; \
         check the network and the base URL [3 attempts]",
    );
}

#[tokio::test]
async fn an_untrusted_certificate_of_a_proxy_is_reported() {
    let proxy = Server::tls(Authority::new().server(), |_, _| async {}).await;
    let client = client("https://linq.invalid", &format!("https://{}", proxy.host()));
    let error = update(&client).await.to_string();
    assert!(
        error.starts_with("no TLS connection to the proxy: the certificate is "),
        "{error}"
    );
}

/// The head of a message, with the empty line at its end.
async fn head(stream: &mut Stream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

/// A proxy, and the heads of the requests to it.
struct Tunnels {
    server: Server,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    /// Connects everybody who sends the right authorization, if one is needed, with `target`,
    /// whatever host is asked for.
    async fn to(target: &Server, authorization: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        Self::listening(listener.unwrap(), target, authorization)
    }

    /// The same at any address.
    fn listening(
        listener: TcpListener,
        target: &Server,
        authorization: Option<&'static str>,
    ) -> Self {
        let (target, heads) = (target.host(), Arc::<Mutex<Vec<String>>>::default());
        let seen = Arc::clone(&heads);
        let server = Server::listening(listener, move |_, mut stream: Stream| {
            let (target, seen) = (target.clone(), Arc::clone(&seen));
            async move {
                let head = head(&mut stream).await;
                let is_known = authorization.is_none_or(|known| {
                    let line = format!("proxy-authorization: {known}\r\n");
                    head.to_lowercase().contains(&line.to_lowercase())
                });
                seen.lock().unwrap().push(head);
                if !is_known {
                    let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n";
                    stream.write_all(refusal).await.unwrap();
                    return;
                }
                let mut service = Stream::connect(target).await.unwrap();
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut service).await;
            }
        });
        Self { server, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// A server with a certificate for a host that does not exist.
async fn service(authority: &Authority) -> Server {
    let config = authority.server_with(for_host(HOST));
    Server::http2(config, |_, connection: Http2| connection.respond_to_all()).await
}

const HOST: &str = "linq.invalid";

/// `user` and `p@ss word`, by Basic authentication.
const AUTHORIZATION: &str = "Basic dXNlcjpwQHNzIHdvcmQ=";

#[tokio::test]
async fn a_proxy_connects_to_the_service() {
    let authority = Authority::new();
    let service = service(&authority).await;
    for (user, authorization) in [("", None), ("user:p%40ss%20word@", Some(AUTHORIZATION))] {
        let proxy = Tunnels::to(&service, authorization).await;
        let client = builder_at(&format!("https://{HOST}"))
            .api_key("sk-very-secret")
            .default_header("x-team", "red")
            .root_certificate(authority.pem())
            .proxy(format!("http://{user}{}", proxy.server.host()))
            .build()
            .unwrap();
        for _ in 0..2 {
            client.contact_card().retrieve().await.unwrap();
        }
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1, "{heads:?}");
        assert!(
            heads[0].starts_with("CONNECT linq.invalid:443 HTTP/1.1\r\n"),
            "{heads:?}"
        );
        assert_eq!(heads[0].contains(AUTHORIZATION), authorization.is_some());
        for secret in ["very-secret", "red", "contact_card"] {
            assert!(!heads[0].contains(secret), "{heads:?}");
        }
    }
}

#[tokio::test]
async fn a_refused_password_is_reported_without_it_and_not_tried_again() {
    let authority = Authority::new();
    let service = service(&authority).await;
    let proxy = Tunnels::to(&service, Some(AUTHORIZATION)).await;
    for user in ["", "user:hunter2@"] {
        let builder = builder_at(&format!("https://{HOST}"))
            .root_certificate(authority.pem())
            .clock(TestClock::new())
            .proxy(format!("http://{user}{}", proxy.server.host()));
        let mut shown = format!("{builder:#?}");
        let client = builder.build().unwrap();
        let error = update(&client).await;
        assert_eq!(
            without_reasons(&error.to_string()),
            "no connection to linq.invalid through the proxy: [reason]; \
             check the user name and the password in the URL of the proxy"
        );
        // Another try with the same password would be in vain, and can lock the user out.
        assert!(error.is_connect() && !error.is_retryable(), "{error}");
        assert_eq!(
            (error.attempts(), error.write_outcome()),
            (1, Some(WriteOutcome::NotSent))
        );
        shown += &format!("{client:#?} {error} {error:#?}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert_eq!((proxy.heads().len(), service.accepted()), (2, 0));
}

#[tokio::test]
async fn the_address_of_a_proxy_can_be_that_of_ipv6() {
    // A container can be without IPv6.
    let Ok(listener) = TcpListener::bind("[::1]:0").await else {
        return;
    };
    let authority = Authority::new();
    let service = service(&authority).await;
    let proxy = Tunnels::listening(listener, &service, Some(AUTHORIZATION));
    let through = |proxy: &str| {
        let builder = builder_at(&format!("https://{HOST}")).clock(TestClock::new());
        let builder = builder.root_certificate(authority.pem());
        builder.proxy(format!("http://{proxy}")).build().unwrap()
    };
    let client = through(&format!("user:p%40ss%20word@{}", proxy.server.host()));
    client.contact_card().retrieve().await.unwrap();
    assert_eq!(proxy.heads().len(), 1);

    let refusing = TcpSocket::new_v6().unwrap();
    refusing.bind("[::1]:0".parse().unwrap()).unwrap();
    let proxy = refusing.local_addr().unwrap().to_string();
    let refused = TcpStream::connect(&proxy).unwrap_err();
    assert_not_sent(
        &update(&through(&proxy)).await,
        &format!(
            "no connection to linq.invalid through the proxy {proxy}: {refused}; \
             check the proxy (`proxy(..)`, HTTPS_PROXY, or that of your own HTTP client) [3 attempts]"
        ),
    );
    // Without a proxy, it is the service itself.
    let client = builder_at(&format!("http://{proxy}")).clock(TestClock::new());
    assert_not_sent(
        &update(&client.build().unwrap()).await,
        &format!(
            "no connection to {proxy}: {refused}; check the network and the base URL [3 attempts]"
        ),
    );
}

/// Plain http is only for this machine, and a proxy would see the key.
#[tokio::test]
async fn plain_http_is_sent_without_a_proxy() {
    let sandbox = Sandbox::start().await.unwrap();
    let builder = builder_at(sandbox.base_url()).api_key(sandbox.api_key());
    let client = builder.proxy("http://proxy.invalid:1").build().unwrap();
    client.contact_card().retrieve().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_environment_is_used() {
    const NAME: &str = "proxies::the_proxy_of_the_environment_is_used";
    /// Tells the child process how to build its client.
    const CHILD: &str = "LINQ_TESTS_PROXY";
    /// Names the certificate to trust.
    const ROOT: &str = "LINQ_TESTS_ROOT";

    if let Some(of) = env::var_os(CHILD) {
        let builder = builder_at(&format!("https://{HOST}"))
            .max_retries(0)
            .root_certificate(std::fs::read(env::var_os(ROOT).unwrap()).unwrap());
        let builder = match of.to_str() {
            Some("builder") => builder.no_proxy(),
            _ => builder,
        };
        let outcome = builder.build().unwrap().contact_card().retrieve().await;
        match outcome {
            Ok(_) => assert_eq!(of, "environment"),
            Err(error) => assert!(of != "environment" && error.is_connect(), "{error}"),
        }
        return;
    }
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("authority.pem");
    std::fs::write(&root, authority.pem()).unwrap();
    let service = service(&authority).await;
    let proxy = Tunnels::to(&service, Some(AUTHORIZATION)).await;
    let url = format!("http://user:p%40ss%20word@{}", proxy.server.host());
    for (of, no_proxy, connections) in [
        ("environment", "", 1),
        ("environment", "other.invalid", 2),
        ("exception", HOST, 2),
        ("builder", "", 2),
    ] {
        let (url, root) = (url.clone(), root.clone());
        let child = move || {
            let variables = [
                (CHILD, Path::new(of)),
                ("HTTPS_PROXY", Path::new(&url)),
                ("NO_PROXY", Path::new(no_proxy)),
                (ROOT, &root),
            ];
            run_alone(NAME, &variables);
        };
        tokio::task::spawn_blocking(child).await.unwrap();
        assert_eq!(proxy.heads().len(), connections, "{of} {no_proxy}");
    }
}
