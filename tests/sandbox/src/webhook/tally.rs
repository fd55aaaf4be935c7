//! Counts the deliveries that were accepted.

use std::io;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// How long to wait for a delivery.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many deliveries were accepted, and how the last attempt of any ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    accepted: usize,
    /// The status of the response, if there was one.
    last: Option<Option<u16>>,
}

impl Tally {
    /// Counts an attempt by the status of its response.
    pub(super) fn add(&mut self, status: Option<u16>) {
        self.last = Some(status);
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.accepted += 1;
        }
    }
}

/// Waits until `n` deliveries have been accepted.
pub(super) async fn wait_for(mut tally: watch::Receiver<Tally>, n: usize) -> io::Result<()> {
    if let Ok(Ok(_)) = timeout(PATIENCE, tally.wait_for(|tally| tally.accepted >= n)).await {
        return Ok(());
    }
    let Tally { accepted, last } = *tally.borrow();
    let last = match last {
        None => "there was no attempt".to_owned(),
        Some(None) => "the last attempt got no response".to_owned(),
        Some(Some(status)) => format!("the last attempt got {status}"),
    };
    Err(io::Error::new(
        io::ErrorKind::TimedOut,
        format!("{accepted} of {n} deliveries were accepted within {PATIENCE:?}; {last}"),
    ))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn waiting_ends_with_the_nth_accepted_delivery() {
        let tally = watch::Sender::<Tally>::default();
        let mut waiting = pin!(wait_for(tally.subscribe(), 2));
        for status in [Some(204), Some(500), None, Some(302)] {
            tally.send_modify(|tally| tally.add(status));
            assert!(waiting.as_mut().now_or_never().is_none(), "{status:?}");
        }
        tally.send_modify(|tally| tally.add(Some(200)));
        waiting.as_mut().now_or_never().unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_with_what_happened_last() {
        for (last, text) in [
            (
                None,
                "0 of 2 deliveries were accepted within 10s; there was no attempt",
            ),
            (
                Some(Some(200)),
                "1 of 2 deliveries were accepted within 10s; the last attempt got 200",
            ),
            (
                Some(None),
                "0 of 2 deliveries were accepted within 10s; the last attempt got no response",
            ),
        ] {
            let tally = watch::Sender::<Tally>::default();
            if let Some(status) = last {
                tally.send_modify(|tally| tally.add(status));
            }
            let error = wait_for(tally.subscribe(), 2).await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            assert_eq!(error.to_string(), text);
        }
    }
}
