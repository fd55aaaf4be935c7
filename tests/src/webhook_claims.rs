//! Events are processed once, even if work fails or senders hang up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::routing::post;
use linq::webhook::{LinqEvent, Seen, SeenEvents, Verifier};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};

use crate::webhook_corpus::verifier;
use crate::webhooks::{BODY, deliver, serve, signed};

/// A server as the documentation of `SeenEvents` shows it, whose work waits for the test, and fails if the test says so.
#[derive(Clone)]
struct App {
    verifier: Verifier,
    seen: SeenEvents,
    /// Gets a message when work begins.
    begun: mpsc::UnboundedSender<()>,
    /// Gets a message when a handler ends, finished or not.
    ended: mpsc::UnboundedSender<()>,
    /// Gets a message when a claim is confirmed.
    confirmed: mpsc::UnboundedSender<()>,
    /// One permit lets one piece of work go on.
    go_on: Arc<Semaphore>,
    /// How many of the next pieces of work fail or panic, and how many have succeeded.
    failures: Arc<AtomicUsize>,
    panics: Arc<AtomicUsize>,
    processed: Arc<AtomicUsize>,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Sends a message when it is dropped.
struct Ended(mpsc::UnboundedSender<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

fn take_one(count: &AtomicUsize) -> bool {
    let less = |count: usize| count.checked_sub(1);
    count
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
        .is_ok()
}

async fn process(app: &App) -> Result<(), &'static str> {
    app.begun.send(()).unwrap();
    app.go_on.acquire().await.unwrap().forget();
    assert!(!take_one(&app.panics), "the work panics");
    if take_one(&app.failures) {
        return Err("the work fails");
    }
    app.processed.fetch_add(1, Ordering::SeqCst);
    Ok(())
}

async fn receive(State(app): State<App>, LinqEvent(event): LinqEvent) -> StatusCode {
    let _ended = Ended(app.ended.clone());
    let claim = match app.seen.claim(&event.event_id) {
        Seen::New(claim) => claim,
        Seen::InProgress => return StatusCode::SERVICE_UNAVAILABLE,
        Seen::Done => return StatusCode::NO_CONTENT,
    };
    let work = tokio::spawn(async move {
        process(&app).await?;
        claim.confirm();
        let _ = app.confirmed.send(());
        Ok::<(), &'static str>(())
    });
    match work.await {
        Ok(Ok(())) => StatusCode::NO_CONTENT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The same without a task for the work.
async fn receive_within(State(app): State<App>, LinqEvent(event): LinqEvent) -> StatusCode {
    let _ended = Ended(app.ended.clone());
    if let Seen::New(claim) = app.seen.claim(&event.event_id) {
        process(&app).await.unwrap();
        claim.confirm();
    }
    StatusCode::NO_CONTENT
}

struct Server {
    app: App,
    url: String,
    begun: mpsc::UnboundedReceiver<()>,
    ended: mpsc::UnboundedReceiver<()>,
    confirmed: mpsc::UnboundedReceiver<()>,
}

async fn start() -> Server {
    let (begins, begun) = mpsc::unbounded_channel();
    let (ends, ended) = mpsc::unbounded_channel();
    let (confirms, confirmed) = mpsc::unbounded_channel();
    let app = App {
        verifier: verifier(),
        seen: SeenEvents::default(),
        begun: begins,
        ended: ends,
        confirmed: confirms,
        go_on: Arc::new(Semaphore::new(0)),
        failures: Arc::default(),
        panics: Arc::default(),
        processed: Arc::default(),
    };
    let router = Router::new()
        .route("/webhooks", post(receive))
        .route("/within", post(receive_within));
    let url = serve(router.with_state(app.clone())).await;
    Server {
        app,
        url,
        begun,
        ended,
        confirmed,
    }
}

impl Server {
    async fn deliver(&self) -> u16 {
        deliver(&self.url, signed(BODY.as_bytes()), BODY).await.0
    }

    /// Sends the whole request, and hangs up once the work has begun.
    async fn deliver_and_hang_up(&mut self, path: &str) {
        let address = self.url.trim_start_matches("http://");
        let address = address.trim_end_matches("/webhooks");
        let mut sender = TcpStream::connect(address).await.unwrap();
        let length = BODY.len();
        let mut request =
            format!("POST {path} HTTP/1.1\r\nhost: a\r\ncontent-length: {length}\r\n");
        for (name, value) in &signed(BODY.as_bytes()) {
            request += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        request += &format!("\r\n{BODY}");
        sender.write_all(request.as_bytes()).await.unwrap();
        self.begun.recv().await.unwrap();
        drop(sender);
        // The server has noticed, and dropped the handler.
        self.ended.recv().await.unwrap();
    }

    fn processed(&self) -> usize {
        self.app.processed.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn work_goes_on_when_the_sender_hangs_up() {
    let mut server = start().await;
    server.deliver_and_hang_up("/webhooks").await;
    assert_eq!(server.processed(), 0);
    assert_eq!(server.deliver().await, 503);

    server.app.go_on.add_permits(1);
    server.confirmed.recv().await.unwrap();
    assert_eq!(server.deliver().await, 204);
    assert_eq!(server.processed(), 1);
}

#[tokio::test]
async fn work_dropped_with_its_handler_makes_the_event_new() {
    let mut server = start().await;
    server.deliver_and_hang_up("/within").await;
    server.app.go_on.add_permits(1);
    assert_eq!(server.deliver().await, 204);
    assert_eq!(server.processed(), 1);
}

#[tokio::test]
async fn work_that_fails_or_panics_is_done_by_the_next_delivery() {
    let server = start().await;
    server.app.go_on.add_permits(10);
    server.app.failures.store(1, Ordering::SeqCst);
    assert_eq!(server.deliver().await, 500);
    server.app.panics.store(1, Ordering::SeqCst);
    assert_eq!(server.deliver().await, 500);
    assert_eq!(server.processed(), 0);
    assert_eq!(server.deliver().await, 204);
    assert_eq!(server.deliver().await, 204);
    assert_eq!(server.processed(), 1);
}

#[tokio::test]
async fn only_one_of_many_deliveries_of_an_event_is_processed() {
    let mut server = start().await;
    let deliveries: Vec<_> = (0..20)
        .map(|_| {
            let url = server.url.clone();
            tokio::spawn(async move { deliver(&url, signed(BODY.as_bytes()), BODY).await.0 })
        })
        .collect();
    server.begun.recv().await.unwrap();
    server.app.go_on.add_permits(20);
    for delivery in deliveries {
        let status = delivery.await.unwrap();
        assert!(status == 204 || status == 503, "{status}");
    }
    assert_eq!(server.processed(), 1);
}
