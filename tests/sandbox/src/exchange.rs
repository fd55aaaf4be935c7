//! Turns a request into its response: records it, and applies faults.

use std::future::{pending, ready};
use std::io;

use axum::body::Body;
use axum::response::Response;
use futures_util::FutureExt;
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{Request, StatusCode};
use tokio::time::sleep;

use crate::account::Accounts;
use crate::api::{self, Api};
use crate::connection::Scissors;
use crate::contract::Contract;
use crate::control;
use crate::error_body::ErrorBody;
use crate::fault::{Action, Content, Fault};
use crate::fault_queue::FaultQueue;
use crate::recorder::{ReceivedRequest, Recorder};
use crate::request_body::RequestBody;
use crate::trace_id::TraceId;

/// Turns each request into its response, or into the end of its connection.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) accounts: Accounts,
    pub(crate) faults: FaultQueue,
    pub(crate) recorder: Recorder,
    pub(crate) api: Api,
}

impl Exchange {
    pub(crate) fn new(accounts: Accounts, contract: Contract) -> Self {
        Self {
            api: Api::new(accounts.clone(), contract),
            accounts,
            faults: FaultQueue::default(),
            recorder: Recorder::default(),
        }
    }

    /// An error closes the connection.
    pub(crate) async fn handle(
        &self,
        request: Request<Body>,
        scissors: &Scissors,
    ) -> io::Result<Response> {
        let (mut head, body) = request.into_parts();
        let body = RequestBody::read(body).await.map_err(io::Error::other)?;
        if control::is_for(head.uri.path()) {
            return Ok(control::handle(self, &head, &body));
        }
        // Taken before the request is recorded, so that a fault that is queued after
        // `wait_for_requests` applies to the requests that follow.
        let operation = self.api.contract.operation(&head.method, head.uri.path());
        let operation = operation.map(|operation| operation.id.as_str());
        let fault = self.faults.take(&head.method, operation);
        self.recorder.record(ReceivedRequest::new(
            &head,
            body.bytes.clone(),
            self.accounts.main.now(),
        ));

        let given = fault.as_ref().and_then(Fault::trace_id);
        let trace_id = given.unwrap_or_else(TraceId::fresh);
        head.extensions.insert(trace_id.clone());
        let fault = fault.map(|fault| self.with_documented_error(fault, &head));
        let usual = async {
            if body.is_too_large {
                return api::gateway(StatusCode::PAYLOAD_TOO_LARGE);
            }
            let request = Request::from_parts(head, Body::from(body.bytes));
            self.api.handle(request).await
        };
        match fault {
            None => Ok(trace_id.stamp(usual.await)),
            Some(fault) => misbehave(fault, usual, trace_id, scissors).await,
        }
    }

    /// Restores the state in which the sandbox started.
    pub(crate) fn reset(&self) {
        self.accounts.main.clock.reset();
        self.accounts.all().for_each(|account| account.reset());
        self.faults.clear();
        self.recorder.forget();
    }

    /// Whether writes and shares count against budgets, of every account.
    pub(crate) fn enforce_budgets(&self, is_on: bool) {
        for account in self.accounts.all() {
            account.state().has_budgets = is_on;
        }
    }

    /// Replaces the code in a fault by the documented error.
    fn with_documented_error(&self, fault: Fault, head: &Parts) -> Fault {
        let Action::Documented(code) = fault.answer else {
            return fault;
        };
        let operation = self.api.contract.operation(&head.method, head.uri.path());
        let answer = match operation.and_then(|operation| operation.error(code)) {
            Some(error) => {
                // The body repeats the wait of the header, whichever sets it.
                let wait = fault.headers.get(RETRY_AFTER);
                let wait = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
                let retry_after = wait.or(error.retry_after);
                let error = ErrorBody {
                    retry_after,
                    ..error
                };
                Action::Instead(error.status, Content::Error(error))
            }
            None => Action::Usual,
        };
        Fault { answer, ..fault }
    }
}

async fn misbehave(
    fault: Fault,
    usual: impl Future<Output = Response>,
    trace_id: TraceId,
    scissors: &Scissors,
) -> io::Result<Response> {
    let usual = if fault.is_after_applying {
        ready(usual.await).left_future()
    } else {
        usual.right_future()
    };
    if !fault.delay.is_zero() {
        sleep(fault.delay).await;
    }
    let response = match fault.answer {
        Action::Usual | Action::Documented(_) => usual.await,
        Action::Instead(status, content) => content.into_response(status),
        Action::Cut => return Err(io::ErrorKind::ConnectionAborted.into()),
        Action::Stall => pending().await,
    };
    let mut response = trace_id.stamp(response);
    response.headers_mut().extend(fault.headers);
    fault
        .delivery
        .apply(response, scissors)
        .await
        .map_err(io::Error::other)
}
