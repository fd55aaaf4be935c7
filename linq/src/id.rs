//! Checks identifiers that are sent in paths.

use uuid::Uuid;

use crate::error::Error;

const MAX_BYTES: usize = 255;

/// Checks an id that is a UUID in the API; `what` names it in errors.
pub(crate) fn uuid(what: &str, id: impl TryInto<Uuid>) -> Result<Uuid, Error> {
    id.try_into().map_err(|_| {
        Error::invalid_input(format!(
            "the {what} id is not a UUID; expected something like 550e8400-e29b-41d4-a716-446655440000"
        ))
    })
}

/// Checks an id that is a string in the API: it must stay one segment of the path.
pub(crate) fn text(what: &str, id: String) -> Result<String, Error> {
    let problem = if id.is_empty() {
        "must not be empty"
    } else if id.len() > MAX_BYTES {
        "is too long; the limit is 255 bytes"
    } else if matches!(id.as_str(), "." | "..") {
        "must not be a relative path"
    } else if !id
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    {
        "contains a space, a backslash, or a character that is not ASCII"
    } else {
        return Ok(id);
    };
    Err(Error::invalid_input(format!("the {what} id {problem}")))
}
