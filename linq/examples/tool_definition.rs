//! Prints the definition of a tool for a language model, which sets up contact cards.
//!
//! `cargo run --example tool_definition --features schemars`
//!
//! Pass it to the model in your request. Pass the arguments of the model's call to `ensure_card`,
//! and what that returns back to the model.

use linq::serde_json::{self, Value, json};
use linq::{Client, PhoneNumber};
use schemars::JsonSchema;
use serde::Deserialize;

/// The arguments of the tool.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EnsureCard {
    /// The phone number of the line, in E.164 format.
    phone_number: PhoneNumber,
    /// The first name that people are to see.
    #[schemars(length(min = 1))]
    first_name: String,
    /// The last name, empty for none. Without it, the card keeps its last name.
    last_name: Option<String>,
    /// Whether only to say what would be done.
    #[serde(default)]
    dry_run: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", serde_json::to_string_pretty(&definition()?)?);
    Ok(())
}

/// The tool, in the form of Anthropic's API; others name the schema `parameters`.
fn definition() -> linq::Result<Value> {
    Ok(json!({
        "name": "ensure_contact_card",
        "description": "Sets up the contact card of a line, or updates what differs: the name that people see.",
        "input_schema": linq::schema::<EnsureCard>()?,
    }))
}

/// Does what the model asks for. The text goes back to the model, an error too: it says what to do.
#[allow(dead_code, reason = "this example has no model that calls it")]
async fn ensure_card(client: &Client, arguments: Value) -> String {
    let arguments: EnsureCard = match serde_json::from_value(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return format!("invalid arguments: {error}"),
    };
    let cards = client.contact_card();
    let mut request = cards.ensure(arguments.phone_number, arguments.first_name);
    if let Some(last_name) = arguments.last_name {
        request = request.last_name(last_name);
    }
    if arguments.dry_run {
        request = request.dry_run();
    }
    match request.await {
        Ok(ensured) => format!("{ensured:?}"),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_complete() {
        let number = json!({
            "type": "string",
            "description": "The phone number of the line, in E.164 format.",
            "pattern": r"^\+[1-9][0-9]{1,14}$",
        });
        let last_name = "The last name, empty for none. Without it, the card keeps its last name.";
        let expected = json!({
            "title": "EnsureCard",
            "description": "The arguments of the tool.",
            "type": "object",
            "properties": {
                "phone_number": number,
                "first_name": {
                    "type": "string",
                    "description": "The first name that people are to see.",
                    "minLength": 1,
                },
                "last_name": {"type": ["string", "null"], "description": last_name},
                "dry_run": {
                    "type": "boolean",
                    "description": "Whether only to say what would be done.",
                    "default": false,
                },
            },
            "required": ["phone_number", "first_name"],
            "additionalProperties": false,
        });
        assert_eq!(definition().unwrap()["input_schema"], expected);
    }
}
