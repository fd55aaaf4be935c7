//! The span of a call and the events of its attempts, as a subscriber gets them: which are at which
//! level, and what is in them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Once;
use std::time::{Duration, SystemTime};

use insta::assert_snapshot;
use linq::Clock;
use linq_gen::operations::ALL;
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Instrument as _, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use crate::operations;
use crate::support::{Refusing, TestClock, builder, builder_at, sandbox_on, start};

thread_local! {
    /// What this thread did while it was captured, in order.
    static RECORDS: RefCell<Option<Vec<Captured>>> = const { RefCell::new(None) };
}

/// The subscriber of the whole process: `tracing` remembers for each place in the code whether
/// anybody listens, and does not do so reliably while threads have subscribers of their own.
struct Recorder;

/// Captures what this thread does until it is dropped.
struct Capture;

/// A span, or an event in the span at `parent`.
#[derive(Clone, Debug)]
struct Captured {
    id: Option<Id>,
    parent: Option<Id>,
    level: Level,
    target: String,
    fields: BTreeMap<&'static str, String>,
    is_closed: bool,
}

impl Captured {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        with_records(|records| {
            let parent = context.span(id).and_then(|span| Some(span.parent()?.id()));
            let metadata = attributes.metadata();
            let mut span = Captured::new(metadata, Some(id.clone()), parent);
            attributes.record(&mut Fields(&mut span.fields));
            records.push(span);
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        with_span(id, |span| values.record(&mut Fields(&mut span.fields)));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        with_records(|records| {
            let parent = context.event_span(event).map(|span| span.id());
            let mut captured = Captured::new(event.metadata(), None, parent);
            event.record(&mut Fields(&mut captured.fields));
            records.push(captured);
        });
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        with_span(&id, |span| span.is_closed = true);
    }
}

fn with_records(change: impl FnOnce(&mut Vec<Captured>)) {
    RECORDS.with_borrow_mut(|records| {
        if let Some(records) = records {
            change(records);
        }
    });
}

fn with_span(id: &Id, change: impl FnOnce(&mut Captured)) {
    with_records(|records| {
        let mut spans = records.iter_mut().rev();
        if let Some(span) = spans.find(|record| record.id.as_ref() == Some(id)) {
            change(span);
        }
    });
}

impl Captured {
    fn new(metadata: &Metadata<'_>, id: Option<Id>, parent: Option<Id>) -> Self {
        Self {
            id,
            parent,
            level: *metadata.level(),
            target: metadata.target().to_owned(),
            fields: BTreeMap::new(),
            is_closed: false,
        }
    }
}

impl Capture {
    fn start() -> Self {
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            let targets = Targets::new().with_targets([
                ("linq", LevelFilter::TRACE),
                (module_path!(), LevelFilter::TRACE),
            ]);
            let subscriber = tracing_subscriber::registry().with(targets).with(Recorder);
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        RECORDS.set(Some(Vec::new()));
        Self
    }

    /// Takes the spans and the events of the client.
    fn take(&self) -> (Vec<Captured>, Vec<Captured>) {
        let records = RECORDS.replace(Some(Vec::new())).unwrap();
        let ours = records
            .into_iter()
            .filter(|record| record.target == "linq" || record.target.starts_with("linq::"));
        ours.partition(|record| record.id.is_some())
    }

    /// Takes the span and the events of one call.
    fn take_call(&self) -> (Captured, Vec<Captured>) {
        let (mut spans, events) = self.take();
        assert_eq!(spans.len(), 1, "{spans:?}");
        let span = spans.remove(0);
        assert!(span.is_closed);
        for event in &events {
            assert_eq!(event.parent, span.id);
        }
        (span, events)
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        RECORDS.set(None);
    }
}

/// The fields of a record, one a line, without what differs between runs.
fn shown(record: &Captured) -> String {
    let fields = record.fields.iter().map(|(name, value)| match *name {
        "server.port" => format!("{name} [port]\n"),
        "linq.trace_id" => format!("{name} [{} characters]\n", value.len()),
        _ => format!("{name} {value}\n"),
    });
    format!("{} {}\n", record.level, record.target) + &fields.collect::<String>()
}

/// A clock on which every attempt takes 1.5 s, and waits take no time.
#[derive(Clone, Debug)]
struct Slow(TestClock);

impl Clock for Slow {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.sleep(wait)
    }

    fn deadline(&self, timeout: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.advance(Duration::from_millis(1_500));
        self.0.deadline(timeout)
    }
}

/// What no log may hold: the key, and whatever the calls of the table send.
const PRIVATE: [&str; 8] = [
    "sandbox-api-key",
    "5551234567",
    "5557654321",
    "Ann",
    EXAMPLE_CHAT_ID,
    operations::EXAMPLE_LINE_ID,
    operations::EXAMPLE_SUBSCRIPTION,
    "example.com",
];

