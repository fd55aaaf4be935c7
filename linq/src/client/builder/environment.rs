//! Settings of a client from environment variables.

use std::env;
use std::ffi::OsString;

use super::ClientBuilder;
use crate::client::api_key::API_KEY_VARIABLE;
use crate::client::base_url::BASE_URL_VARIABLE;
use crate::client::headers::{self, CUSTOM_HEADERS_VARIABLE};
use crate::error::Error;

impl ClientBuilder {
    /// Starts with the settings in these environment variables:
    ///
    /// - `LINQ_API_V3_API_KEY`: the API key;
    /// - `LINQ_API_V3_BASE_URL`, if it is set: see [`ClientBuilder::base_url`];
    /// - `LINQ_API_V3_CUSTOM_HEADERS`, if it is set: default headers, one `Name: value` a line.
    ///   Blank lines are ignored. A later [`ClientBuilder::default_header`] of the same name takes
    ///   precedence.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid_input`] names a variable that is missing, empty or not UTF-8, or the
    /// line with a header that [`ClientBuilder::default_header`] would refuse or that appears more
    /// than once.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| env::var_os(name))
    }

    fn from_variables(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let read = |name: &str| {
            let text = get(name).map(OsString::into_string).transpose();
            text.map_err(|_| {
                Error::invalid_input(format!("the environment variable {name} is not UTF-8"))
            })
        };
        let read_filled = |name: &str| match read(name)? {
            Some(text) if text.is_empty() => Err(Error::invalid_input(format!(
                "the environment variable {name} is empty; give it a value, or unset it"
            ))),
            text => Ok(text),
        };
        let api_key = read_filled(API_KEY_VARIABLE)?.ok_or_else(|| {
            Error::invalid_input(format!(
                "no API key: set the environment variable {API_KEY_VARIABLE}"
            ))
        })?;
        let mut builder = Self::default().api_key(api_key);
        if let Some(base_url) = read_filled(BASE_URL_VARIABLE)? {
            builder = builder.base_url(base_url);
        }
        if let Some(lines) = read(CUSTOM_HEADERS_VARIABLE)? {
            builder.headers = headers::from_lines(&lines)?;
        }
        Ok(builder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;

    fn from(variables: &[(&str, &str)]) -> Result<ClientBuilder, String> {
        ClientBuilder::from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        })
        .map_err(|error| error.to_string())
    }

    fn header(client: &Client, name: &str) -> String {
        let value = &client.settings().credentials.get().headers[name];
        assert!(value.is_sensitive());
        value.to_str().unwrap().to_owned()
    }

    const KEY: (&str, &str) = ("LINQ_API_V3_API_KEY", "key");

    #[test]
    fn key_base_url_and_headers_are_read() {
        let client = from(&[KEY]).unwrap().build().unwrap();
        assert_eq!(header(&client, "authorization"), "Bearer key");
        let base_url = &client.settings().base_url;
        assert_eq!(base_url.as_str(), "https://api.linqapp.com/api/partner");
        assert_eq!(client.settings().credentials.get().headers.len(), 2);

        let base_url = ("LINQ_API_V3_BASE_URL", "http://localhost:1/x/v3/");
        let headers = ("LINQ_API_V3_CUSTOM_HEADERS", "X-Team: red\r\nX-Env: test\n");
        let builder = from(&[KEY, base_url, headers]).unwrap();
        let client = builder.default_header("x-env", "live").build().unwrap();
        assert_eq!(client.settings().base_url.as_str(), "http://localhost:1/x");
        assert_eq!(header(&client, "x-team"), "red");
        assert_eq!(header(&client, "x-env"), "live");
    }

    #[test]
    fn missing_and_empty_variables_are_named() {
        assert_eq!(
            from(&[]).unwrap_err(),
            "invalid input: no API key: set the environment variable LINQ_API_V3_API_KEY"
        );
        assert_eq!(
            from(&[("LINQ_API_V3_API_KEY", "")]).unwrap_err(),
            "invalid input: the environment variable LINQ_API_V3_API_KEY is empty; give it a value, or unset it"
        );
        assert_eq!(
            from(&[KEY, ("LINQ_API_V3_BASE_URL", "")]).unwrap_err(),
            "invalid input: the environment variable LINQ_API_V3_BASE_URL is empty; give it a value, or unset it"
        );
        // Without lines, there are no headers.
        assert!(from(&[KEY, ("LINQ_API_V3_CUSTOM_HEADERS", "")]).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf_8_is_named() {
        use std::os::unix::ffi::OsStringExt as _;

        for name in [KEY.0, "LINQ_API_V3_BASE_URL", "LINQ_API_V3_CUSTOM_HEADERS"] {
            let error = ClientBuilder::from_variables(|asked| match asked {
                _ if asked == name => Some(OsString::from_vec(b"x: \xff".to_vec())),
                _ => (asked == KEY.0).then(|| "key".into()),
            });
            assert_eq!(
                error.unwrap_err().to_string(),
                format!("invalid input: the environment variable {name} is not UTF-8")
            );
        }
    }
}
