//! Checks that a success returned the requested resource.

use linq_gen::Operation;

use crate::error::{Error, Kind};
use crate::request::response::Response;
use crate::request::send::Call;

pub(crate) const OTHER_RESOURCE_ADVICE: &str = "check the base URL";

impl Call {
    /// The response, unless it has another `what` than the requested one.
    pub(crate) fn check_same<T>(
        &self,
        operation: &'static Operation,
        response: Response<T>,
        what: &str,
        is_same: impl FnOnce(&T) -> bool,
    ) -> Result<Response<T>, Error> {
        if is_same(response.value()) {
            return Ok(response);
        }
        let problem = format!("another {what} was returned");
        let error = self.reject(operation, &response, Kind::OtherResource, problem);
        Err(error.with_advice(OTHER_RESOURCE_ADVICE))
    }

    /// The response, unless the returned `what` lacks some of the values that were sent. Each field
    /// has its name, and whether the returned value is right.
    pub(crate) fn check_fields<T>(
        &self,
        operation: &'static Operation,
        response: Response<T>,
        what: &str,
        fields: &[(&str, bool)],
    ) -> Result<Response<T>, Error> {
        let lacking: Vec<_> = fields
            .iter()
            .filter_map(|(name, is_there)| (!is_there).then_some(*name))
            .collect();
        if lacking.is_empty() {
            return Ok(response);
        }
        Err(self.reject_lacking(operation, &response, what, &lacking))
    }

    /// The error of a returned `what` that lacks values that were sent.
    pub(crate) fn reject_lacking<T>(
        &self,
        operation: &'static Operation,
        response: &Response<T>,
        what: &str,
        lacking: &[&str],
    ) -> Error {
        let lacking = lacking.join(", ");
        let problem = format!("the returned {what} does not have the requested {lacking}");
        self.reject(operation, response, Kind::Mismatch, problem)
    }
}
