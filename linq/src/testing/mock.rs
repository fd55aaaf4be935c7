//! A client without a network: a test writes the responses.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use linq_gen::{Canned, Operation};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use serde_json::Value;

use super::endpoint::Endpoint;
use super::fake_clock::FakeClock;
use super::fault::{Fault, trace_id};
use super::mock_call::{MockCall, Recorded};
use crate::client::Client;
use crate::client::builder::ClientBuilder;
use crate::client::transport::{NoResponse, Transport};
use crate::error::Error;

/// Responds to the requests of a client in place of the network, with typed values.
///
/// Everything else is the real client: it checks arguments, counts budgets, retries, decodes what
/// comes, and compares it with what was asked for. Retries don't wait: the mock has a
/// [`FakeClock`]. A mock is cheap to clone; clones and their clients share everything. Requests can
/// come from any number of tasks, and with the feature `blocking` from threads.
///
/// ```
/// use linq::contact_card::{ContactCardRetrieveResponse, Create, Retrieve};
/// use linq::reqwest::StatusCode;
/// use linq::testing::{self, Fault, Mock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> linq::Result<()> {
/// let mock = Mock::new();
/// mock.on::<Retrieve>(|_| {
///     Err(Fault::status(StatusCode::NOT_FOUND).code(linq::ApiCode::CONTACT_CARD_NOT_FOUND))
/// });
/// mock.once::<Create>(|_| Err(Fault::no_connection())); // the client tries again
/// mock.on::<Create>(|call| {
///     let card = call.body();
///     Ok(testing::contact_card(&card.phone_number, &card.first_name))
/// });
///
/// let client = mock.client();
/// client.contact_card().ensure("+15551234567", "Ann").await?;
///
/// let created = mock.calls::<Create>();
/// assert_eq!(created[0].body().first_name, "Ann");
/// assert_eq!(created.len(), 2); // attempts
/// # Ok(())
/// # }
/// ```
///
/// An operation without a response fails with
/// [`is_invalid_input`](crate::Error::is_invalid_input), and the text names it.
#[derive(Clone)]
pub struct Mock(Arc<Shared>);

struct Shared {
    clock: FakeClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    routes: HashMap<Key, Route>,
    calls: Vec<Arc<Recorded>>,
}

/// The template of the path, and the method with that template. A
/// [`Client::request`](crate::Client::request) has no template, and the path in its place.
type Key = (&'static str, String);

type Outcome = Result<Canned, NoResponse>;
type Once = dyn FnOnce(&Arc<Recorded>) -> Outcome + Send;
type Always = dyn Fn(&Arc<Recorded>) -> Outcome + Send + Sync;

#[derive(Default)]
struct Route {
    /// How many attempts there have been.
    calls: usize,
    /// Those that respond first, each to one attempt.
    once: VecDeque<Box<Once>>,
    always: Option<Arc<Always>>,
}

impl Mock {
    /// A mock that has no responses yet, and whose clock is a [`FakeClock::new`].
    pub fn new() -> Self {
        Self(Arc::new(Shared {
            clock: FakeClock::new(),
            state: Mutex::default(),
        }))
    }

    /// Responds to every attempt of `O`, in place of an earlier `on`.
    ///
    /// `respond` is called for each attempt, retries included. It may use the mock, and assertions
    /// in it fail the task that sent the request.
    pub fn on<O: Endpoint>(
        &self,
        respond: impl Fn(&MockCall<O::Body>) -> Result<O::Output, Fault> + Send + Sync + 'static,
    ) {
        self.set_always(key(O::CONTRACT), move |recorded| {
            answer::<O>(recorded, &respond)
        });
    }

    /// Responds to one attempt of `O`, before [`on`](Self::on) does; several respond in their order.
    pub fn once<O: Endpoint>(
        &self,
        respond: impl FnOnce(&MockCall<O::Body>) -> Result<O::Output, Fault> + Send + 'static,
    ) {
        let respond = move |recorded: &Arc<Recorded>| answer::<O>(recorded, respond);
        let mut state = self.0.state();
        let route = state.routes.entry(key(O::CONTRACT)).or_default();
        route.once.push_back(Box::new(respond));
    }

    /// Responds to every attempt of a [`Client::request`](crate::Client::request) with this method
    /// and path, such as `/v3/chats/1/messages`; `null` is an empty response.
    ///
    /// ```
    /// use linq::reqwest::Method;
    /// use linq::serde_json::json;
    /// use linq::testing::Mock;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> linq::Result<()> {
    /// let mock = Mock::new();
    /// mock.on_request(Method::GET, "/v3/messages", |_| Ok(json!({"messages": []})));
    /// let messages = mock.client().request(Method::GET, "/v3/messages").await?;
    /// assert_eq!(messages["messages"], json!([]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_request(
        &self,
        method: Method,
        path: impl AsRef<str>,
        respond: impl Fn(&MockCall<Value>) -> Result<Value, Fault> + Send + Sync + 'static,
    ) {
        let route = format!("{method} {}", path.as_ref());
        self.set_always(("", route), move |recorded| {
            let call = MockCall::read(recorded).map_err(NoResponse::Because)?;
            match respond(&call) {
                Ok(value) => Ok(success(StatusCode::OK, &value, recorded.number_of_all)),
                Err(fault) => fault.respond(recorded.number_of_all),
            }
        });
    }

    /// Responds to every attempt of an operation with a fault.
    pub(super) fn respond_always(&self, operation: &'static Operation, fault: Fault) {
        self.set_always(key(operation), move |recorded| {
            fault.clone().respond(recorded.number_of_all)
        });
    }

    fn set_always(
        &self,
        key: Key,
        respond: impl Fn(&Arc<Recorded>) -> Outcome + Send + Sync + 'static,
    ) {
        let mut state = self.0.state();
        let route = state.routes.entry(key).or_default();
        let earlier = route.always.replace(Arc::new(respond));
        // What it owns may use the mock when it is dropped.
        drop(state);
        drop(earlier);
    }

    /// A client with default settings, on the mock's clock.
    ///
    /// # Panics
    ///
    /// If no HTTP client can be built at all.
    #[expect(clippy::expect_used, reason = "the settings are those of the mock")]
    pub fn client(&self) -> Client {
        let client = self.builder().build();
        client.expect("an HTTP client can be built")
    }

    /// A builder for a client with other settings. Those of the network, such as
    /// [`proxy`](ClientBuilder::proxy), have no effect.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder()
            .api_key("api-key-of-a-test")
            .base_url("http://localhost")
            .clock(self.0.clock.clone())
            .transport(self.0.clone())
    }

    /// The clock of the clients.
    pub fn clock(&self) -> &FakeClock {
        &self.0.clock
    }

    /// The attempts of `O` so far, oldest first.
    pub fn calls<O: Endpoint>(&self) -> Vec<MockCall<O::Body>> {
        let state = self.0.state();
        let of_o = |call: &&Arc<Recorded>| call.operation.id == O::CONTRACT.id;
        let calls = state.calls.iter().filter(of_o);
        calls.filter_map(|call| MockCall::read(call).ok()).collect()
    }

    /// The `operationId`s of all attempts so far, oldest first, such as `retrieveContactCard`;
    /// `request` for a [`Client::request`](crate::Client::request).
    pub fn operations(&self) -> Vec<&'static str> {
        let state = self.0.state();
        state.calls.iter().map(|call| call.operation.id).collect()
    }
}

