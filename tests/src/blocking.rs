//! Requests from code that is not async.

use std::cell::RefCell;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use linq::{Client, Ensured, Error, Response, WriteOutcome};
use linq_sandbox::{Card, Fault, Sandbox};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{TestClock, builder, start_with};

const NUMBER: &str = "+15551234567";

/// A sandbox on a runtime of its own, as if it were another machine, and a client.
struct Fixture {
    runtime: Runtime,
    sandbox: Sandbox,
    client: Client,
    clock: TestClock,
}

fn start() -> Fixture {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (sandbox, client, clock) = runtime.block_on(start_with([Card::example()]));
    Fixture {
        runtime,
        sandbox,
        client,
        clock,
    }
}

fn assert_in_runtime(error: &Error) {
    assert!(error.is_invalid_input());
    assert_eq!(
        error.to_string(),
        "invalid input: a blocking call would block the Tokio runtime; await the request, \
         or call it in `tokio::task::spawn_blocking`"
    );
}

#[test]
fn a_call_returns_what_awaiting_returns() {
    let fixture = start();
    let Fixture {
        sandbox, client, ..
    } = &fixture;
    let cards = client.contact_card();
    assert_eq!(cards.retrieve().call().unwrap().contact_cards.len(), 1);
    let response: Response<_> = cards
        .update(NUMBER)
        .first_name("Ann")
        .header("x-team", "red")
        .send_blocking()
        .unwrap();
    assert_eq!((response.status().as_u16(), response.attempts()), (200, 1));
    assert!(response.trace_id().is_some());
    assert_eq!(response.into_value().first_name, "Ann");
    let requests = sandbox.requests();
    let header = requests.last().unwrap().headers.get("x-team");
    assert_eq!(header.unwrap(), "red");
}

#[test]
fn errors_and_retries_are_the_same() {
    let fixture = start();
    let Fixture {
        sandbox,
        client,
        clock,
        ..
    } = &fixture;
    let cards = client.contact_card();
    sandbox.misbehave(Fault::error(503, 3001, "x").times(2));
    cards.retrieve().call().unwrap();
    assert_eq!(clock.waits().len(), 2);

    sandbox.misbehave(Fault::error(403, 2005, "Access denied"));
    let error = cards.retrieve().call().unwrap_err();
    assert!(error.is_permission(), "{error}");

    sandbox.misbehave(Fault::error(503, 3001, "x").always());
    let error = cards.retrieve().max_retries(0).call().unwrap_err();
    assert_eq!((error.is_server(), error.attempts()), (true, 1));
    let error = cards.update(NUMBER).first_name("Ann").call().unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));

    let error = cards.get("5551234567").call().unwrap_err();
    assert!(error.is_invalid_input() && error.attempts() == 0);
}

#[test]
fn a_call_times_out() {
    let fixture = start();
    let Fixture {
        runtime,
        sandbox,
        client,
        clock,
    } = &fixture;
    sandbox.misbehave(Fault::stall().always());
    let retrieve = client.contact_card().retrieve();
    let call = thread::spawn(|| retrieve.call());
    runtime.block_on(sandbox.wait_for_requests(1));
    clock.expire_timeouts();
    let error = call.join().unwrap().unwrap_err();
    assert_eq!((error.is_timeout(), error.attempts()), (true, 3));
}

/// The timers of the machine work, too.
#[test]
fn a_call_waits_as_long_as_its_timeout() {
    let fixture = start();
    let sandbox = &fixture.sandbox;
    sandbox.misbehave(Fault::stall().always());
    let client = builder(sandbox).max_retries(0).build().unwrap();
    let retrieve = client.contact_card().retrieve();
    let error = retrieve.timeout(Duration::from_millis(20)).call();
    assert!(error.unwrap_err().is_timeout());
}

#[test]
fn threads_share_a_client() {
    const THREADS: usize = 16;
    const CALLS: usize = 10;
    let fixture = start();
    let Fixture {
        sandbox, client, ..
    } = &fixture;
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..CALLS {
                    let get = client.contact_card().get(NUMBER);
                    assert_eq!(get.call().unwrap().unwrap().phone_number, NUMBER);
                }
            });
        }
    });
    assert_eq!(sandbox.requests().len(), THREADS * CALLS);
}

