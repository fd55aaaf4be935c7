//! A call that a mock has received.

use std::fmt;
use std::sync::Arc;

use linq_gen::Operation;
use reqwest::Request;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::decode::decode;
use crate::error::Error;

/// An attempt that a [`Mock`](super::Mock) has received; `B` is the type of its body.
#[derive(Clone)]
pub struct MockCall<B> {
    recorded: Arc<Recorded>,
    body: B,
}

/// An attempt as it was sent.
pub(super) struct Recorded {
    pub(super) operation: &'static Operation,
    /// The method, and the template of the path.
    pub(super) route: String,
    /// Its number among all attempts of all operations, from 1.
    pub(super) number_of_all: usize,
    /// Its number among the attempts of its route, from 1.
    number: usize,
    parameters: Vec<(String, String)>,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Recorded {
    pub(super) fn new(
        operation: &'static Operation,
        route: String,
        path: &str,
        request: &Request,
        [number_of_all, number]: [usize; 2],
    ) -> Self {
        let template = operation.path.split('/').zip(path.split('/'));
        let in_path = template.filter_map(|(template, segment)| {
            let name = template.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), decoded(segment)))
        });
        let in_query = request.url().query_pairs();
        let in_query = in_query.map(|(name, value)| (name.into_owned(), value.into_owned()));
        let body = request.body().and_then(reqwest::Body::as_bytes);
        Self {
            operation,
            route,
            number_of_all,
            number,
            parameters: in_path.chain(in_query).collect(),
            headers: request.headers().clone(),
            body: body.unwrap_or_default().to_vec(),
        }
    }
}

impl<B: DeserializeOwned> MockCall<B> {
    pub(super) fn read(recorded: &Arc<Recorded>) -> Result<Self, Error> {
        let body = match &*recorded.body {
            b"" => b"null",
            body => body,
        };
        let body = decode(body).map_err(|problem| {
            let route = &recorded.route;
            Error::invalid_input(format!(
                "the mock can't read the body of {route}: {problem}"
            ))
        })?;
        Ok(Self {
            recorded: Arc::clone(recorded),
            body,
        })
    }
}

impl<B> MockCall<B> {
    /// The body that was sent.
    pub fn body(&self) -> &B {
        &self.body
    }

    /// The number of this attempt among all of its operation, from 1; retries count.
    pub fn number(&self) -> usize {
        self.recorded.number
    }

    /// A parameter in the path or the query, by its name in the API, such as `chatId` or
    /// `phone_number`.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut all = self.recorded.parameters.iter();
        let (_, value) = all.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The headers that were sent, `Authorization` included.
    pub fn headers(&self) -> &HeaderMap {
        &self.recorded.headers
    }
}

/// Omits the headers.
impl<B: fmt::Debug> fmt::Debug for MockCall<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockCall")
            .field("operation", &self.recorded.operation.id)
            .field("number", &self.number())
            .field("parameters", &self.recorded.parameters)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// A segment of a path without percent-encoding.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.as_bytes());
        let byte = after.get(..2).map(|digits| u8::from_str_radix(digits, 16));
        match (byte, after.get(2..)) {
            (Some(Ok(byte)), Some(after)) => {
                bytes.push(byte);
                rest = after;
            }
            _ => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}
