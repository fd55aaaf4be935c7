//! Finds the account of a request by its API key.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::account::Accounts;
use crate::error_body::ErrorBody;

/// Lets a request through only with the API key of an account, and hands it that account.
pub(crate) async fn require_api_key(
    State(accounts): State<Accounts>,
    mut request: Request,
    next: Next,
) -> Result<Response, ErrorBody> {
    let account = bearer_token(request.headers())
        .and_then(|api_key| accounts.of_key(api_key))
        .ok_or(ErrorBody::UNAUTHORIZED)?
        .clone();
    request.extensions_mut().insert(account);
    Ok(next.run(request).await)
}

fn bearer_token(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.as_bytes().split_at_checked("Bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"Bearer ")
        .then(|| token.trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn token_of(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        bearer_token(&headers).map(|token| String::from_utf8(token.to_vec()).unwrap())
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        for value in ["Bearer key", "bearer key", "BEARER key", "Bearer  key"] {
            assert_eq!(token_of(&[value]).as_deref(), Some("key"), "{value}");
        }
    }

    #[test]
    fn the_token_is_all_that_follows() {
        assert_eq!(token_of(&["Bearer key more"]).as_deref(), Some("key more"));
        assert_eq!(
            token_of(&["Bearer Bearer key"]).as_deref(),
            Some("Bearer key")
        );
    }

    #[test]
    fn anything_but_one_bearer_header_has_no_token() {
        let none: [&[&str]; 6] = [
            &[],
            &["Bearer"],
            &["key"],
            &["Basic key"],
            &["Bearerkey"],
            &["Bearer key", "Bearer key"],
        ];
        for values in none {
            assert_eq!(token_of(values), None, "{values:?}");
        }
    }
}
