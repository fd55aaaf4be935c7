//! Requests to endpoints that have no method of their own; [`Client::request`] makes them.

mod path;

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use linq_gen::operations::CREATE_WEBHOOK_SUBSCRIPTION;
use linq_gen::{Operation as Contract, RetryOn, send_raw};
use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::request::send::Call;
use crate::{Client, Error, Operation, Request, Response};

impl Client {
    /// A request to any endpoint, for what this crate has no method for.
    ///
    /// It has the API key, the default headers, the timeouts, the retries, the limits and the
    /// errors of all requests. `path` starts with `/` and goes below the base URL, so it includes the
    /// version, as in `/v3/chats`, and never leads to another host; percent-encode the values in it.
    /// [`Request::query`] adds the query. The returned value is the JSON of the response, `null` if it
    /// is empty; [`returning`](Request::returning) reads it into your own type.
    ///
    /// The client repeats a write only if it was not sent, unless you say that it is
    /// [idempotent](Request::idempotent). A write does not count toward the budgets, which are for
    /// the methods of this crate: use those to write and share contact cards.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use linq::reqwest::Method;
    /// use linq::serde_json::json;
    ///
    /// let chat = "550e8400-e29b-41d4-a716-446655440000";
    /// let messages = client
    ///     .request(Method::GET, format!("/v3/chats/{chat}/messages"))
    ///     .query("limit", "10")
    ///     .await?;
    /// println!("{}", messages["messages"]);
    ///
    /// let body = json!({"message": {"parts": [{"type": "text", "value": "Hello"}]}});
    /// client
    ///     .request(Method::POST, format!("/v3/chats/{chat}/messages"))
    ///     .body(&body)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of every request; [`Error::is_invalid_input`] if the method is not GET, HEAD, POST,
    /// PUT, PATCH or DELETE, or if the path does not start with `/`, has an empty or a dot segment,
    /// a query, or a character that must be percent-encoded. The path is neither in the error, nor
    /// in traces, nor in `Debug`.
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> Request<Raw> {
        let is_read = matches!(method, Method::GET | Method::HEAD);
        let raw = operation(&method, false).and_then(|contract| {
            Ok(Raw {
                contract,
                path: path::checked(path.as_ref())?,
                body: None,
                method,
                output: PhantomData,
            })
        });
        let request = Request::new(self.clone(), raw);
        if is_read {
            request.without_writes()
        } else {
            request
        }
    }
}

/// The operation of [`Client::request`], which returns a `T`.
pub struct Raw<T = Value> {
    contract: &'static Contract,
    method: Method,
    path: String,
    /// Each attempt shares it.
    body: Option<Bytes>,
    output: PhantomData<fn() -> T>,
}

impl<T> Request<Raw<T>> {
    /// The body, sent as JSON.
    ///
    /// A value that can't be written as JSON makes the request fail with
    /// [`Error::is_invalid_input`], and so does the body of a GET or HEAD.
    pub fn body(self, body: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_json::to_vec(body)
            .map_err(|_| Error::invalid_input("the body can't be written as JSON"));
        self.with_checked(body, |raw, body| {
            if raw.contract.is_read() {
                let text = format!("a {} has no body; use `query(..)`", raw.contract.method);
                return Err(Error::invalid_input(text));
            }
            raw.body = Some(body.into());
            Ok(())
        })
    }

    /// Declares this write idempotent: repeating it has no further effect, so it may be sent again
    /// after any failure, as a read is.
    pub fn idempotent(self) -> Self {
        self.with_checked(Ok(()), |raw, ()| {
            raw.contract = operation(&raw.method, true)?;
            Ok(())
        })
    }

    /// Reads the response into a `U`, such as your own struct.
    ///
    /// ```no_run
    /// # async fn example(client: linq::Client) -> linq::Result<()> {
    /// use linq::reqwest::Method;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Messages {
    ///     messages: Vec<linq::serde_json::Value>,
    /// }
    ///
    /// let messages = client
    ///     .request(Method::GET, "/v3/chats/550e8400-e29b-41d4-a716-446655440000/messages")
    ///     .returning::<Messages>()
    ///     .await?;
    /// println!("{} messages", messages.messages.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_decode`] if the response does not fit; the text names the path of the problem.
    pub fn returning<U: DeserializeOwned>(self) -> Request<Raw<U>> {
        self.map_operation(|raw| Raw {
            contract: raw.contract,
            method: raw.method,
            path: raw.path,
            body: raw.body,
            output: PhantomData,
        })
    }
}

impl<T: DeserializeOwned + Send + 'static> Operation for Raw<T> {
    type Output = T;

    const MAX_WRITES: u32 = u32::MAX;

    async fn run(self, call: &Call) -> Result<Response<T>, Error> {
        let Self {
            contract,
            method,
            path,
            body,
            ..
        } = &self;
        call.send(contract, "", |api| async move {
            send_raw(&api, method.clone(), path, body.clone()).await
        })
        .await
    }
}

/// Omits the body and the path, which could be personal.
impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Raw")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// What holds for every request with this method.
fn operation(method: &Method, idempotent: bool) -> Result<&'static Contract, Error> {
    static ALL: [Contract; 10] = [
        contract("GET", true),
        contract("HEAD", true),
        contract("POST", false),
        contract("POST", true),
        contract("PUT", false),
        contract("PUT", true),
        contract("PATCH", false),
        contract("PATCH", true),
        contract("DELETE", false),
        contract("DELETE", true),
    ];
    let mut of_method = ALL.iter().filter(|found| found.method == method.as_str());
    of_method
        .find(|found| found.is_read() || found.idempotent == idempotent)
        .ok_or_else(|| {
            let text = "the method must be GET, HEAD, POST, PUT, PATCH or DELETE";
            Error::invalid_input(text)
        })
}

/// A write that is refused with 429 was not applied, so it is retryable; only the caller knows
/// whether to do that.
const REFUSED: &[RetryOn] = &[RetryOn {
    status: 429,
    code: None,
    max_retries: Some(0),
    requires_retry_after: false,
}];

const fn contract(method: &'static str, idempotent: bool) -> Contract {
    Contract {
        id: "request",
        method,
        // It is shown in traces; the path of the request could be personal.
        path: "",
        parameters: &[],
        success_statuses: &["2XX"],
        idempotent,
        retry_on: if idempotent { &[] } else { REFUSED },
        done_on: &[],
        pagination: None,
        // The body that the response keeps has no secrets that other operations return.
        secrets: CREATE_WEBHOOK_SUBSCRIPTION.secrets,
        budget: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_of_the_contract_is_hidden() {
        for operation in linq_gen::operations::ALL {
            for secret in operation.secrets {
                assert!(contract("GET", true).secrets.contains(secret), "{secret}");
            }
        }
    }
}
