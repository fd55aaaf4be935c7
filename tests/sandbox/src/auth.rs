//! Finds the account of a request by its API key.

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::account::{Account, Accounts};

/// The account whose API key a request has.
pub(crate) fn account<'a>(accounts: &'a Accounts, headers: &HeaderMap) -> Option<&'a Arc<Account>> {
    accounts.with_key(bearer_token(headers)?)
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
    fn a_token_needs_exactly_one_bearer_header() {
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
