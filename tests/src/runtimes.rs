//! What a request needs of the Tokio runtime.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use linq::{Client, Error, WriteOutcome};
use linq_sandbox::Sandbox;
use tokio::runtime::{Builder, Runtime};

use crate::support::{TestClock, builder, builder_at};

fn update(client: &Client) -> impl Future<Output = Result<(), Error>> {
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    async { update.await.map(drop) }
}

#[test]
fn a_request_outside_a_runtime_is_an_error() {
    let client = builder_at("http://127.0.0.1:9").build().unwrap();
    let mut future = pin!(client.contact_card().retrieve().send());
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = future.as_mut().poll(&mut context) else {
        panic!("the request waits");
    };
    assert_eq!(
        error.to_string(),
        "invalid input: a request can only be awaited in a Tokio runtime; \
         without one, use `call()` of the feature `blocking`"
    );
}

#[test]
fn a_runtime_without_time_or_io_is_an_error() {
    let whole = Builder::new_multi_thread().enable_all().build().unwrap();
    let sandbox = whole.block_on(Sandbox::start()).unwrap();
    let on_own_clock = builder(&sandbox).build().unwrap();
    let on_test_clock = builder(&sandbox).clock(TestClock::new()).build().unwrap();
    let incomplete: [fn() -> Runtime; 3] = [
        || Builder::new_current_thread().build().unwrap(),
        || Builder::new_current_thread().enable_time().build().unwrap(),
        || Builder::new_current_thread().enable_io().build().unwrap(),
    ];
    for client in [&on_own_clock, &on_test_clock] {
        for runtime in incomplete.map(|build| build()) {
            let error = runtime.block_on(update(client)).unwrap_err();
            assert!(error.is_invalid_input());
            assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
            assert_eq!(
                error.to_string(),
                "invalid input: the Tokio runtime has no timers or no IO; \
                 call `enable_all()` on its builder"
            );
            // Another runtime on the same thread is checked anew.
            let complete = Builder::new_current_thread().enable_all().build().unwrap();
            let retrieve = client.contact_card().retrieve();
            complete.block_on(retrieve.into_future()).unwrap();
            runtime.block_on(update(client)).unwrap_err();
        }
    }
    assert_eq!(sandbox.requests().len(), 6);
}
