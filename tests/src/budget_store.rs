//! Clients count in a store that they share, as processes do in a database.

use std::collections::HashMap;
use std::future;
use std::io;
use std::panic::panic_any;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use linq::budget_store::{BudgetCall, BudgetDecision, BudgetEnd, BudgetFuture, BudgetStore};
use linq::uuid::Uuid;
use linq::{Client, Error, Result, WriteOutcome};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault, Sandbox};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::support::{PanicsAgain, Refusing, TestClock, builder, builder_at, sandbox_on, soon};

const MINUTE: Duration = Duration::from_secs(60);
const CARD: &str = "+15551234567";

/// How a store behaves.
#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Works,
    Fails,
    Stalls,
    Panics,
}

/// A store in memory, and what it was asked.
#[derive(Clone)]
struct Store {
    clock: TestClock,
    tables: Arc<Mutex<Tables>>,
    log: watch::Sender<Vec<String>>,
    /// Of `begin` and of `end`.
    moods: Arc<Mutex<[Mood; 2]>>,
}

#[derive(Default)]
struct Tables {
    calls: HashMap<Uuid, (String, SystemTime)>,
    waits: HashMap<String, SystemTime>,
}

impl Store {
    fn on(clock: &TestClock) -> Self {
        Self {
            clock: clock.clone(),
            tables: Arc::default(),
            log: watch::Sender::new(Vec::new()),
            moods: Arc::new(Mutex::new([Mood::Works; 2])),
        }
    }

    fn set_moods(&self, moods: [Mood; 2]) {
        *self.moods.lock().unwrap() = moods;
    }

    /// Logs a question, and fails or stalls in this mood.
    async fn asked(&self, line: String, of: usize) -> io::Result<()> {
        self.log.send_modify(|log| log.push(line));
        let mood = self.moods.lock().unwrap()[of];
        match mood {
            Mood::Works => Ok(()),
            Mood::Fails => Err(io::Error::other("postgres://user:hunter2@db is down")),
            Mood::Stalls => future::pending().await,
            Mood::Panics => panic_any(PanicsAgain),
        }
    }

    fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// Waits until the log has so many lines.
    async fn lines(&self, count: usize) -> Vec<String> {
        let mut log = self.log.subscribe();
        soon(log.wait_for(|log| log.len() >= count)).await.unwrap();
        self.log()
    }
}

fn key_of(call: &BudgetCall) -> String {
    format!("{} {}", call.budget, call.key)
}

impl BudgetStore for Store {
    fn begin<'a>(&'a self, call: &'a BudgetCall) -> BudgetFuture<'a, BudgetDecision> {
        Box::pin(async move {
            self.asked(format!("begin {}", key_of(call)), 0).await?;
            let now = self.clock.now();
            let mut tables = self.tables.lock().unwrap();
            tables.calls.retain(|_, (_, until)| *until > now);
            let counted = tables
                .calls
                .values()
                .filter(|(key, _)| *key == key_of(call));
            let mut counted: Vec<_> = counted.map(|(_, until)| *until).collect();
            counted.sort();
            let full = counted
                .first()
                .filter(|_| counted.len() >= call.calls as usize);
            let until = full.max(tables.waits.get(&key_of(call)));
            match until.map(|until| until.duration_since(now).unwrap_or_default()) {
                Some(wait) if !wait.is_zero() => Ok(BudgetDecision::Wait(wait)),
                _ => {
                    let counts = (key_of(call), now + call.window);
                    assert!(tables.calls.insert(call.id, counts).is_none());
                    Ok(BudgetDecision::Counted)
                }
            }
        })
    }

    fn end<'a>(&'a self, call: &'a BudgetCall, end: BudgetEnd) -> BudgetFuture<'a, ()> {
        Box::pin(async move {
            let BudgetEnd {
                counts,
                retry_after,
                ..
            } = end;
            self.asked(format!("end {counts} {retry_after:?}"), 1)
                .await?;
            let now = self.clock.now();
            let mut tables = self.tables.lock().unwrap();
            if counts {
                let (_, until) = tables.calls.get_mut(&call.id).unwrap();
                *until = now + call.window;
            } else {
                tables.calls.remove(&call.id);
            }
            if let Some(wait) = retry_after {
                tables.waits.insert(key_of(call), now + wait);
            }
            Ok(())
        })
    }
}

/// Two clients of one sandbox, with the store that they share.
struct Fixture {
    sandbox: Sandbox,
    clients: [Client; 2],
    store: Store,
    clock: TestClock,
}

async fn start() -> Fixture {
    let clock = TestClock::new();
    let store = Store::on(&clock);
    let sandbox = sandbox_on(&clock).start().await.unwrap();
    let client = || {
        let builder = builder(&sandbox).clock(clock.clone());
        builder
            .budget_store(Arc::new(store.clone()))
            .build()
            .unwrap()
    };
    Fixture {
        clients: [client(), client()],
        sandbox,
        store,
        clock,
    }
}

