//! Attempts that a test responds to in place of the network.

use std::sync::{Arc, Mutex, PoisonError};

use linq_gen::{Canned, Exchange, Operation};
use reqwest::Url;

use super::deadline::Limit;
use crate::client::Settings;
use crate::client::transport::{NoResponse, Transport};
use crate::error::Error;

/// An attempt, and why it got no response, if a test wants that.
pub(super) struct Mocked(Option<(Arc<dyn Transport>, Noted)>);

type Noted = Arc<Mutex<Option<NoResponse>>>;

impl Mocked {
    /// Lets the client's transport respond, if it has one.
    pub(super) fn new(
        operation: &'static Operation,
        exchange: &Exchange,
        settings: &Settings,
    ) -> Self {
        let Some(transport) = settings.transport.clone() else {
            return Self(None);
        };
        let none = Noted::default();
        let (responder, base_url) = (Arc::clone(&transport), Arc::clone(&settings.base_url));
        let noted = Arc::clone(&none);
        exchange.respond_by(move |request| {
            let path = below(&base_url, request.url());
            let response = responder.respond(operation, path, request);
            response.unwrap_or_else(|why| {
                *noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                Canned::default()
            })
        });
        Self(Some((transport, none)))
    }

    /// The result of the attempt: `None` if it took too long.
    pub(super) fn result<T>(
        self,
        result: Option<T>,
        exchange: &Exchange,
        limit: Limit,
    ) -> Result<Option<T>, Error> {
        let Some((transport, none)) = self.0 else {
            return Ok(result);
        };
        let none = none.lock().unwrap_or_else(PoisonError::into_inner).take();
        match none {
            None => Ok(result),
            Some(NoResponse::InTime) => {
                drop(exchange.take_received());
                transport.pass(limit.time);
                Ok(None)
            }
            Some(NoResponse::Because(error)) => Err(error),
        }
    }
}

/// The path of `url` below the base URL.
fn below<'a>(base_url: &Url, url: &'a Url) -> &'a str {
    let base = base_url.path().trim_end_matches('/');
    url.path().strip_prefix(base).unwrap_or(url.path())
}
