//! Phone numbers have `format: e164`.

use super::finding::Report;
use crate::model::node::Node;

const RULE: &str = "linq/phone-numbers";

/// The keys whose values are data, in which `properties` means nothing.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

pub(super) fn check(root: &Node, report: &mut Report) {
    walk(root, report);
}

fn walk(node: &Node, report: &mut Report) {
    if let (Some(name), Some(_), Some(schema)) =
        (node.text("name"), node.text("in"), node.get("schema"))
    {
        check_value(name, node.text("description"), &schema, report);
    }
    for (key, child) in node.members() {
        if key == "properties" {
            for (name, property) in child.members() {
                check_value(name, property.text("description"), &property, report);
                walk(&property, report);
            }
        } else if !DATA.contains(&key) {
            walk(&child, report);
        }
    }
    for item in node.items() {
        walk(&item, report);
    }
}

fn check_value(name: &str, description: Option<&str>, schema: &Node, report: &mut Report) {
    let Some(mut value) = schema.resolved() else {
        return;
    };
    // A reference has no description of its own.
    let description = description.or_else(|| value.text("description"));
    if let Some(items) = value.get("items").and_then(|items| items.resolved()) {
        value = items;
    }
    let is_text = value.text("type") == Some("string");
    if is_text
        && is_phone_number(name, description.unwrap_or_default())
        && value.text("format") != Some("e164")
    {
        let text = format!(
            "`{name}` is a phone number: give it `format: e164`, or say in its description what else it can be, \
             such as an email address"
        );
        report.add(schema, RULE, text);
    }
}

/// Whether a value is a phone number and nothing else, as far as its name and description tell.
fn is_phone_number(name: &str, description: &str) -> bool {
    let is_named = ["phone_number", "phone_numbers", "handle", "handles"]
        .iter()
        .any(|last| {
            name == *last
                || name
                    .strip_suffix(last)
                    .is_some_and(|rest| rest.ends_with('_'))
        });
    let description = description.to_lowercase();
    let can_be_other = ["email", "short code"]
        .iter()
        .any(|other| description.contains(other));
    !can_be_other && (is_named || description.contains("e.164"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{found, with};

    #[test]
    fn a_property_that_is_a_phone_number_says_so() {
        assert_eq!(
            found(&with(
                "phone_number: { type: string, format: e164, description: Its number. }",
                "phone_number: { type: string, description: Its number. }"
            )),
            [
                "40:9: linq/phone-numbers: `phone_number` is a phone number: give it `format: e164`, or say in its \
              description what else it can be, such as an email address"
            ]
        );
    }

    #[test]
    fn a_handle_can_be_something_else() {
        let handle = |schema: &str| {
            let text = with(
                "phone_number: { type: string, format: e164, description: Its number. }",
                schema,
            );
            found(&text).len()
        };
        assert_eq!(
            handle("sender_handle: { type: string, description: Who sent it. }"),
            1
        );
        assert_eq!(
            handle("sender_handle: { type: string, description: Phone number or email address. }"),
            0
        );
        assert_eq!(
            handle("handles: { type: array, description: All., items: { type: string } }"),
            1
        );
        assert_eq!(
            handle("from: { type: string, description: 'Sender, in E.164 format.' }"),
            1
        );
        assert_eq!(
            handle("phone_number: { type: object, description: In E.164 format. }"),
            0
        );
    }

    #[test]
    fn the_description_can_be_that_of_a_component() {
        let text = with(
            "phone_number: { type: string, format: e164, description: Its number. }",
            "handle: { $ref: '#/components/schemas/Handle' }",
        );
        let component = |description: &str| {
            let component = format!("    Handle: {{ type: string, description: {description} }}\n");
            found(&text.replace("x-webhooks:\n", &format!("{component}x-webhooks:\n"))).len()
        };
        assert_eq!(component("Phone number or email address."), 0);
        assert_eq!(component("Who sent it."), 1);
    }

    #[test]
    fn a_parameter_that_is_a_phone_number_says_so() {
        let text = with(
            "name: line, in: query",
            "name: line_phone_number, in: query",
        );
        assert_eq!(found(&text).len(), 1);
    }

    #[test]
    fn examples_are_data() {
        let example = "{ type: string, format: e164, description: Its number., example: { properties: { handle: { type: string } } } }";
        assert!(
            found(&with(
                "{ type: string, format: e164, description: Its number. }",
                example
            ))
            .is_empty()
        );
    }
}
