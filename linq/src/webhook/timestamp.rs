//! Checks the age of a delivery.

use std::time::{Duration, SystemTime};

use super::error::{WebhookError, WebhookErrorKind};

/// Checks that `text`, the value of the header `name`, is a time within `tolerance` of `now`.
pub(crate) fn check(
    name: &'static str,
    text: &[u8],
    now: SystemTime,
    tolerance: Duration,
) -> Result<(), WebhookError> {
    let sent = unix_seconds(text).ok_or_else(|| {
        WebhookError::in_header(
            WebhookErrorKind::InvalidTimestamp,
            name,
            "is not a Unix timestamp in seconds, such as 1767323045",
        )
    })?;
    // In whole seconds, like the timestamp.
    let now = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(Duration::ZERO, |passed| {
            Duration::from_secs(passed.as_secs())
        });
    let problem = if now > sent.saturating_add(tolerance) {
        (
            WebhookErrorKind::TooOld,
            "is too old; unless the delivery is a replay, check this machine's clock",
        )
    } else if sent > now.saturating_add(tolerance) {
        (
            WebhookErrorKind::TooNew,
            "is in the future; check this machine's clock",
        )
    } else {
        return Ok(());
    };
    Err(WebhookError::in_header(problem.0, name, problem.1))
}

/// Only digits are accepted, since the text of the number is signed.
fn unix_seconds(text: &[u8]) -> Option<Duration> {
    if !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let seconds = str::from_utf8(text).ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_767_323_045;

    fn checked_at(text: &[u8], now: Duration, tolerance: Duration) -> Result<(), WebhookErrorKind> {
        check(
            "webhook-timestamp",
            text,
            SystemTime::UNIX_EPOCH + now,
            tolerance,
        )
        .map_err(|error| error.kind())
    }

    fn checked(text: &str) -> Result<(), WebhookErrorKind> {
        checked_at(
            text.as_bytes(),
            Duration::from_secs(NOW),
            Duration::from_secs(300),
        )
    }

    #[test]
    fn the_tolerance_applies_both_ways_to_the_second() {
        assert_eq!(checked(&NOW.to_string()), Ok(()));
        assert_eq!(checked(&(NOW - 300).to_string()), Ok(()));
        assert_eq!(
            checked(&(NOW - 301).to_string()),
            Err(WebhookErrorKind::TooOld)
        );
        assert_eq!(checked(&(NOW + 300).to_string()), Ok(()));
        assert_eq!(
            checked(&(NOW + 301).to_string()),
            Err(WebhookErrorKind::TooNew)
        );
    }

    #[test]
    fn fractions_of_a_second_do_not_count() {
        let now = Duration::from_secs(NOW) + Duration::from_millis(999);
        let text = NOW.to_string();
        assert_eq!(checked_at(text.as_bytes(), now, Duration::ZERO), Ok(()));
    }

    #[test]
    fn only_digits_are_a_timestamp() {
        for text in [
            "",
            "x",
            "-5",
            "+1767323045",
            "1767323045.0",
            " 1767323045",
            "1767323045\n",
            "0x5",
            "2026-01-02T03:04:05Z",
            "99999999999999999999",
            "\u{663}",
        ] {
            assert_eq!(
                checked(text),
                Err(WebhookErrorKind::InvalidTimestamp),
                "{text:?}"
            );
        }
        let now = Duration::from_secs(NOW);
        let unreadable = checked_at(b"176732304\xff", now, now);
        assert_eq!(unreadable, Err(WebhookErrorKind::InvalidTimestamp));
    }

    #[test]
    fn extreme_times_are_handled() {
        let last = u64::MAX.to_string();
        assert_eq!(checked(&last), Err(WebhookErrorKind::TooNew));
        assert_eq!(checked("0"), Err(WebhookErrorKind::TooOld));
        let now = Duration::from_secs(NOW);
        assert_eq!(checked_at(last.as_bytes(), now, Duration::MAX), Ok(()));
        assert_eq!(checked_at(b"0", now, Duration::MAX), Ok(()));
        let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(9);
        assert!(check("webhook-timestamp", b"0", before_1970, Duration::ZERO).is_ok());
    }
}
