use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::account::Account;
use crate::error_body::ErrorBody;
use crate::{auth, contact_card};

/// What every path of the API starts with.
pub(crate) const BASE_PATH: &str = "/api/partner";

/// The API as it behaves when nothing is wrong with it.
pub(crate) fn router(account: Arc<Account>) -> Router {
    let api = Router::new()
        .route("/v3/contact_card", get(contact_card::retrieve))
        .method_not_allowed_fallback(async || ErrorBody::METHOD_NOT_ALLOWED);

    Router::new()
        .nest(BASE_PATH, api)
        .fallback(async || ErrorBody::NOT_FOUND)
        .layer(from_fn_with_state(account.clone(), auth::require_api_key))
        .with_state(account)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::response::Response;
    use http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn ask(method: &str, path: &str, token: &str) -> Response {
        let account = Arc::new(Account::new("key".into(), Vec::new()));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        router(account).oneshot(request).await.unwrap()
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
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let response = ask(method, "/api/partner/v3/contact_card", "key").await;
            assert_eq!(
                (response.status().as_u16(), code(&response)),
                (405, 1005),
                "{method}"
            );
            assert_eq!(response.headers()["allow"], "GET,HEAD", "{method}");
        }
    }

    #[tokio::test]
    async fn the_token_is_checked_before_anything_else() {
        for (method, path) in [
            ("GET", "/api/partner/v3/contact_card?phone_number=1"),
            ("POST", "/api/partner/v3/contact_card"),
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
