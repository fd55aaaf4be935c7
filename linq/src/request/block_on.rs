//! Runs a future on a thread that is not async.

use std::future;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{self, Handle};
use tokio::task::coop;

use crate::error::Error;

/// Runs a future to its end on this thread, unless that would block a runtime.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    if Handle::try_current().is_err_and(|error| error.is_thread_local_destroyed()) {
        return Err(Error::invalid_input(
            "a blocking call can't be made in the destructor of a thread-local value; \
             make it before the thread ends",
        ));
    }
    if is_in_task() {
        return Err(Error::invalid_input(
            "a blocking call would block the Tokio runtime; await the request, \
             or call it in `tokio::task::spawn_blocking`",
        ));
    }
    let runtime = runtime().map_err(|error| {
        Error::invalid_input(format!(
            "the thread for blocking calls can't be started: {error}"
        ))
    })?;
    let _entered = runtime.enter();
    Ok(poll_to_end(future))
}

/// Whether this code runs in an async task of Tokio. Those have a budget of operations, after which
/// they should pause; threads that may be blocked have none, even if they belong to a runtime.
fn is_in_task() -> bool {
    /// More than any budget has.
    const MANY: usize = 256;

    fn ends_within(operations: usize, context: &mut Context<'_>) -> bool {
        match coop::poll_proceed(context) {
            Poll::Pending => true,
            // Gives its part of the budget back when it is dropped.
            Poll::Ready(_part) => match operations.checked_sub(1) {
                Some(rest) => ends_within(rest, context),
                None => false,
            },
        }
    }
    Handle::try_current().is_ok() && ends_within(MANY, &mut Context::from_waker(Waker::noop()))
}

/// The runtime of all blocking calls. It has one thread, for connections and timers.
fn runtime() -> io::Result<Handle> {
    static STARTED: Mutex<Option<Handle>> = Mutex::new(None);

    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = &*started {
        return Ok(runtime.clone());
    }
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("linq-blocking".to_owned())
        .spawn(move || runtime.block_on(future::pending::<()>()))?;
    *started = Some(handle.clone());
    Ok(handle)
}

/// Polls a future on this thread. Unlike `block_on` of Tokio, it never panics.
fn poll_to_end<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
