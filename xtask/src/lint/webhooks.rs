//! Webhooks say that they carry no bearer token; without a word they would inherit the document's `security`.

use super::finding::Report;
use crate::model::node::Node;
use crate::model::operations;

pub(super) fn check(root: &Node, report: &mut Report) {
    for webhook in operations::webhooks(root) {
        let security = webhook.node.get("security");
        let is_none = security
            .as_ref()
            .and_then(|security| security.value().as_array())
            .is_some_and(Vec::is_empty);
        if !is_none {
            let text = "a webhook carries no bearer token; write `security: []`".to_owned();
            report.add(
                security.as_ref().unwrap_or(&webhook.node),
                "linq/webhooks",
                text,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found, with};

    #[test]
    fn a_webhook_does_not_inherit_the_security_of_the_document() {
        assert_eq!(
            found(&with("      security: []\n", "")),
            ["43:5: linq/webhooks: a webhook carries no bearer token; write `security: []`"]
        );
    }
}