#[test]
fn cards_are_ensured() {
    let fixture = start();
    let Fixture {
        sandbox, client, ..
    } = &fixture;
    let cards = client.contact_card();
    let planned = cards.ensure("+15557654321", "Ann").dry_run().call();
    assert!(matches!(planned.unwrap(), Ensured::Created { .. }));
    let requests = [
        cards.ensure("+15557654321", "Ann"),
        cards.ensure("5551234567", "John"),
        cards.ensure(NUMBER, "Jane"),
    ];
    let reports = cards.ensure_all(requests).concurrency(2).call().unwrap();
    let [new, invalid, changed] = &reports[..] else {
        panic!("{reports:?}");
    };
    assert!(matches!(new.result, Ok(Ensured::Created { .. })));
    assert!(invalid.result.as_ref().unwrap_err().is_invalid_input());
    assert!(matches!(changed.result, Ok(Ensured::Updated { .. })));
    assert_eq!(sandbox.cards().len(), 2);
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn page(items: std::ops::Range<usize>, next_cursor: impl Into<Value>) -> Fault {
    let chats: Vec<_> = items
        .map(|item| json!({"id": id(item), "handles": []}))
        .collect();
    Fault::status(200).json(json!({"chats": chats, "next_cursor": next_cursor.into()}))
}

#[test]
fn lists_are_iterators() {
    let fixture = start();
    let Fixture {
        sandbox, client, ..
    } = &fixture;
    let serve = || {
        sandbox.misbehave(page(0..2, "c1"));
        sandbox.misbehave(page(2..3, Value::Null));
    };
    serve();
    let chats = client.chats().list().stream_blocking();
    let ids: Vec<_> = chats.map(|chat| chat.unwrap().id.to_string()).collect();
    assert_eq!(ids, [id(0), id(1), id(2)]);

    serve();
    let pages = client.chats().list().pages_blocking();
    let lengths: Vec<_> = pages.map(|page| page.unwrap().chats.len()).collect();
    assert_eq!(lengths, [2, 1]);
}

#[test]
fn an_iterator_ends_after_an_error() {
    let fixture = start();
    let Fixture {
        sandbox, client, ..
    } = &fixture;
    sandbox.misbehave(page(0..1, "c1"));
    sandbox.misbehave(Fault::error(403, 2005, "x"));
    let mut chats = client.chats().list().stream_blocking();
    assert!(chats.next().unwrap().is_ok());
    assert!(chats.next().unwrap().unwrap_err().is_permission());
    assert!(chats.next().is_none());
    assert_eq!(sandbox.requests().len(), 2);
}

/// What a call, an iterator and a run over many cards do where they must not block.
fn assert_refused(client: &Client) {
    let cards = client.contact_card();
    assert_in_runtime(&cards.retrieve().call().unwrap_err());
    let ensure = cards.ensure_all([cards.ensure(NUMBER, "Ann")]);
    assert_in_runtime(&ensure.call().unwrap_err());
    let mut chats = client.chats().list().stream_blocking();
    assert_in_runtime(&chats.next().unwrap().unwrap_err());
    assert!(chats.next().is_none());
}

#[test]
fn an_async_task_is_not_blocked() {
    let fixture = start();
    let Fixture {
        runtime,
        sandbox,
        client,
        ..
    } = &fixture;
    let task = async |client: Client| {
        assert_refused(&client);
        // The task still has all of its budget.
        assert!(tokio::task::coop::has_budget_remaining());
        client.contact_card().retrieve().await.unwrap();
    };
    runtime.block_on(task(client.clone()));
    let spawned = runtime.spawn(task(client.clone()));
    runtime.block_on(spawned).unwrap();
    let current_thread = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    current_thread.block_on(task(client.clone()));
    let local = tokio::task::LocalSet::new();
    current_thread.block_on(local.run_until(task(client.clone())));
    assert_eq!(sandbox.requests().len(), 4);
}

#[test]
fn threads_of_a_runtime_that_may_block_can_call() {
    let fixture = start();
    let Fixture {
        runtime, client, ..
    } = &fixture;
    let client = client.clone();
    let call = move || client.contact_card().retrieve().call().map(drop);
    let call = Arc::new(call);
    let in_pool = Arc::clone(&call);
    let spawned = runtime.spawn_blocking(move || in_pool());
    runtime.block_on(spawned).unwrap().unwrap();
    let in_place = Arc::clone(&call);
    let spawned = runtime.spawn(async move { tokio::task::block_in_place(|| in_place()) });
    runtime.block_on(spawned).unwrap().unwrap();
    let _entered = runtime.enter();
    call().unwrap();
}

#[test]
fn what_has_been_used_can_be_dropped_in_a_task() {
    let fixture = start();
    let Fixture {
        runtime,
        sandbox,
        client,
        ..
    } = &fixture;
    client.contact_card().retrieve().call().unwrap();
    sandbox.misbehave(page(0..2, "c1"));
    let mut chats = client.chats().list().stream_blocking();
    chats.next().unwrap().unwrap();
    let client = client.clone();
    runtime.block_on(async move {
        drop(chats);
        // On the connection of the other runtime.
        client.contact_card().retrieve().await.unwrap();
        drop(client);
    });
}

/// The connections of a runtime end with it, and a call makes new ones.
#[test]
fn a_client_of_a_runtime_that_has_ended_can_call() {
    let fixture = start();
    let Fixture {
        sandbox, client, ..
    } = &fixture;
    let other = Runtime::new().unwrap();
    other.block_on(async { client.contact_card().retrieve().await.unwrap() });
    drop(other);
    client.contact_card().retrieve().call().unwrap();
    assert_eq!(sandbox.requests().len(), 2);
}

/// Makes a call when it is dropped.
struct CallsAtEnd(Client, mpsc::Sender<Result<(), Error>>);

impl Drop for CallsAtEnd {
    fn drop(&mut self) {
        let outcome = self.0.contact_card().retrieve().call();
        self.1.send(outcome.map(drop)).unwrap();
    }
}

/// A panic there would abort the process. Which of the values is dropped while Tokio still works on
/// this thread depends on the platform.
#[test]
fn the_destructor_of_a_thread_local_can_not_panic() {
    thread_local! {
        static FIRST: RefCell<Option<CallsAtEnd>> = const { RefCell::new(None) };
        static LAST: RefCell<Option<CallsAtEnd>> = const { RefCell::new(None) };
    }

    let fixture = start();
    let client = fixture.client.clone();
    let (sender, outcomes) = mpsc::channel();
    let thread = thread::spawn(move || {
        FIRST.set(Some(CallsAtEnd(client.clone(), sender.clone())));
        client.contact_card().retrieve().call().unwrap();
        LAST.set(Some(CallsAtEnd(client, sender)));
    });
    thread.join().unwrap();
    let outcomes: Vec<_> = outcomes.iter().collect();
    assert_eq!(outcomes.len(), 2);
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(error.is_invalid_input(), "{error}");
    }
}
