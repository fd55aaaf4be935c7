//! How the body of a response is sent: at once, slowly, or only in part.

use std::future::pending;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, stream};
use http::HeaderValue;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use tokio::time::sleep;

use crate::connection::Scissors;

/// How the body of a response is sent; by default at once and whole.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) pace: Option<Pace>,
    /// After how many bytes of the body, and how, the response breaks off.
    pub(crate) interruption: Option<(usize, Interruption)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) bytes_per_chunk: usize,
    pub(crate) pause: Duration,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Interruption {
    Cut,
    Stall,
}

impl Delivery {
    pub(crate) async fn apply(
        self,
        response: Response,
        scissors: &Scissors,
    ) -> Result<Response, axum::Error> {
        if self.pace.is_none() && self.interruption.is_none() {
            return Ok(response);
        }
        let (mut head, body) = response.into_parts();
        let mut body = body.collect().await?.to_bytes();
        let mut promised = body.len();
        if let Some((sent, _)) = self.interruption {
            body.truncate(sent);
            promised = promised.max(body.len() + 1);
        }
        head.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(promised));
        let chunks = self.chunks(body, scissors.clone());
        Ok(Response::from_parts(head, Body::from_stream(chunks)))
    }

    fn chunks(self, body: Bytes, scissors: Scissors) -> impl Stream<Item = io::Result<Bytes>> {
        let (chunk_len, pause) = match self.pace {
            Some(pace) => (pace.bytes_per_chunk, pace.pause),
            None => (usize::MAX, Duration::ZERO),
        };
        let start = (body, Duration::ZERO);
        stream::unfold(start, move |(mut rest, wait)| {
            let scissors = scissors.clone();
            async move {
                if rest.is_empty() {
                    match self.interruption {
                        None => return None,
                        Some((_, Interruption::Cut)) => scissors.cut_once_flushed(),
                        Some((_, Interruption::Stall)) => {}
                    }
                    pending::<()>().await;
                }
                if !wait.is_zero() {
                    sleep(wait).await;
                }
                let chunk = rest.split_to(chunk_len.min(rest.len()));
                Some((Ok(chunk), (rest, pause)))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use tokio::time::Instant;

    use super::*;

    const BODY: Bytes = Bytes::from_static(b"0123456789");

    #[tokio::test(start_paused = true)]
    async fn a_dripping_body_pauses_between_its_chunks() {
        let delivery = Delivery {
            pace: Some(Pace {
                bytes_per_chunk: 4,
                pause: Duration::from_secs(60),
            }),
            interruption: None,
        };
        let start = Instant::now();
        let chunks: Vec<_> = delivery
            .chunks(BODY, Scissors::default())
            .map(|chunk| (start.elapsed().as_secs(), chunk.unwrap()))
            .collect()
            .await;
        assert_eq!(
            chunks,
            [
                (0, Bytes::from("0123")),
                (60, Bytes::from("4567")),
                (120, Bytes::from("89"))
            ]
        );
    }
}