fn assert_nothing_private(records: &[Captured]) {
    for value in records.iter().flat_map(|record| record.fields.values()) {
        for private in PRIVATE {
            assert!(!value.contains(private), "{private} in {records:?}");
        }
    }
}

#[tokio::test]
async fn each_operation_has_a_span_by_the_conventions_of_opentelemetry() {
    let capture = Capture::start();
    for call in operations::all() {
        let operation = ALL.iter().find(|operation| operation.id == call.id);
        let (method, path) = operation.map(|found| (found.method, found.path)).unwrap();
        let sandbox = Sandbox::start().await.unwrap();
        let client = builder(&sandbox).without_budgets().build().unwrap();
        let port = sandbox.origin().rsplit(':').next().unwrap().to_owned();
        let name = format!("{method} {path}");
        let expected = [
            ("otel.kind", "client"),
            ("otel.name", &name),
            ("linq.operation", call.id),
            ("http.request.method", method),
            ("url.template", path),
            ("server.address", "127.0.0.1"),
            ("server.port", &port),
        ];

        call.send(&client).await.unwrap();
        let (span, events) = capture.take_call();
        assert_nothing_private(&events);
        assert_nothing_private(std::slice::from_ref(&span));
        for (name, value) in expected {
            assert_eq!(span.field(name), Some(value), "{}", call.id);
        }
        assert!(
            span.field("http.response.status_code")
                .unwrap()
                .starts_with('2')
        );
        assert_eq!(span.field("linq.trace_id").map(str::len), Some(32));
        for absent in [
            "otel.status_code",
            "error.type",
            "http.request.resend_count",
        ] {
            assert_eq!(span.field(absent), None, "{}", call.id);
        }
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0].field("message"), Some("attempt succeeded"));

        let echo = "+15551234567 Ann sandbox-api-key";
        sandbox.misbehave(Fault::error(400, 1005, echo).always());
        call.send(&client).await.unwrap_err();
        let (span, events) = capture.take_call();
        assert_nothing_private(&events);
        assert_nothing_private(std::slice::from_ref(&span));
        for (name, value) in expected {
            assert_eq!(span.field(name), Some(value), "{}", call.id);
        }
        for (name, value) in [
            ("otel.status_code", "ERROR"),
            ("http.response.status_code", "400"),
            ("error.type", "400"),
            ("linq.api_code", "1005"),
        ] {
            assert_eq!(span.field(name), Some(value), "{}", call.id);
        }
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0].field("message"), Some("attempt failed"));
    }
}

#[tokio::test]
async fn the_path_of_a_raw_request_is_not_shown() {
    let capture = Capture::start();
    let (sandbox, client, _) = start().await;
    for call in operations::raw() {
        sandbox.misbehave(Fault::status(200).body("{}"));
        call.send(&client).await.unwrap();
        let (span, events) = capture.take_call();
        let method = span.field("http.request.method").unwrap();
        assert_eq!(span.field("otel.name"), Some(method));
        assert_eq!(span.field("linq.operation"), Some("request"));
        assert_eq!(span.field("url.template"), None);
        assert_eq!(events.len(), 1, "{events:?}");
        assert_nothing_private(&events);
        assert_nothing_private(std::slice::from_ref(&span));
    }
}

/// The span and the events of a call that succeeds at its third attempt.
async fn third_attempt() -> (Captured, Vec<Captured>) {
    let clock = Slow(TestClock::new());
    let sandbox = sandbox_on(&clock.0).start().await.unwrap();
    let client = builder(&sandbox).clock(clock).build().unwrap();
    let capture = Capture::start();
    sandbox.misbehave(Fault::cut());
    sandbox.misbehave(Fault::error(429, 1007, "Slow down").retry_after(7));
    client.contact_card().retrieve().await.unwrap();
    capture.take_call()
}

#[tokio::test]
async fn each_attempt_has_an_event() {
    let (span, events) = third_attempt().await;
    assert_snapshot!("trace_span", shown(&span));
    assert_eq!(events.len(), 3);
    let waits: Vec<u64> = events[..2]
        .iter()
        .map(|event| event.field("linq.retry_wait_ms").unwrap().parse().unwrap())
        .collect();
    assert!((250..=500).contains(&waits[0]), "{waits:?}");
    assert!((7_000..=7_700).contains(&waits[1]), "{waits:?}");
    let shown: Vec<_> = events
        .into_iter()
        .map(|mut event| {
            event.fields.remove("linq.retry_wait_ms");
            shown(&event)
        })
        .collect();
    assert_snapshot!("trace_events", shown.join("\n"));
}

