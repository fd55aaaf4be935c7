//! The wait that the service asks for.

use std::time::{Duration, SystemTime};

use linq_gen::Received;

/// The longest wait that is reported.
pub(super) const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);

/// The wait that the headers `retry-after-ms` and `Retry-After` and the body's `retry_after` ask
/// for; the longest if they disagree. A wait of zero, or one that is over, counts as none.
///
/// A date is compared with the response's `Date`, so that a wrong local clock doesn't matter, or
/// else with `now`.
pub(crate) fn retry_after(
    received: &Received,
    body_seconds: Option<f64>,
    now: SystemTime,
) -> Option<Duration> {
    let now = received
        .header("date")
        .find_map(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or(now);
    let milliseconds = received
        .header("retry-after-ms")
        .filter_map(|text| seconds(text.parse::<f64>().ok()? / 1000.0));
    let header = received
        .header("retry-after")
        .filter_map(|text| parse(text, now));
    milliseconds
        .chain(header)
        .chain(body_seconds.and_then(seconds))
        .max()
        .filter(|wait| !wait.is_zero())
}

/// Reads a `Retry-After`: seconds, with or without a fraction, or an HTTP date.
fn parse(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(number) = text.parse::<f64>() {
        return seconds(number);
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default().min(LONGEST))
}

fn seconds(number: f64) -> Option<Duration> {
    if number.is_nan() || number < 0.0 {
        return None;
    }
    Some(
        Duration::try_from_secs_f64(number)
            .unwrap_or(LONGEST)
            .min(LONGEST),
    )
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use linq_gen::BodyEnd;
    use proptest::prelude::*;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    /// A day in 2026.
    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045)
    }

    #[test]
    fn zero_is_a_number() {
        assert_eq!(parse("0", now()), Some(Duration::ZERO));
    }

    proptest! {
        #[test]
        fn whole_seconds(seconds in 0..=u32::MAX) {
            let wait = parse(&seconds.to_string(), now());
            prop_assert_eq!(wait, Some(Duration::from_secs(seconds.into())));
        }

        #[test]
        fn fractions(seconds in 0..1_000_000_u64, millis in 0..1000_u64) {
            let wait = parse(&format!("{seconds}.{millis:03}"), now()).unwrap();
            let exact = Duration::from_millis(seconds * 1000 + millis);
            prop_assert!(wait.abs_diff(exact) < Duration::from_micros(1), "{wait:?}");
        }

        #[test]
        fn dates(ahead in -1_000_000_000..1_000_000_000_i64) {
            let date = now().checked_add(Duration::from_secs(ahead.max(0) as u64)).unwrap()
                - Duration::from_secs(ahead.min(0).unsigned_abs());
            let wait = parse(&httpdate::fmt_http_date(date), now());
            prop_assert_eq!(wait, Some(Duration::from_secs(ahead.max(0) as u64)));
        }

        #[test]
        fn any_other_value_is_ignored_or_bounded(text in prop_oneof![any::<String>(), r"[-+0-9.eEinfNa]{0,12}"]) {
            if let Some(wait) = parse(&text, now()) {
                prop_assert!(wait <= LONGEST);
            }
        }

        #[test]
        fn the_longest_of_headers_and_body_counts(
            header in proptest::option::of(r"[ -~]{0,12}|[-+]?[0-9.e]{1,8}|0"),
            milliseconds in proptest::option::of(r"[-+]?[0-9.e]{1,8}|0"),
            body in proptest::option::of(any::<f64>()),
        ) {
            let mut headers = HeaderMap::new();
            for (name, value) in [("retry-after", header), ("retry-after-ms", milliseconds)] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            let received = Received {
                status: StatusCode::TOO_MANY_REQUESTS,
                headers,
                redirected: false,
                body: Bytes::new(),
                end: BodyEnd::Complete,
            };
            if let Some(wait) = retry_after(&received, body, now()) {
                prop_assert!(!wait.is_zero() && wait <= LONGEST, "{wait:?}");
            }
        }

        #[test]
        fn the_wait_is_never_negative(seconds in 1..u32::MAX) {
            prop_assert_eq!(parse(&format!("-{seconds}"), now()), None);
        }
    }
}
