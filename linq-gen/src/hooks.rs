//! Connects the generated client with an [`Exchange`] when it sends a request.

use std::sync::Arc;

use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::header::{CONTENT_LENGTH, HeaderValue};
use reqwest::{Method, Request, Response};

use crate::Client;
use crate::exchange::Exchange;
use crate::request_body::RequestBody;

impl Client {
    /// A client for one request.
    pub fn for_exchange(client: reqwest::Client, exchange: Arc<Exchange>) -> Self {
        Self {
            // That of the exchange is used.
            baseurl: String::new(),
            client,
            inner: exchange,
        }
    }
}

impl ClientHooks<Arc<Exchange>> for Client {
    // The generated methods call no other hook, which would keep the request while they wait. It is
    // not an `async fn`, whose future would hold the request twice.
    fn exec(
        &self,
        mut request: Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        let exchange = self.inner();
        complete(&mut request, exchange);
        #[cfg(feature = "testing")]
        let canned = exchange.canned(&request);
        let mut asked = None;
        if request.method().is_safe() {
            exchange.begin();
        } else {
            asked = Some(Box::new(request.url().clone()));
            let body = request.body_mut().take().unwrap_or_default();
            *request.body_mut() = Some(RequestBody::wrap(body, Arc::clone(exchange)));
        }
        let response = self.client().execute(request);
        #[cfg(feature = "testing")]
        let response = crate::canned::or(canned, response);
        async move {
            let mut response = response.await?;
            let redirected = asked.is_some_and(|asked| *asked != *response.url());
            exchange.receive(&mut response, redirected).await?;
            Ok(response)
        }
    }
}

/// Adds what the request has beyond the spec.
fn complete(request: &mut Request, exchange: &Exchange) {
    if request.body().is_none()
        && matches!(
            *request.method(),
            Method::POST | Method::PUT | Method::PATCH
        )
    {
        // Some gateways refuse these methods if they don't say how long the body is.
        let zero = HeaderValue::from_static("0");
        request.headers_mut().insert(CONTENT_LENGTH, zero);
    }
    for (name, value) in exchange.shared_headers.iter().chain(&exchange.headers) {
        request.headers_mut().insert(name, value.clone());
    }
    if !exchange.query.is_empty() {
        request
            .url_mut()
            .query_pairs_mut()
            .extend_pairs(&exchange.query);
    }
}
