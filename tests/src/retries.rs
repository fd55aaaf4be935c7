//! Which requests are retried, how often, and after how long.

use std::time::Duration;

use linq_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::support::{NOW, TestClock, builder, start};

fn failure() -> Fault {
    Fault::error(500, 3006, "Internal server error")
}

#[tokio::test]
async fn which_statuses_are_retried() {
    for status in [
        400, 401, 403, 404, 405, 409, 410, 422, 501, 505, 408, 429, 500, 502, 503, 504, 529, 599,
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(Fault::error(status, 1, "x").always());
        let error = client.contact_card().retrieve().await.unwrap_err();
        let again = matches!(status, 408 | 429 | 500..);
        assert_eq!(error.attempts(), if again { 3 } else { 1 }, "{status}");
        assert_eq!(
            sandbox.requests().len(),
            if again { 3 } else { 1 },
            "{status}"
        );
        assert_eq!(error.is_retryable(), again, "{status}");
    }
}

#[tokio::test]
async fn connection_errors_are_retried() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::cut());
    sandbox.misbehave(Fault::none().cut_after(10));
    let response = client.contact_card().retrieve().send().await.unwrap();
    assert_eq!(response.attempts(), 3);
    assert_eq!(response.value().contact_cards.len(), 1);
    assert_eq!(clock.waits().len(), 2);
}

#[tokio::test]
async fn retries_can_be_set_per_client_and_per_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = builder(&sandbox)
        .clock(TestClock::new())
        .max_retries(4)
        .build()
        .unwrap();
    sandbox.misbehave(failure().always());
    let of_client = client.contact_card().retrieve().await.unwrap_err();
    let of_request = client
        .contact_card()
        .retrieve()
        .max_retries(1)
        .await
        .unwrap_err();
    assert_eq!((of_client.attempts(), of_request.attempts()), (5, 2));
}

#[tokio::test]
async fn backoff_is_half_random_and_grows_up_to_the_cap() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(failure().always());
    let mut longest = [Duration::ZERO; 7];
    let mut shortest = [Duration::MAX; 7];
    for round in 1..=100 {
        client
            .contact_card()
            .retrieve()
            .max_retries(7)
            .await
            .unwrap_err();
        let waits = clock.waits();
        assert_eq!(waits.len(), 7 * round);
        for (n, wait) in waits[7 * (round - 1)..].iter().enumerate() {
            longest[n] = longest[n].max(*wait);
            shortest[n] = shortest[n].min(*wait);
        }
    }
    // If 100 waits are spread evenly between half the cap and the cap, the chance that all of them
    // are in one half of that range is about 1 in 10^30.
    for (n, cap) in [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0].into_iter().enumerate() {
        let (shortest, longest) = (shortest[n].as_secs_f64(), longest[n].as_secs_f64());
        let middle = cap * 0.75;
        assert!((cap / 2.0..middle).contains(&shortest), "{shortest}: {cap}");
        assert!(middle < longest && longest <= cap, "{longest}: {cap}");
    }
    let mut waits = clock.waits();
    waits.sort();
    waits.dedup();
    assert!(waits.len() > 600, "{} of 700 waits differ", waits.len());
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let at = |date: &str| {
        Fault::status(503)
            .header("date", NOW)
            .header("retry-after", date)
    };
    for (fault, asked) in [
        (Fault::status(429).header("retry-after", "7"), 7.0),
        (Fault::status(500).header("retry-after", " 1.25 "), 1.25),
        (at("Fri, 02 Jan 2026 03:04:35 GMT"), 30.0),
        (at("Friday, 02-Jan-26 03:04:35 GMT"), 30.0),
        (Fault::status(429).header("retry-after-ms", "1500"), 1.5),
        (
            Fault::status(429)
                .header("retry-after-ms", "1500")
                .header("retry-after", "2"),
            2.0,
        ),
        (
            Fault::status(429).json(json!({"error": {"code": 1007, "retry_after": 30}})),
            30.0,
        ),
        (
            Fault::status(429)
                .header("retry-after", "1")
                .header("retry-after", "9"),
            9.0,
        ),
        (Fault::status(429).header("retry-after", "60"), 60.0),
    ] {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(fault);
        client.contact_card().retrieve().await.unwrap();
        let [wait] = clock.waits()[..] else {
            panic!("{asked}")
        };
        let wait = wait.as_secs_f64();
        assert!(asked <= wait && wait < asked * 1.1 + 0.5, "{asked}: {wait}");
    }
}

/// A thousand responses with the same `Retry-After`.
#[tokio::test]
async fn retry_after_is_spread_by_jitter() {
    let (sandbox, client, clock) = start().await;
    for _ in 0..1000 {
        sandbox.misbehave(Fault::status(429).header("retry-after", "30"));
        client.contact_card().retrieve().await.unwrap();
    }
    let mut tenths = [0; 10];
    for wait in clock.waits() {
        let late = wait.as_secs_f64() - 30.0;
        assert!((0.0..=3.0).contains(&late), "{wait:?}");
        tenths[((late / 0.3) as usize).min(9)] += 1;
    }
    // 100 are expected in each; 10 standard deviations are 95.
    assert!(
        tenths.iter().all(|count| (5..195).contains(count)),
        "{tenths:?}"
    );
}

/// Responses with a wait of zero, or one that is already over.
fn waits_of_zero() -> Vec<Fault> {
    let fault = || Fault::status(429);
    vec![
        fault().header("retry-after", "0"),
        fault().header("retry-after", "-0.0"),
        fault().header("retry-after", "1e-300"),
        fault().header("retry-after-ms", "0"),
        fault()
            .header("date", NOW)
            .header("retry-after", "Fri, 02 Jan 2026 03:04:00 GMT"),
        fault().header("date", NOW).header("retry-after", NOW),
        fault().json(json!({"error": {"code": 1007, "retry_after": 0}})),
    ]
}

