//! Reads the bodies of requests, up to a limit.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

/// The largest request body, in bytes, that is kept; a larger one is refused with 413.
pub const MAX_REQUEST_BODY: usize = 1024 * 1024;

/// A request body, read to its end.
#[derive(Debug)]
pub(crate) struct RequestBody {
    /// No more than the first [`MAX_REQUEST_BODY`] bytes.
    pub(crate) bytes: Bytes,
    pub(crate) is_too_large: bool,
}

impl RequestBody {
    /// Reads all of `body`, even what is not kept: a connection closed on unread bytes is reset,
    /// which can destroy the response before the client has read it.
    pub(crate) async fn read(mut body: Body) -> Result<Self, axum::Error> {
        let mut kept = BytesMut::new();
        let mut is_too_large = false;
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame?.into_data() {
                let room = MAX_REQUEST_BODY - kept.len();
                is_too_large |= data.len() > room;
                kept.extend_from_slice(&data[..data.len().min(room)]);
            }
        }
        Ok(Self {
            bytes: kept.freeze(),
            is_too_large,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_of_one_mebibyte_is_kept_whole() {
        let body = RequestBody::read(Body::from(vec![b'x'; 1_048_576]))
            .await
            .unwrap();
        assert_eq!(body.bytes.len(), 1_048_576);
        assert!(!body.is_too_large);
    }
}
