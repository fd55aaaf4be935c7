//! The deadline applies to the whole attempt, including the body.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

use linq::Error;
use linq_sandbox::{Fault, Sandbox};
use tokio::sync::oneshot;

use crate::server::Server;
use crate::support::{TestClock, builder, builder_at, start, without_port};

#[tokio::test]
async fn a_service_that_does_not_respond_times_out() {
    let (sandbox, client, clock) = start().await;
    sandbox.misbehave(Fault::stall().always());
    let task = tokio::spawn(client.contact_card().retrieve().into_future());
    sandbox.wait_for_requests(1).await;
    clock.expire_timeouts();
    let error = task.await.unwrap().unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_connect());
    assert_eq!((error.status(), error.attempts()), (None, 3));
    assert_eq!(
        without_port(&error),
        "[host] sent no complete response within 60s; raise the timeout, or try again later [3 attempts]"
    );
}

/// The paused clock moves on while the service does not respond.
#[tokio::test(start_paused = true)]
async fn a_timeout_of_a_custom_client_is_reported_as_one() {
    let server = Server::tcp(|_, stream| async move {
        let _held = stream;
        std::future::pending().await
    })
    .await;
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(5));
    let builder = server.builder().http_client(http.build().unwrap());
    let client = builder.clock(TestClock::new()).build().unwrap();
    let error = client.contact_card().retrieve().await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable() && !error.is_connect());
    assert_eq!(
        without_port(&error),
        "[host] sent no complete response in time; raise the timeout, or try again later [3 attempts]"
    );
}

/// The error of a request with a deadline of two seconds on the machine's own clock.
async fn error_after_two_seconds(fault: Fault) -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.misbehave(fault.always());
    let client = builder(&sandbox)
        .timeout(Duration::from_secs(2))
        .build()
        .unwrap();
    client
        .contact_card()
        .retrieve()
        .max_retries(0)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_body_that_stalls_or_drips_times_out() {
    let (stalled, dripping, refused) = tokio::join!(
        error_after_two_seconds(Fault::none().stall_after(10)),
        error_after_two_seconds(Fault::none().drip(1, Duration::from_millis(20))),
        error_after_two_seconds(Fault::error(401, 2004, "Unauthorized").stall_after(10)),
    );
    for error in [&stalled, &dripping] {
        assert!(error.is_timeout() && error.is_retryable(), "{error}");
        assert_eq!(error.status().unwrap().as_u16(), 200);
        assert_eq!(error.trace_id().map(str::len), Some(32));
        assert!(
            without_port(error)
                .starts_with("200 OK, but [host] sent no complete response within 2s"),
            "{error}"
        );
    }
    assert!(
        refused.is_authentication() && !refused.is_retryable(),
        "{refused}"
    );
}

#[tokio::test]
async fn a_slow_body_within_the_deadline_is_accepted() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::none().drip(7, Duration::from_millis(1)));
    let cards = client
        .contact_card()
        .retrieve()
        .await
        .unwrap()
        .contact_cards;
    assert_eq!(cards[0].last_name.as_deref(), Some("Doe"));
}

/// The error of a request to a server that sends `head` and then `rest` without end, faster than
/// anybody reads. The deadline passes once that flows.
async fn error_of_a_flood(head: &'static str, rest: String) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let (flows, flowing) = oneshot::channel();
    let server = tokio::task::spawn_blocking(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let read = connection.read(&mut [0; 4096]).unwrap();
        assert!(read > 0);
        connection.write_all(head.as_bytes()).unwrap();
        let many = rest.repeat(1000);
        // More than fits into the buffers between here and the client.
        for _ in 0..(16 << 20) / many.len() {
            connection.write_all(many.as_bytes()).unwrap();
        }
        flows.send(()).unwrap();
        // Until the client closes the connection.
        while connection.write_all(many.as_bytes()).is_ok() {}
    });
    let clock = TestClock::new();
    let builder = builder_at(&base_url).max_response_bytes(usize::MAX);
    let client = builder.clock(clock.clone()).build().unwrap();
    let request = client.contact_card().retrieve().max_retries(0);
    let deadline = async {
        flowing.await.unwrap();
        clock.expire_timeouts();
    };
    let (done, ()) = tokio::join!(request.into_future(), deadline);
    server.await.unwrap();
    done.unwrap_err()
}

#[tokio::test]
async fn a_flood_of_chunks_times_out() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("40\r\n{}\r\n", " ".repeat(64));
    let error = error_of_a_flood(head, chunk).await;
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 200);
}

#[tokio::test]
async fn a_flood_of_interim_responses_times_out() {
    let interim = format!("HTTP/1.1 102 Processing\r\nx: {}\r\n\r\n", "x".repeat(200));
    let error = error_of_a_flood("", interim).await;
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.status(), None);
}
