//! Connects the generated client with an [`Exchange`] when it sends a request.

use std::sync::Arc;

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};
use reqwest::header::{CONTENT_LENGTH, HeaderValue};
use reqwest::{Method, Request, Response};

use crate::Client;
use crate::exchange::Exchange;
use crate::request_body::RequestBody;

impl ClientHooks<Arc<Exchange>> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        let exchange = self.inner();
        // progenitor sends the spec's version in a header that the API does not have.
        request.headers_mut().remove("api-version");
        if request.body().is_none() && *request.method() == Method::POST {
            // Some gateways refuse a POST that doesn't say how long it is.
            let zero = HeaderValue::from_static("0");
            request.headers_mut().insert(CONTENT_LENGTH, zero);
        }
        for (name, value) in &exchange.headers {
            request.headers_mut().insert(name, value.clone());
        }
        if !exchange.query.is_empty() {
            request
                .url_mut()
                .query_pairs_mut()
                .extend_pairs(&exchange.query);
        }
        Ok(())
    }

    async fn exec(&self, mut request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let asked = request.url().clone();
        if request.method().is_safe() {
            self.inner().begin();
        } else {
            let body = request.body_mut().take().unwrap_or_default();
            *request.body_mut() = Some(RequestBody::wrap(body, Arc::clone(self.inner())));
        }
        let response = self.client().execute(request).await?;
        self.inner().receive(&asked, response).await
    }
}
