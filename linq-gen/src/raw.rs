//! Sends a request that is not in the contract as the generated calls send theirs.

use bytes::Bytes;
use progenitor_client::{ClientHooks as _, ClientInfo as _, OperationInfo};
use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::de::DeserializeOwned;

use crate::{Client, Error, ResponseValue};

/// Sends `body`, which is JSON, to `path` below the base URL. An empty response is `null`.
///
/// A method of the client could have the name of an operation.
pub async fn send_raw<T: DeserializeOwned>(
    client: &Client,
    method: Method,
    path: &str,
    body: Option<Bytes>,
) -> Result<ResponseValue<T>, Error<()>> {
    let json = HeaderValue::from_static("application/json");
    let exchange = client.inner();
    let mut request = client.client().request(method, exchange.url(path));
    request = request.header(ACCEPT, json.clone());
    if let Some(body) = body {
        request = request.header(CONTENT_TYPE, json).body(body);
    }
    let info = OperationInfo {
        operation_id: "raw",
    };
    let response = client.exec(request.build()?, &info).await?;
    if !response.status().is_success() {
        return Err(Error::UnexpectedResponse(response));
    }
    exchange.value_or_null()
}