#[tokio::test]
async fn a_zero_retry_after_does_not_shorten_the_backoff() {
    for fault in waits_of_zero() {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(fault.clone().always());
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert_eq!((error.attempts(), error.retry_after()), (3, None));
        assert!(!error.to_string().contains("0s"), "{error}");
        let [first, second] = clock.waits()[..] else {
            panic!("{fault:?}")
        };
        let bounds = (Duration::from_millis(250), Duration::from_millis(500));
        assert!(bounds.0 <= first && first <= bounds.1, "{first:?}");
        assert!(
            bounds.0 * 2 <= second && second <= bounds.1 * 2,
            "{second:?}"
        );
    }
}

#[tokio::test]
async fn a_write_is_not_retried_after_a_zero_retry_after() {
    for fault in waits_of_zero() {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(fault);
        let rename = || {
            let update = client.contact_card().update("+15551234567");
            update.first_name("Ann").into_future()
        };
        let error = rename().await.unwrap_err();
        assert_eq!((error.attempts(), error.retry_after()), (1, None));
        assert!(error.is_rate_limited() && error.is_retryable(), "{error}");
        assert!(!error.to_string().contains("0s"), "{error}");
        assert!(clock.waits().is_empty());
        // Nor does the client refuse the next one.
        rename().await.unwrap();
        assert_eq!(sandbox.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_short_retry_after_does_not_shorten_the_backoff() {
    let (sandbox, client, clock) = start().await;
    let short = Fault::status(429).header("retry-after-ms", "1");
    sandbox.misbehave(short.clone().always());
    let cards = client.contact_card();
    cards.retrieve().max_retries(5).await.unwrap_err();
    for (wait, least) in clock.waits().iter().zip([0.25, 0.5, 1.0, 2.0, 4.0]) {
        assert!(wait.as_secs_f64() >= least, "{wait:?}");
    }
    let error = cards.retrieve().max_retries(0).await.unwrap_err();
    assert!(error.to_string().contains("try again in 1s"), "{error}");
}

#[tokio::test]
async fn a_low_max_retry_wait_does_not_remove_the_backoff() {
    for limit in [Duration::ZERO, Duration::from_nanos(1)] {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(failure().always());
        let retrieve = client.contact_card().retrieve().max_retry_wait(limit);
        retrieve.await.unwrap_err();
        let waits = clock.waits();
        let bounds = Duration::from_millis(250)..=Duration::from_millis(500);
        assert_eq!(waits.len(), 2);
        assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
    }
}

#[tokio::test]
async fn a_date_is_relative_to_the_date_header() {
    let (sandbox, client, clock) = start().await;
    // The service's clock is a day ahead of ours.
    sandbox.misbehave(
        Fault::status(503)
            .header("date", "Sat, 03 Jan 2026 03:04:05 GMT")
            .header("retry-after", "Sat, 03 Jan 2026 03:04:15 GMT"),
    );
    client.contact_card().retrieve().await.unwrap();
    let wait = clock.waits()[0].as_secs_f64();
    assert!((10.0..=11.0).contains(&wait), "{wait}");
}

#[tokio::test]
async fn an_invalid_retry_after_is_ignored() {
    for header in ["soon", "-5", "NaN", "", "0x10", "Fri, 99 Foo 2026"] {
        let (sandbox, client, clock) = start().await;
        sandbox.misbehave(Fault::status(503).header("retry-after", header));
        client.contact_card().retrieve().await.unwrap();
        let [wait] = clock.waits()[..] else {
            panic!("{header}")
        };
        assert!(wait <= Duration::from_millis(500), "{header}: {wait:?}");
    }
}

#[tokio::test]
async fn a_retry_after_above_the_cap_is_not_waited_for() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::status(429).header("retry-after", "61").always());
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert_eq!(
        (error.attempts(), error.retry_after()),
        (1, Some(Duration::from_secs(61)))
    );
    assert!(clock.waits().is_empty());

    sandbox.misbehave(Fault::none());
    let cap = Duration::from_secs(61);
    let error = client
        .contact_card()
        .retrieve()
        .max_retry_wait(cap)
        .await
        .unwrap_err();
    assert_eq!((error.attempts(), clock.waits().len()), (3, 2));
    let within = cap..=cap + Duration::from_millis(6_100);
    assert!(clock.waits().iter().all(|wait| within.contains(wait)));

    sandbox.behave();
    for endless in [
        "1e300",
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        sandbox.misbehave(Fault::status(429).header("retry-after", endless));
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert!(
            error.retry_after() > Some(Duration::from_secs(4_000_000_000)),
            "{endless}"
        );
        assert_eq!(error.attempts(), 1);
    }
}

#[tokio::test]
async fn x_should_retry_decides() {
    for (status, says, attempts) in [
        (500, "false", 1),
        (429, "False", 1),
        (400, "true", 3),
        (409, "TRUE", 3),
        (500, "maybe", 3),
    ] {
        let (sandbox, client, _) = start().await;
        sandbox.misbehave(
            Fault::status(status)
                .header("x-should-retry", says)
                .always(),
        );
        let error = client.contact_card().retrieve().await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{status} {says}");
        assert_eq!(error.is_retryable(), attempts == 3, "{status} {says}");
    }
}

#[tokio::test]
async fn a_dropped_request_is_not_retried() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::stall());
    let task = tokio::spawn(client.contact_card().retrieve().into_future());
    sandbox.wait_for_requests(1).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    // A request that is sent now would come after any that the dropped one still sends.
    client.contact_card().retrieve().await.unwrap();
    assert_eq!(sandbox.requests().len(), 2);
    assert!(clock.waits().is_empty());
}
