//! The error codes in examples are in the table of codes, with the same status.

use serde_json::Value;

use super::finding::Report;
use super::responses::{examples, media_types, responses};
use crate::model::extensions::{self, ERROR_CODES, ErrorCode};
use crate::model::node::Node;
use crate::model::operations;

const RULE: &str = "linq/error-codes";

pub(super) fn check(root: &Node, report: &mut Report) {
    // A table that can't be read has been refused before.
    let table: Option<Vec<ErrorCode>> =
        extensions::read(root.value(), ERROR_CODES).unwrap_or_default();
    let table = table.unwrap_or_default();
    for operation in operations::all(root) {
        for (status, response) in responses(&operation.node) {
            for (_, media_type) in media_types(&response) {
                for example in examples(&media_type) {
                    check_example(status, &example, &table, report);
                }
            }
        }
    }
}

fn check_example(response: &str, example: &Node, table: &[ErrorCode], report: &mut Report) {
    let Some(error) = example.get("error") else {
        return;
    };
    let Some((place, code)) = number(&error, "code") else {
        return;
    };
    let Some(entry) = table.iter().find(|entry| u64::from(entry.code) == code) else {
        report.add(
            &place,
            RULE,
            format!("code {code} is not in `{ERROR_CODES}`"),
        );
        return;
    };
    let Some((place, status)) = number(&error, "status") else {
        return;
    };
    if u64::from(entry.status) != status {
        let text = format!(
            "code {code} has status {} in `{ERROR_CODES}`, and {status} here",
            entry.status
        );
        report.add(&place, RULE, text);
    } else if !covers(response, status) {
        let text = format!("status {status} is not one of the response `{response}`");
        report.add(&place, RULE, text);
    }
}

fn number<'a>(node: &Node<'a>, key: &str) -> Option<(Node<'a>, u64)> {
    let place = node.get(key)?;
    let number = Value::as_u64(place.value())?;
    Some((place, number))
}

/// Whether a response, such as `404`, `4XX` or `default`, is what a status gets.
fn covers(response: &str, status: u64) -> bool {
    match response.strip_suffix("XX") {
        Some(class) => (status / 100).to_string() == class,
        None => response == "default" || response == status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found, with};

    #[test]
    fn a_code_is_in_the_table() {
        assert_eq!(
            found(&with(
                "code: 2001, message: There is none",
                "code: 2999, message: There is none"
            )),
            ["24:54: linq/error-codes: code 2999 is not in `x-linq-error-codes`"]
        );
    }

    #[test]
    fn a_code_has_the_status_of_the_table() {
        assert_eq!(
            found(&with(
                "status: 404, code: 2001, message: There is none",
                "status: 404, code: 3006, message: There is none"
            )),
            [
                "24:43: linq/error-codes: code 3006 has status 500 in `x-linq-error-codes`, and 404 here"
            ]
        );
    }

    #[test]
    fn an_example_is_of_its_response() {
        assert_eq!(
            found(&with("        4XX:", "        409:")),
            ["24:43: linq/error-codes: status 404 is not one of the response `409`"]
        );
    }
}
