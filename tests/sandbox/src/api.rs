use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use crate::account::Accounts;
use crate::error_body::ErrorBody;
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
        .method_not_allowed_fallback(async || ErrorBody::METHOD_NOT_ALLOWED);

    Router::new()
        .nest(BASE_PATH, api)
        .fallback(async || ErrorBody::NOT_FOUND)
        .layer(from_fn_with_state(accounts, auth::require_api_key))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::response::Response;
    use http::Request;
    use tower::ServiceExt;

    use super::*;
    use crate::Sandbox;

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

    fn code(response: &Response) -> i32 {
        response.extensions().get::<ErrorBody>().unwrap().code
    }

    #[tokio::test]
    async fn unknown_paths_are_not_found() {
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
            let response = ask("GET", path, "key").await;
            assert_eq!(
                (response.status().as_u16(), code(&response)),
                (404, 2001),
                "{path}"
            );
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
            assert_eq!(
                (response.status().as_u16(), code(&response)),
                (405, 1005),
                "{method}"
            );
            assert_eq!(response.headers()["allow"], allow, "{method}");
        }
    }

    #[tokio::test]
    async fn the_token_is_checked_before_anything_else() {
        for (method, path) in [
            ("GET", "/api/partner/v3/contact_card?phone_number=1"),
            ("POST", "/api/partner/v3/contact_card"),
            ("PATCH", "/api/partner/v3/contact_card"),
            ("POST", "/api/partner/v3/chats/1/share_contact_card"),
            ("PUT", "/api/partner/v3/contact_card"),
            ("GET", "/nowhere"),
        ] {
            let response = ask(method, path, "other").await;
            assert_eq!(
                (response.status().as_u16(), code(&response)),
                (401, 2004),
                "{path}"
            );
        }
    }
}
