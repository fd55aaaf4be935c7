//! Streams that a server resets, and connections that it shuts down.

use linq::{Client, Error, WriteOutcome};

use super::authority::Authority;
use super::http2::{CANCEL, ENHANCE_YOUR_CALM, Http2, INTERNAL_ERROR, NO_ERROR, REFUSED_STREAM};
use crate::server::Server;
use crate::support::TestClock;

#[derive(Clone, Copy, Debug)]
enum Answer {
    Reset(u32),
    /// The last stream that is processed, and the reason.
    GoAway(u32, u32),
    /// A reset after the head of a response.
    Late(u32),
}

/// A server that responds to every request like this.
async fn refusing(authority: &Authority, answer: Answer) -> Server {
    let serve = move |_, mut connection: Http2| async move {
        while let Some(stream) = connection.request().await {
            match answer {
                Answer::Reset(code) => connection.reset(stream, code).await,
                // A stream that may be processed gets no response before the connection ends.
                Answer::GoAway(last, code) if last >= stream => {
                    return connection.go_away(last, code, b"").await;
                }
                Answer::GoAway(last, code) => connection.go_away(last, code, b"").await,
                Answer::Late(code) => {
                    connection.head(stream).await;
                    connection.reset(stream, code).await;
                }
            }
        }
    };
    Server::http2(authority.server(), serve).await
}

async fn update(client: &Client) -> Error {
    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Ann");
    update.await.unwrap_err()
}

#[tokio::test]
async fn a_write_that_was_not_processed_counts_as_not_sent() {
    let authority = Authority::new();
    for answer in [Answer::Reset(REFUSED_STREAM), Answer::GoAway(0, NO_ERROR)] {
        let server = refusing(&authority, answer).await;
        let client = authority
            .builder(&server)
            .clock(TestClock::new())
            .build()
            .unwrap();
        for calls in 1..=4 {
            let error = update(&client).await;
            assert_eq!(
                error.write_outcome(),
                Some(WriteOutcome::NotSent),
                "{error}"
            );
            assert!(error.is_retryable() && error.is_connect(), "{error}");
            // It is retried, and does not count against the budget.
            assert_eq!(error.attempts(), 3, "{answer:?}");
            if let Answer::GoAway(..) = answer {
                assert_eq!(server.accepted(), 3 * calls);
            }
        }
        let text = update(&client).await.to_string();
        let text = text.replace(&server.host(), "[host]");
        assert!(
            text.starts_with("[host] did not process the request: the server sent HTTP/2 "),
            "{text}"
        );
        let read = client.contact_card().retrieve().await.unwrap_err();
        assert!(read.is_retryable(), "{read}");
    }
}

#[tokio::test]
async fn a_write_that_may_have_been_processed_is_unknown() {
    let authority = Authority::new();
    for answer in [
        Answer::Reset(CANCEL),
        Answer::Reset(INTERNAL_ERROR),
        Answer::Reset(NO_ERROR),
        Answer::GoAway(0, ENHANCE_YOUR_CALM),
        Answer::GoAway(0, REFUSED_STREAM),
        Answer::GoAway(1, NO_ERROR),
        Answer::GoAway((1 << 31) - 1, NO_ERROR),
        Answer::Late(REFUSED_STREAM),
    ] {
        let server = refusing(&authority, answer).await;
        let client = authority
            .builder(&server)
            .clock(TestClock::new())
            .build()
            .unwrap();
        let error = update(&client).await;
        assert_eq!(
            error.write_outcome(),
            Some(WriteOutcome::Unknown),
            "{answer:?}: {error}"
        );
        assert!(!error.is_retryable(), "{answer:?}: {error}");
        assert_eq!((error.attempts(), server.accepted()), (1, 1), "{answer:?}");
    }
}

/// A client that may have followed a redirect can't know which request was refused.
#[tokio::test]
async fn with_a_custom_client_it_depends_on_redirects() {
    let authority = Authority::new();
    let server = refusing(&authority, Answer::Reset(REFUSED_STREAM)).await;
    let client = |http: reqwest::ClientBuilder| {
        let http = http.build().unwrap();
        let builder = server.builder().clock(TestClock::new()).http_client(http);
        builder.build().unwrap()
    };
    let follows_none = authority
        .http_client()
        .redirect(reqwest::redirect::Policy::none());
    let error = update(&client(follows_none)).await;
    assert_eq!(
        (error.attempts(), error.write_outcome()),
        (3, Some(WriteOutcome::NotSent))
    );
    let error = update(&client(authority.http_client())).await;
    assert_eq!(
        (error.attempts(), error.write_outcome()),
        (1, Some(WriteOutcome::Unknown))
    );
}
