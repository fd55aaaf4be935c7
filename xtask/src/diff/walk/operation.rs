//! The rules for an operation or an event.

use super::content::Scope;
use super::document::Path;
use super::{Class, Direction, Pair, Walk};

impl<'a> Walk<'a> {
    /// Compares an operation, whose request travels in `direction` and its responses the other way.
    pub(super) fn operation(
        &mut self,
        document: &Pair<'a>,
        path_item: &Pair<'a>,
        operation: &Pair<'a>,
        path: &Path<'a>,
        direction: Direction,
    ) {
        for (key, pair) in operation.members() {
            match key {
                "operationId" | "summary" | "description" | "tags" | "externalDocs"
                | "deprecated" | "x-linq-assumption" => self.documentation(&pair, key),
                "parameters" => self.container(&pair),
                "requestBody" => self.request_body(&pair, direction),
                "responses" => self.responses(&pair, direction.reversed()),
                "security" => self.own_security(document, &pair, direction),
                "servers" => self.servers(&pair),
                "x-linq-retry" => self.retry(document, &pair),
                "x-linq-pagination" => self.pagination(&pair),
                _ => self.unknown(&pair, key),
            }
        }
        self.parameters(path_item, operation, path, direction);
    }

    fn request_body(&mut self, pair: &Pair<'a>, direction: Direction) {
        let body = self.resolved(pair);
        if !body.is_in_both() {
            let required = body.new.as_ref().is_some_and(|new| new.is_true("required"));
            let class = added_or_removed(pair, required, direction);
            let text = format!("the request body {}", pair.verb());
            self.report(class, Some(direction), pair, text);
            return;
        }
        for (key, part) in body.members() {
            match key {
                "description" | "x-linq-assumption" => self.documentation(&part, key),
                "required" => self.required_flag(&part, direction, "the request body"),
                "content" => self.content(&part, direction, Scope::Same),
                _ => self.unknown(&part, key),
            }
        }
    }

    /// Judges `required: true` of something that is there in both documents.
    pub(super) fn required_flag(&mut self, pair: &Pair<'a>, direction: Direction, what: &str) {
        let (class, text) = match pair.flags() {
            [Some(old), Some(new)] if old == new => (
                Class::Compatible,
                format!("`required` of {what} is written differently, and means the same"),
            ),
            [Some(_), Some(true)] => (
                Class::breaking_if(direction == Direction::Sent),
                format!("{what} is now required"),
            ),
            [Some(_), Some(false)] => (
                Class::breaking_if(direction == Direction::Received),
                format!("{what} is no longer required"),
            ),
            _ => (
                Class::Unknown,
                format!("`required` of {what} is neither true nor false"),
            ),
        };
        self.report_if_changed(class, Some(direction), pair, text);
    }
}

/// The class of something that is in one document only. Callers need not send what is optional, and can
/// ignore what they receive.
pub(super) fn added_or_removed(pair: &Pair, required: bool, direction: Direction) -> Class {
    Class::breaking_if(pair.new.is_none() || (required && direction == Direction::Sent))
}