async fn rename(client: &Client) -> Result<()> {
    let update = client.contact_card().update(CARD).first_name("Ann");
    update.await.map(drop)
}

fn assert_not_sent(error: &Error) {
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!((error.status(), error.attempts()), (None, 0));
    assert!(error.is_retryable(), "{error}");
}

async fn refused(client: &Client) -> Error {
    let error = rename(client).await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_not_sent(&error);
    error
}

#[tokio::test]
async fn clients_share_one_budget() {
    let Fixture {
        sandbox,
        clients: [one, other],
        clock,
        ..
    } = start().await;
    rename(&one).await.unwrap();
    clock.advance(MINUTE);
    rename(&other).await.unwrap();
    rename(&one).await.unwrap();
    for client in [&one, &other] {
        let error = refused(client).await;
        assert_eq!(error.retry_after(), Some(9 * MINUTE));
        assert_eq!(
            error.to_string(),
            "nothing was sent: the budget of 3 calls in 600s for this phone number is used up, \
             or the service asked for a wait; try again in 540s"
        );
    }
    clock.advance(9 * MINUTE);
    rename(&other).await.unwrap();
    refused(&one).await;

    one.chats()
        .share_contact_card(EXAMPLE_CHAT_ID)
        .await
        .unwrap();
    let share = other.chats().share_contact_card(EXAMPLE_CHAT_ID);
    assert!(share.await.unwrap_err().is_rate_limited());
    assert_eq!(sandbox.requests().len(), 5);
}

#[tokio::test]
async fn calls_at_once_do_not_exceed_the_budget() {
    let Fixture {
        sandbox, clients, ..
    } = start().await;
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let client = clients[n % 2].clone();
        tasks.spawn(async move { rename(&client).await });
    }
    let sent = tasks
        .join_all()
        .await
        .iter()
        .filter(|done| done.is_ok())
        .count();
    assert_eq!((sent, sandbox.requests().len()), (3, 3));
}

#[tokio::test]
async fn the_store_is_asked_for_writes_with_a_budget_only() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        ..
    } = start().await;
    client.contact_card().retrieve().await.unwrap();
    assert_eq!(store.log(), [""; 0]);
    let unlimited = builder(&sandbox).budget_store(store.clone());
    rename(&unlimited.without_budgets().build().unwrap())
        .await
        .unwrap();
    assert_eq!(store.log(), [""; 0]);
    rename(&client).await.unwrap();
    assert_eq!(
        store.log(),
        ["begin contact_card_writes +15551234567", "end true None"]
    );
}

/// The place of an attempt is free before the next one begins.
#[tokio::test]
async fn an_attempt_that_was_not_sent_gives_its_place_back() {
    let refusing = Refusing::new();
    let clock = TestClock::new();
    let store = Store::on(&clock);
    let builder = builder_at(&refusing.base_url())
        .clock(clock)
        .write_budget(1, MINUTE);
    let client = builder.budget_store(store.clone()).build().unwrap();
    let error = rename(&client).await.unwrap_err();
    assert_eq!((error.is_connect(), error.attempts()), (true, 3));
    let attempt = ["begin contact_card_writes +15551234567", "end false None"];
    assert_eq!(store.log(), [attempt; 3].concat());
    assert!(store.tables.lock().unwrap().calls.is_empty());
}

#[tokio::test]
async fn a_wait_that_the_service_asks_for_is_shared() {
    let Fixture {
        sandbox,
        clients: [one, other],
        clock,
        ..
    } = start().await;
    let limited = |seconds| Fault::error(429, 1007, "Rate limit exceeded").retry_after(seconds);
    sandbox.misbehave(limited(300));
    rename(&one).await.unwrap_err();
    assert_eq!(refused(&other).await.retry_after(), Some(5 * MINUTE));
    clock.advance(5 * MINUTE);
    rename(&other).await.unwrap();

    // An endless wait is one of a day.
    sandbox.misbehave(limited(99_999_999));
    rename(&one).await.unwrap_err();
    assert_eq!(refused(&other).await.retry_after(), Some(24 * 60 * MINUTE));
}

#[tokio::test]
async fn a_retry_is_counted_after_the_wait() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        ..
    } = start().await;
    sandbox.misbehave(Fault::error(429, 1007, "Rate limit exceeded").retry_after(30));
    rename(&client).await.unwrap();
    let begin = "begin contact_card_writes +15551234567";
    let ends = ["end true Some(30s)", "end true None"];
    assert_eq!(store.log(), [begin, ends[0], begin, ends[1]]);
}