impl Default for Mock {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock")
            .field("operations", &self.operations())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Shared {
    fn respond(
        &self,
        operation: &'static Operation,
        path: &str,
        request: &Request,
    ) -> Result<Canned, NoResponse> {
        let key = match operation.path {
            "" => ("", format!("{} {path}", operation.method)),
            _ => key(operation),
        };
        let mut state = self.state();
        let number_of_all = state.calls.len().saturating_add(1);
        let route = state.routes.entry(key.clone()).or_default();
        route.calls = route.calls.saturating_add(1);
        let (once, always) = (route.once.pop_front(), route.always.clone());
        let numbers = [number_of_all, route.calls];
        let recorded = Recorded::new(operation, key.1, path, request, numbers);
        let recorded = Arc::new(recorded);
        state.calls.push(Arc::clone(&recorded));
        // What responds may use the mock.
        drop(state);
        match (once, always) {
            (Some(respond), _) => respond(&recorded),
            (None, Some(respond)) => respond(&recorded),
            (None, None) => Err(NoResponse::Because(unexpected(&recorded))),
        }
    }

    fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

fn key(operation: &'static Operation) -> Key {
    let route = format!("{} {}", operation.method, operation.path);
    (operation.path, route)
}

fn answer<O: Endpoint>(
    recorded: &Arc<Recorded>,
    respond: impl FnOnce(&MockCall<O::Body>) -> Result<O::Output, Fault>,
) -> Outcome {
    let call = MockCall::read(recorded).map_err(NoResponse::Because)?;
    let output = match respond(&call) {
        Ok(output) => output,
        Err(fault) => return fault.respond(recorded.number_of_all),
    };
    let json = O::to_json(&output).map_err(|_| {
        let text = "the response of the mock can't be written as JSON";
        NoResponse::Because(Error::invalid_input(text))
    })?;
    let mut statuses = O::CONTRACT.success_statuses.iter();
    let status = statuses.find_map(|status| status.parse().ok());
    Ok(success(
        status.unwrap_or_default(),
        &json,
        recorded.number_of_all,
    ))
}

/// A success; `null` has no body.
fn success(status: StatusCode, json: &Value, number: usize) -> Canned {
    let mut headers = HeaderMap::from_iter(trace_id(number));
    if json.is_null() {
        return Canned {
            status: StatusCode::NO_CONTENT,
            headers,
            ..Canned::default()
        };
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Canned {
        status,
        headers,
        body: json.to_string().into(),
    }
}

fn unexpected(recorded: &Recorded) -> Error {
    let Recorded {
        operation, route, ..
    } = recorded;
    let advice = match operation.path {
        "" => "add one with `mock.on_request(..)`",
        _ => "add one with `mock.on::<..>(..)`",
    };
    let text = format!("the mock has no response to {} ({route})", operation.id);
    Error::invalid_input(text).with_advice(advice)
}
