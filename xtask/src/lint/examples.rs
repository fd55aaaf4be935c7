//! Each operation shows what its callers receive: successes, refusals and failures, with an example of each.

use super::finding::Report;
use super::responses::{examples, media_types, responses};
use crate::model::node::Node;
use crate::model::operations;

const RULE: &str = "linq/examples";

/// What the responses of an operation begin with, and what they are called.
const CLASSES: [(&str, &str); 3] = [
    ("2", "success (2xx)"),
    ("4", "refusal (4xx)"),
    ("5", "failure (5xx)"),
];

pub(super) fn check(root: &Node, report: &mut Report) {
    for operation in operations::all(root) {
        let responses = responses(&operation.node);
        for (first, class) in CLASSES {
            if !responses
                .iter()
                .any(|(status, _)| status.starts_with(first))
            {
                let text = format!("the operation has no response for a {class}; describe one");
                report.add(&operation.node, RULE, text);
            }
        }
        for (_, response) in responses {
            check_body(&response, report);
        }
    }
    for webhook in operations::webhooks(root) {
        if let Some(body) = webhook
            .node
            .get("requestBody")
            .and_then(|body| body.resolved())
        {
            check_body(&body, report);
        }
    }
}

fn check_body(body: &Node, report: &mut Report) {
    for (name, media_type) in media_types(body) {
        let schema = media_type.get("schema");
        let is_binary = schema.is_some_and(|schema| schema.text("format") == Some("binary"));
        if !is_binary && examples(&media_type).is_empty() {
            let text = format!("the {name} body has no example; give `example` or `examples`");
            report.add(&media_type, RULE, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found, with};

    fn is_refused_without(response: &str, class: &str) {
        let status = with(response, "299");
        let expected = format!(
            "8:5: linq/examples: the operation has no response for a {class}; describe one"
        );
        assert!(found(&status).contains(&expected), "{:?}", found(&status));
    }

    #[test]
    fn an_operation_describes_refusals_and_failures() {
        is_refused_without("4XX", "refusal (4xx)");
        is_refused_without("5XX", "failure (5xx)");
    }

    #[test]
    fn a_body_has_an_example() {
        assert_eq!(
            found(&with("example: { lines: [] }", "x-note: none")),
            [
                "16:13: linq/examples: the application/json body has no example; give `example` or `examples`"
            ]
        );
    }

    #[test]
    fn the_body_of_a_webhook_has_an_example() {
        let text = with("example: { phone_number: '+15551234567' }", "x-note: none");
        assert_eq!(
            found(&text),
            [
                "48:11: linq/examples: the application/json body has no example; give `example` or `examples`"
            ]
        );
    }

    #[test]
    fn bytes_have_none() {
        let schema = "schema: { $ref: '#/components/schemas/Line' }\n            ";
        let example = "example: { phone_number: '+15551234567' }";
        let bytes = with(
            &format!("{schema}{example}"),
            "schema: { type: string, format: binary }",
        );
        assert_eq!(found(&bytes), [""; 0]);
    }
}
