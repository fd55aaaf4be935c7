//! Every operation under every fault: a typed error, or the documented success, in time.
//!
//! How often each is retried is in the tables of the retry policy; here each call is one attempt.

mod connections;
mod faults;
mod server;
mod table;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{join, join_all};
use insta::assert_snapshot;
use linq::{Attempt, AttemptEnd, Client, ClientBuilder, Observer};

use self::server::Fault;
use self::table::{joined, row};
use crate::errors::kinds;
use crate::operations::{self, Call};
use crate::support::{TestClock, soon};

const KEY: &str = "sk-very-secret-0123456789";
const MAX_BODY: usize = 4096;

/// How long a call may take under a fault that has no end, on the machine's own clock: long enough
/// for the beginning of the response to arrive.
const DEADLINE: Duration = Duration::from_secs(5);

/// What metrics and logs get to see.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<String>>);

impl Observer for Seen {
    fn attempt_ended(&self, attempt: &Attempt<'_>, end: &AttemptEnd<'_>) {
        writeln!(self.0.lock().unwrap(), "{attempt:?} {end:?}").unwrap();
    }
}

/// The results of all operations under a fault.
async fn under(name: &str, status: Option<u16>, builder: ClientBuilder) -> String {
    let seen = Seen::default();
    let builder = builder.api_key(KEY).max_retries(0).without_budgets();
    let builder = builder.max_response_bytes(MAX_BODY).observer(seen.clone());
    let client = builder.build().unwrap();
    let calls = operations::all();
    let results = calls.iter().map(|call| soon(result(call, status, &client)));
    let results = join_all(results).await;
    let seen = seen.0.lock().unwrap();
    assert_eq!(seen.lines().count(), calls.len());
    let shown = format!("status: {status:?}");
    assert!(
        seen.lines().all(|end| end.contains(&shown)),
        "{name}: {seen}"
    );
    assert!(!seen.contains("very-secret"), "{name}: {seen}");
    row(name, &results)
}

/// The kinds of the error, and the outcome of a write.
async fn result(call: &Call, status: Option<u16>, client: &Client) -> String {
    let (mut shown, done) = call.shown(client).await;
    let result = match done {
        Ok(()) => "success".to_owned(),
        Err(error) => {
            let kept = error.status().map(|it| it.as_u16());
            assert_eq!(kept, status, "{}: {error}", call.id);
            assert_eq!(error.attempts(), 1);
            let texts = [
                error.message(),
                error.body(),
                error.doc_url(),
                error.trace_id(),
            ];
            write!(shown, "{error} {error:?} {error:#?} {texts:?}").unwrap();
            let mut source = std::error::Error::source(&error);
            while let Some(error) = source {
                write!(shown, "{error} {error:?}").unwrap();
                source = error.source();
            }
            let outcome = error
                .write_outcome()
                .map(|outcome| format!(", {outcome:?}"));
            let kinds = match kinds(&error) {
                none if none.is_empty() => "other status".to_owned(),
                kinds => kinds,
            };
            kinds + &outcome.unwrap_or_default()
        }
    };
    assert!(!shown.contains("very-secret"), "{}: {shown}", call.id);
    result
}

async fn under_fault(fault: Fault, set: impl Fn(ClientBuilder) -> ClientBuilder) -> String {
    let fault = Arc::new(fault);
    let server = server::with(Arc::clone(&fault)).await;
    under(&fault.name, fault.status, set(server.builder())).await
}

/// On a clock on which no deadline passes.
async fn under_faults_that_end(faults: Vec<Fault>) -> Vec<String> {
    let mut rows = Vec::new();
    for fault in faults {
        rows.push(under_fault(fault, |builder| builder.clock(TestClock::new())).await);
    }
    rows
}

/// All at once.
async fn under_faults_without_end() -> Vec<String> {
    let faults = faults::without_end().into_iter();
    join_all(faults.map(|fault| under_fault(fault, |builder| builder.deadline(DEADLINE)))).await
}

async fn before_a_connection() -> Vec<String> {
    let (_kept, faults) = connections::all().await;
    let mut rows = Vec::new();
    for (name, builder) in faults {
        rows.push(under(name, None, builder.clock(TestClock::new())).await);
    }
    rows
}

#[tokio::test]
async fn the_result_of_each_operation_under_each_fault() {
    let quick = async {
        let mut rows = before_a_connection().await;
        rows.extend(under_faults_that_end(faults::that_end()).await);
        rows
    };
    let (slow, mut rows) = join(under_faults_without_end(), quick).await;
    rows.extend(slow);
    assert_snapshot!(joined(rows));
}

/// Elsewhere a reset can discard what arrived before it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reset_does_not_discard_what_arrived_before() {
    let rows = under_faults_that_end(faults::late_resets()).await;
    assert_snapshot!(joined(rows), @r"
    reset within the body
      connect+retryable                            reads
      connect+retryable, Unknown                   idempotent writes
      connect, Unknown                             other writes

    reset after the response
      not_found                                    reads
      not_found, Rejected                          writes
    ");
}
