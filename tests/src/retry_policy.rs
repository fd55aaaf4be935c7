//! The retry policy: how often each operation is sent under each fault, and the outcome.

use std::net::TcpListener;
use std::time::Duration;

use insta::assert_snapshot;
use linq::{Client, Result};
use linq_sandbox::{Fault, Sandbox};
use serde_json::json;

use crate::operations::{self, Call};
use crate::support::{TestClock, builder, builder_at};

fn faults() -> Vec<(&'static str, Fault)> {
    let error = |status, code| Fault::error(status, code, "message");
    vec![
        ("cut before the response", Fault::cut()),
        (
            "200, cut within the body",
            Fault::status(200)
                .body("{\"contact_cards\": []}")
                .cut_after(3),
        ),
        (
            "200, cut, x-should-retry: false",
            Fault::status(200)
                .body("{\"contact_cards\": []}")
                .header("x-should-retry", "false")
                .cut_after(3),
        ),
        ("200 that is not JSON", Fault::status(200).body("<html>")),
        (
            "200 no JSON, x-should-retry: true",
            Fault::status(200)
                .body("<html>")
                .header("x-should-retry", "true"),
        ),
        (
            "301",
            Fault::status(301).header("location", "https://example.com/"),
        ),
        (
            "303",
            Fault::status(303).header("location", "https://example.com/"),
        ),
        (
            "307",
            Fault::status(307).header("location", "https://example.com/"),
        ),
        ("400 1003", error(400, 1003)),
        ("401 2004", error(401, 2004)),
        ("403 2005", error(403, 2005)),
        ("404 2001", error(404, 2001)),
        ("404 2012", error(404, 2012)),
        ("408, no body", Fault::status(408)),
        ("409 2014", error(409, 2014)),
        (
            "409 2014, x-should-retry: true",
            error(409, 2014).header("x-should-retry", "true"),
        ),
        ("409, no body", Fault::status(409)),
        ("429 1007, wait 60 s", error(429, 1007).retry_after(60)),
        ("429 1007, wait 61 s", error(429, 1007).retry_after(61)),
        ("429 1007, no wait given", error(429, 1007)),
        ("429 1007, wait 0 s", error(429, 1007).retry_after(0)),
        (
            "429, no body, wait is over",
            Fault::status(429).header("retry-after", "Fri, 02 Jan 2026 03:04:00 GMT"),
        ),
        (
            "429, no body, wait 1 s",
            Fault::status(429).header("retry-after", "1"),
        ),
        ("499, no body", Fault::status(499)),
        ("500 2022", error(500, 2022)),
        (
            "500 2022, x-should-retry: false",
            error(500, 2022).header("x-should-retry", "false"),
        ),
        ("500 2022, cut within", error(500, 2022).cut_after(9)),
        ("500 3006", error(500, 3006)),
        (
            "500 3006, x-should-retry: true",
            error(500, 3006).header("x-should-retry", "true"),
        ),
        ("502 HTML", Fault::status(502).body("<h1>Bad Gateway</h1>")),
        ("503 4004, wait 1 s", error(503, 4004).retry_after(1)),
        ("503 4004, no wait given", error(503, 4004)),
        (
            "503, no body, wait 1 s",
            Fault::status(503).header("retry-after", "1"),
        ),
        ("504, no body", Fault::status(504)),
        ("503 2022", error(503, 2022)),
        (
            "200 with an error inside",
            Fault::status(200).json(json!({"error": {"code": 2022}})),
        ),
    ]
}

/// The attempts, the outcome of a write, and whether the same request can succeed later, such as "3
/// Unknown, retryable".
fn cell(done: Result<()>) -> String {
    match done {
        Ok(()) => "1 ok".to_owned(),
        Err(error) => {
            let attempts = error.attempts();
            let outcome = error.write_outcome().map(|outcome| format!(" {outcome:?}"));
            let retryable = if error.is_retryable() {
                ", retryable"
            } else {
                ""
            };
            format!("{attempts}{}{retryable}", outcome.unwrap_or_default())
        }
    }
}

fn row(name: &str, done: Result<()>) -> String {
    format!("{name:<33} {}\n", cell(done))
}

#[tokio::test]
async fn attempts_by_operation_and_fault() {
    for call in operations::all().into_iter().chain(operations::raw()) {
        let mut table = row("no connection", without_server(&call).await);
        table += &row("no response in time", without_response(&call).await);
        for (name, fault) in faults() {
            let sandbox = Sandbox::start().await.unwrap();
            let client = client(&sandbox);
            sandbox.misbehave(fault.clone().always());
            let done = call.send(&client).await;
            let attempts = done.as_ref().err().map_or(1, linq::Error::attempts);
            assert_eq!(
                sandbox.requests().len(),
                attempts as usize,
                "{name}: {}",
                call.id
            );
            table += &row(name, done);
        }
        assert_snapshot!(format!("policy_{}", call.id), table);
    }
}

/// The budgets are off, so that only the policy decides.
fn client(sandbox: &Sandbox) -> Client {
    let builder = builder(sandbox).clock(TestClock::new());
    builder.without_budgets().build().unwrap()
}

async fn without_server(call: &Call) -> Result<()> {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let builder = builder_at(&format!("http://{free}")).clock(TestClock::new());
    call.send(&builder.without_budgets().build().unwrap()).await
}

async fn without_response(call: &Call) -> Result<()> {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = TestClock::new();
    let client = builder(&sandbox).clock(clock.clone()).without_budgets();
    let client = client.timeout(Duration::from_secs(1)).build().unwrap();
    sandbox.misbehave(Fault::stall().always());
    let arrived = async {
        sandbox.wait_for_requests(1).await;
        clock.expire_timeouts();
    };
    tokio::join!(call.send(&client), arrived).0
}
