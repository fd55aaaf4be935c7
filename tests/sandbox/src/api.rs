//! The routes of the API.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;

use crate::account::Accounts;
use crate::{auth, chats, contact_card};

/// What every path of the API starts with.
pub(crate) const BASE_PATH: &str = "/api/partner";

/// The API as it behaves when nothing is wrong with it.
pub(crate) fn router(accounts: Accounts) -> Router {
    let api = Router::new()
        .route(
            "/v3/contact_card",
            get(contact_card::retrieve)
                .post(contact_card::create)
                .patch(contact_card::update),
        )
        .route(
            "/v3/chats/{chat_id}/share_contact_card",
            post(chats::share_contact_card),
        )
        .route_layer(from_fn_with_state(accounts, auth::require_api_key))
        .method_not_allowed_fallback(async || gateway(StatusCode::METHOD_NOT_ALLOWED));

    Router::new()
        .nest(BASE_PATH, api)
        .fallback(async || gateway(StatusCode::NOT_FOUND))
}

/// A refusal that does not come from the API but from a gateway in front of it: text, and no code.
pub(crate) fn gateway(status: StatusCode) -> Response {
    (status, status.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::Sandbox;
    use crate::error_body::ErrorBody;

    async fn ask(method: &str, path: &str, token: &str) -> Response {
        let accounts = Sandbox::builder().api_key("key").accounts().unwrap();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        router(accounts).oneshot(request).await.unwrap()
    }

    /// The content type and the text of a response that is not the API's.
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
            "/api/partner/v3/chats",
            "/api/partner/v3/chats/550e8400-e29b-41d4-a716-446655440000",
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
    async fn the_token_is_checked_before_the_request() {
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
