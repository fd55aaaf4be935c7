//! Serves the operations of the contract, by their examples or by handlers of their own.

use std::collections::HashMap;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use http::header::ALLOW;
use http::{Request, StatusCode};
use tower::ServiceExt;

use crate::account::Accounts;
use crate::contract::{Contract, Operation, PathParameters, Route};
use crate::error_body::ErrorBody;
use crate::refusal::Refusal;
use crate::{auth, chats, contact_card, phone_numbers, webhook_subscriptions};

/// The operations of a contract.
#[derive(Debug)]
pub(crate) struct Api {
    accounts: Accounts,
    pub(crate) contract: Contract,
    /// Of the operations with behaviour of their own, by id; any other returns its example.
    handlers: HashMap<&'static str, MethodRouter>,
}

impl Api {
    pub(crate) fn new(accounts: Accounts, contract: Contract) -> Self {
        Self {
            accounts,
            contract,
            handlers: HashMap::from([
                ("retrieveContactCard", any(contact_card::retrieve)),
                ("createContactCard", any(contact_card::create)),
                ("updateContactCard", any(contact_card::update)),
                ("listChats", any(chats::list)),
                ("retrieveChat", any(chats::retrieve)),
                ("shareContactCard", any(chats::share_contact_card)),
                ("listPhoneNumbers", any(phone_numbers::list)),
                ("updatePhoneNumber", any(phone_numbers::update)),
                (
                    "createWebhookSubscription",
                    any(webhook_subscriptions::create),
                ),
                ("listWebhookSubscriptions", any(webhook_subscriptions::list)),
                (
                    "retrieveWebhookSubscription",
                    any(webhook_subscriptions::retrieve),
                ),
                (
                    "updateWebhookSubscription",
                    any(webhook_subscriptions::update),
                ),
                (
                    "deleteWebhookSubscription",
                    any(webhook_subscriptions::delete),
                ),
            ]),
        }
    }

    pub(crate) async fn handle(&self, request: Request<Body>) -> Response {
        match self.contract.route(request.method(), request.uri().path()) {
            Route::To(operation, path) => self.call(operation, path, request).await,
            Route::OtherMethods(allowed) => {
                ([(ALLOW, allowed)], gateway(StatusCode::METHOD_NOT_ALLOWED)).into_response()
            }
            Route::Nowhere => gateway(StatusCode::NOT_FOUND),
        }
    }

    async fn call(
        &self,
        operation: &Operation,
        path: PathParameters,
        request: Request<Body>,
    ) -> Response {
        let Some(account) = auth::account(&self.accounts, request.headers()) else {
            return refuse(operation, Refusal::UNAUTHORIZED);
        };
        let (mut head, body) = request.into_parts();
        if let Some(handler) = self.handlers.get(operation.id.as_str()) {
            match operation.parameters(&head, &path) {
                Ok(parameters) => head.extensions.insert(parameters),
                Err(refusal) => return refuse(operation, refusal),
            };
            head.extensions.insert(account.clone());
            let request = Request::from_parts(head, body);
            let response = handler.clone().oneshot(request).await.into_response();
            return match response.extensions().get::<Refusal>() {
                Some(refusal) => refuse(operation, *refusal),
                None => response,
            };
        }
        match axum::body::to_bytes(body, usize::MAX).await {
            Ok(body) => operation.serve(&head, &path, &body),
            Err(_) => gateway(StatusCode::BAD_REQUEST),
        }
    }
}

/// The error of a refusal, as the operation documents it.
fn refuse(operation: &Operation, refusal: Refusal) -> Response {
    let Refusal { code, retry_after } = refusal;
    match operation.error(code) {
        Some(documented) => ErrorBody {
            retry_after,
            ..documented
        }
        .into_response(),
        None => {
            let text = format!("the contract has no error with the code {code}");
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

/// A response as from a gateway in front of the API: plain text, without a code.
pub(crate) fn gateway(status: StatusCode) -> Response {
    (status, status.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sandbox;

    async fn ask(method: &str, path: &str, token: &str) -> Response {
        let contract = Contract::ours().unwrap();
        let accounts = Sandbox::builder().api_key("key").accounts(&contract);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        Api::new(accounts.unwrap(), contract).handle(request).await
    }

    /// The content type and the text of a response.
    async fn text(response: Response) -> (String, String) {
        let kind = response.headers()["content-type"].to_str().unwrap().into();
        let bytes = axum::body::to_bytes(response.into_body(), 1_000).await;
        (kind, String::from_utf8(bytes.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn an_unknown_path_is_refused_by_the_gateway() {
        for path in [
            "/",
            "/v3/contact_card",
            "/api/partner",
            "/api/partner/",
            "/api/partner/v3/contact_card/",
            "/api/partner/v3/contact_cards",
            "/api/partner/v2/contact_card",
            "/api/partner/v3/phone_number",
            "/api/partner/v3/chats/550e8400-e29b-41d4-a716-446655440000/",
        ] {
            for key in ["key", "other"] {
                let response = ask("GET", path, key).await;
                assert_eq!(response.status(), 404, "{path}");
                let (kind, text) = text(response).await;
                assert_eq!(
                    (kind.as_str(), text.as_str()),
                    ("text/plain; charset=utf-8", "404 Not Found")
                );
            }
        }
    }

    #[tokio::test]
    async fn other_methods_are_not_allowed() {
        let chat = "/api/partner/v3/chats/1/share_contact_card";
        for (method, path, allow) in [
            ("PUT", "/api/partner/v3/contact_card", "GET,HEAD,POST,PATCH"),
            (
                "DELETE",
                "/api/partner/v3/contact_card",
                "GET,HEAD,POST,PATCH",
            ),
            ("GET", chat, "POST"),
            ("PATCH", chat, "POST"),
        ] {
            let response = ask(method, path, "key").await;
            assert_eq!(response.status(), 405, "{method}");
            assert_eq!(response.headers()["allow"], allow, "{method}");
            assert_eq!(text(response).await.1, "405 Method Not Allowed");
        }
    }

    #[tokio::test]
    async fn the_token_is_checked_first() {
        for (method, path) in [
            ("GET", "/api/partner/v3/contact_card?phone_number=1"),
            ("POST", "/api/partner/v3/contact_card"),
            ("PATCH", "/api/partner/v3/contact_card"),
            ("POST", "/api/partner/v3/chats/1/share_contact_card"),
        ] {
            let response = ask(method, path, "other").await;
            let error = response.extensions().get::<ErrorBody>().unwrap();
            assert_eq!(
                (response.status().as_u16(), error.code),
                (401, 2004),
                "{path}"
            );
        }
    }
}