#[tokio::test]
async fn a_failure_without_a_response_has_a_type() {
    let capture = Capture::start();
    let refusing = Refusing::new();
    let closed = builder_at(&refusing.base_url())
        .max_retries(0)
        .build()
        .unwrap();
    closed.contact_card().retrieve().await.unwrap_err();
    let (span, events) = capture.take_call();
    assert_eq!(span.field("error.type"), Some("connect"));
    assert_eq!(span.field("http.response.status_code"), None);
    assert_eq!(events[0].field("error.type"), Some("connect"));

    for (deadline, error_type) in [(60, "timeout"), (59, "deadline")] {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(Fault::stall().always());
        let request = client.contact_card().retrieve().max_retries(0);
        let request = request.deadline(Duration::from_secs(deadline));
        let late = async {
            sandbox.wait_for_requests(1).await;
            clock.expire_timeouts();
        };
        let (outcome, ()) = tokio::join!(request.into_future(), late);
        assert!(outcome.unwrap_err().is_timeout());
        let (span, events) = capture.take_call();
        assert_eq!(span.field("error.type"), Some(error_type));
        assert_eq!(span.field("otel.status_code"), Some("ERROR"));
        assert_eq!(events[0].field("error.type"), Some(error_type));
    }

    let (_sandbox, client, _) = start().await;
    let share = || client.chats().share_contact_card(EXAMPLE_CHAT_ID);
    share().await.unwrap();
    let (_, events) = capture.take_call();
    assert_eq!(events[0].field("linq.budget_left"), Some("0"));
    share().await.unwrap_err();
    let (span, events) = capture.take_call();
    assert_eq!(span.field("error.type"), Some("budget_used_up"));
    assert!(events.is_empty(), "{events:?}");
}

#[tokio::test]
async fn a_dropped_call_is_cancelled() {
    let capture = Capture::start();
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::stall().always());
    let outer = tracing::info_span!("outer", http.response.status_code = 1, "error.type" = "x");
    async {
        tokio::select! {
            _ = client.contact_card().retrieve().into_future() => panic!("answered"),
            () = sandbox.wait_for_requests(1) => {}
        }
        assert_eq!(tracing::Span::current().id(), outer.id());
    }
    .instrument(outer.clone())
    .await;
    let (span, events) = capture.take_call();
    assert_eq!(span.parent, outer.id());
    assert_eq!(span.field("error.type"), Some("cancelled"));
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0].field("message"), Some("attempt cancelled"));
    assert_eq!(events[0].field("error.type"), Some("cancelled"));
}

#[test]
fn a_call_that_blocks_is_in_the_span_of_its_caller() {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.enable_all().worker_threads(1).build().unwrap();
    let (_sandbox, client, _) = runtime.block_on(start());
    let capture = Capture::start();
    let outer = tracing::info_span!("outer");
    let cards = outer.in_scope(|| client.contact_card().retrieve().call());
    assert_eq!(cards.unwrap().contact_cards.len(), 1);
    let (span, events) = capture.take_call();
    assert_eq!(span.parent, outer.id());
    assert_eq!(events[0].field("message"), Some("attempt succeeded"));
}

#[tokio::test]
async fn calls_at_the_same_time_keep_their_spans() {
    let capture = Capture::start();
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::error(503, 3006, "busy").times(3));
    let calls = (
        client.contact_card().retrieve().into_future(),
        client.chats().list().into_future(),
        client.phone_numbers().list().into_future(),
    );
    let (cards, chats, lines) = tokio::join!(calls.0, calls.1, calls.2);
    assert!(cards.is_ok() && chats.is_ok() && lines.is_ok());
    let (spans, events) = capture.take();
    assert_eq!((spans.len(), events.len()), (3, 6));
    for event in &events {
        let span = spans.iter().find(|span| span.id == event.parent).unwrap();
        assert_eq!(span.field("linq.operation"), event.field("linq.operation"));
    }
    assert_eq!(tracing::Span::current().id(), None);
}

#[tokio::test]
async fn each_request_of_ensure_has_a_span() {
    let capture = Capture::start();
    let (sandbox, client, _) = start().await;
    let card = r#"{"phone_number":"+15551234567","first_name":"John","is_active":true}"#;
    sandbox.misbehave(Fault::status(200).body(card).on("PATCH"));
    let ensure = client.contact_card().ensure("+15551234567", "Ann");
    assert!(ensure.await.unwrap_err().is_mismatch());
    let (spans, events) = capture.take();
    let names: Vec<_> = spans.iter().map(|span| span.field("otel.name")).collect();
    let expected = ["GET /v3/contact_card", "PATCH /v3/contact_card"];
    assert_eq!(names, expected.map(Some));
    let rejected = events.last().unwrap();
    assert_eq!(rejected.field("message"), Some("response rejected"));
    assert_eq!(rejected.field("error.type"), Some("mismatch"));
    assert_nothing_private(&events);
}
