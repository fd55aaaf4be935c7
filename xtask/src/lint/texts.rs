//! Every property says what it is, and what is said of the values of an enum is said of one of them.

use super::finding::Report;
use crate::model::extensions::ENUM_DESCRIPTIONS;
use crate::model::node::Node;
use crate::model::objects;

const RULE: &str = "linq/texts";

pub(super) fn check(root: &Node, report: &mut Report) {
    let schemas = objects::all(root).into_iter();
    for (_, schema) in schemas.filter(|(kind, _)| *kind == "Schema") {
        for (name, property) in schema.members_of("properties") {
            let says = |schema: &Node| schema.has("description") || is_constant(schema);
            if !says(&property) && !property.resolved().is_some_and(|schema| says(&schema)) {
                let text = format!("say in a `description` what `{name}` is");
                report.add(&property, RULE, text);
            }
        }
        for (value, text) in schema.members_of(ENUM_DESCRIPTIONS) {
            if !schema.lists("enum", value) {
                report.add(&text, RULE, format!("`{value}` is not a value of `enum`"));
            }
        }
    }
}

/// Whether a schema has a single value, which says enough.
fn is_constant(schema: &Node) -> bool {
    schema.items_of("enum").len() == 1
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found, with};

    /// What is found if the property of a line has this schema.
    fn found_in(schema: &str) -> Vec<String> {
        let number = "{ type: string, format: e164, description: Its number. }";
        found(&with(number, schema))
    }

    #[test]
    fn a_property_says_what_it_is() {
        assert_eq!(
            found_in("{ type: string, format: e164 }"),
            ["40:9: linq/texts: say in a `description` what `phone_number` is"]
        );
    }

    #[test]
    fn what_has_one_value_needs_no_words() {
        let schema = "{ type: string, format: e164, enum: ['+15551234567'] }";
        assert_eq!(found_in(schema), [""; 0]);
    }

    #[test]
    fn only_values_of_the_enum_are_described() {
        let schema = |values: &str| {
            let described = "x-enumDescriptions: { '+15551234567': The first }";
            format!(
                "{{ type: string, format: e164, description: Its number., enum: [{values}], {described} }}"
            )
        };
        let both = schema("'+15551234567', '+15557654321'");
        assert_eq!(found_in(&both), [""; 0]);
        let found = found_in(&schema("'+15557654321'"));
        assert!(
            found[0].ends_with("linq/texts: `+15551234567` is not a value of `enum`"),
            "{found:?}"
        );
    }
}