#[tokio::test]
async fn nothing_is_sent_if_the_store_fails() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        ..
    } = start().await;
    store.set_moods([Mood::Fails, Mood::Works]);
    let error = rename(&client).await.unwrap_err();
    assert!(
        error.is_budget_store() && !error.is_rate_limited(),
        "{error}"
    );
    assert_not_sent(&error);
    assert_eq!(
        error.to_string(),
        "nothing was sent: the budget store failed; the source of this error says why; try again later"
    );
    assert!(!format!("{error:?} {error:#?}").contains("hunter2"));
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.is::<io::Error>() && source.to_string().contains("is down"));
    // The store may still have counted it.
    assert_eq!(store.lines(2).await[1], "end false None");
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn a_store_that_does_not_decide_is_given_as_long_as_an_attempt() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        clock,
    } = start().await;
    store.set_moods([Mood::Stalls, Mood::Works]);
    clock.expire_timeouts();
    let error = rename(&client).await.unwrap_err();
    assert!(error.is_budget_store(), "{error}");
    assert_not_sent(&error);
    assert_eq!(
        error.to_string(),
        "nothing was sent: the budget store did not decide within 60s; try again later"
    );
    assert_eq!(store.lines(2).await[1], "end false None");
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn the_result_of_a_call_does_not_depend_on_how_it_ends_in_the_store() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        clock,
    } = start().await;
    store.set_moods([Mood::Works, Mood::Fails]);
    rename(&client).await.unwrap();
    store.set_moods([Mood::Works, Mood::Stalls]);
    let stalled = tokio::spawn(async move { rename(&client).await });
    store.lines(4).await;
    clock.expire_timeouts();
    soon(stalled).await.unwrap().unwrap();
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn a_dropped_call_ends() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        ..
    } = start().await;
    sandbox.misbehave(Fault::stall().always());
    tokio::select! {
        _ = rename(&client) => panic!("answered"),
        () = sandbox.wait_for_requests(1) => {}
    }
    assert_eq!(store.lines(2).await[1], "end true None");

    // Before the store has decided, it may have counted the call.
    store.set_moods([Mood::Stalls, Mood::Works]);
    tokio::select! {
        _ = rename(&client) => panic!("answered"),
        _ = store.lines(3) => {}
    }
    assert_eq!(store.lines(4).await[3], "end false None");
    assert_eq!(sandbox.requests().len(), 1);
}

/// Nobody can tell the store, which then counts the call for a whole window.
#[test]
fn a_call_can_be_dropped_outside_of_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fixture = runtime.block_on(start());
    fixture.sandbox.misbehave(Fault::stall().always());
    let [client, _] = &fixture.clients;
    let mut call = Box::pin(rename(client));
    runtime.block_on(async {
        tokio::select! {
            _ = &mut call => panic!("answered"),
            () = fixture.sandbox.wait_for_requests(1) => {}
        }
    });
    drop(call);
    assert_eq!(fixture.store.log().len(), 1);
    assert_eq!(fixture.store.tables.lock().unwrap().calls.len(), 1);
}

#[tokio::test]
async fn a_store_that_panics_ends_one_call_only() {
    let Fixture {
        sandbox,
        clients: [client, _],
        store,
        ..
    } = start().await;
    store.set_moods([Mood::Panics, Mood::Works]);
    let call = tokio::spawn({
        let client = client.clone();
        async move { rename(&client).await }
    });
    let panicked = call.await.unwrap_err().into_panic();
    // Dropping it would panic.
    std::mem::forget(panicked);
    assert_eq!(store.lines(2).await[1], "end false None");
    assert_eq!(sandbox.requests().len(), 0);

    store.set_moods([Mood::Works, Mood::Panics]);
    rename(&client).await.unwrap();
    store.set_moods([Mood::Works; 2]);
    rename(&client).await.unwrap();
    assert_eq!(sandbox.requests().len(), 2);
}

#[tokio::test]
async fn the_window_can_be_added_to_the_time() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = TestClock::new();
    let store = Store::on(&clock);
    let builder = builder(&sandbox).clock(clock).budget_store(store.clone());
    let client = builder.write_budget(1, Duration::MAX).build().unwrap();
    rename(&client).await.unwrap();
    let error = refused(&client).await;
    let longest = Duration::from_secs(u32::MAX.into());
    assert_eq!(error.retry_after(), Some(longest));
}

/// A store that refuses every call, for this long.
struct Closed(Duration);

impl BudgetStore for Closed {
    fn begin<'a>(&'a self, _: &'a BudgetCall) -> BudgetFuture<'a, BudgetDecision> {
        Box::pin(future::ready(Ok(BudgetDecision::Wait(self.0))))
    }

    fn end<'a>(&'a self, _: &'a BudgetCall, _: BudgetEnd) -> BudgetFuture<'a, ()> {
        panic!("the call was not counted")
    }
}

#[tokio::test]
async fn the_wait_of_a_store_is_never_zero_and_can_be_waited_for() {
    let sandbox = Sandbox::start().await.unwrap();
    for (decided, returned) in [
        (Duration::ZERO, None),
        (Duration::from_nanos(1), Some(Duration::from_nanos(1))),
        (Duration::MAX, Some(Duration::from_secs(u32::MAX.into()))),
    ] {
        let builder = builder(&sandbox).budget_store(Closed(decided));
        let error = refused(&builder.build().unwrap()).await;
        assert_eq!(error.retry_after(), returned);
        let _ = SystemTime::now() + error.retry_after().unwrap_or_default();
    }
    assert_eq!(sandbox.requests().len(), 0);
}
