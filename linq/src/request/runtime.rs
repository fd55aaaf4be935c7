//! The Tokio runtime that requests need.

use std::cell::Cell;
use std::net::Ipv4Addr;
use std::panic;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::net::UdpSocket;
use tokio::runtime::{Handle, Id};

use crate::error::Error;

thread_local! {
    /// The runtime that was last found to be complete.
    static COMPLETE: Cell<Option<Id>> = const { Cell::new(None) };
}

/// Fails unless this code runs in a Tokio runtime with time and IO enabled.
pub(super) fn check() -> Result<(), Error> {
    let Ok(runtime) = Handle::try_current() else {
        return Err(Error::invalid_input(
            "a request can only be awaited in a Tokio runtime; \
             without one, use `call()` of the feature `blocking`",
        ));
    };
    let id = Some(runtime.id());
    if COMPLETE.get() == id {
        return Ok(());
    }
    if !has_time_and_io() {
        return Err(Error::invalid_input(
            "the Tokio runtime has no timers or no IO; call `enable_all()` on its builder",
        ));
    }
    COMPLETE.set(id);
    Ok(())
}

/// Tokio can't be asked. It panics where time or IO is missing, and the panic's text is printed.
fn has_time_and_io() -> bool {
    let used = panic::catch_unwind(|| {
        drop(tokio::time::sleep(Duration::ZERO));
        // Whether the port can be bound makes no difference.
        drop(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).now_or_never());
    });
    used.is_ok()
}
