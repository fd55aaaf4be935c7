//! The memory that a body from an unknown sender takes.
//!
//! A process of its own, since the allocator is global.

use std::convert::Infallible;
use std::time::SystemTime;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use futures_util::stream;
use linq::webhook::{LinqEvent, Verifier, testing};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const LIMIT: usize = 1 << 20;
/// Growing a buffer needs the old one for a moment.
const MOST: usize = 2 * LIMIT;

static SPACES: [u8; LIMIT] = [b' '; LIMIT];

/// Reads a forged body of just the limit, and returns how much memory that took at its peak.
async fn peak(piece: usize) -> usize {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let verifier = Verifier::new(secret).unwrap();
    let pieces = stream::iter(SPACES.chunks(piece));
    let pieces = stream::StreamExt::map(pieces, |piece| {
        Ok::<_, Infallible>(Bytes::from_static(piece))
    });
    let mut request = Request::new(Body::from_stream(pieces));
    *request.headers_mut() = testing::sign("a", SystemTime::now(), "forged", secret).unwrap();

    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let outcome = LinqEvent::from_request(request, &verifier).await;
    let peak = ALLOCATOR.peak_usage() - before;
    assert!(outcome.is_err());
    peak
}

#[tokio::test]
async fn a_forged_body_costs_no_more_than_twice_the_limit() {
    // 510 bytes, doubled again and again, are nearly the limit.
    for piece in [1, 16, 300, 510, 1 << 16, LIMIT] {
        let peak = peak(piece).await;
        assert!(peak < MOST, "{peak} bytes for pieces of {piece}");
    }
    // It has been read, or the test shows nothing.
    assert!(peak(300).await > LIMIT);
}
