//! Shows every line and the state of its contact card.
//!
//! `cargo run --example audit_cards [-- --json]`
//!
//! `LINQ_API_V3_API_KEY` and `LINQ_API_V3_BASE_URL` select the service; `cargo xtask sandbox`
//! starts a stand-in and prints both.

use std::error::Error;
use std::io::{Write as _, stdout};
use std::process::ExitCode;

use clap::Parser;
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use linq::contact_card::{CardState, LineCards};
use linq::{Client, ContactCard};
use serde_json::{Value, json};

/// Shows every line and the state of its contact card.
#[derive(Parser)]
#[command(
    after_help = "Exit code: 0 if every line has an active card, 1 if one has none, 2 after an error."
)]
struct Arguments {
    /// Print JSON: `lines`, each with `phone_number`, `state` (active, inactive or missing),
    /// `first_name` and `last_name`; and `other_cards`, which belong to none of the lines.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("audit_cards: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether every line has an active card.
async fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let cards = Client::from_env()?.contact_card().for_lines().await?;
    if arguments.json {
        writeln!(stdout(), "{:#}", as_json(&cards))?;
    } else {
        writeln!(stdout(), "{}", as_text(&cards))?;
    }
    Ok(without_active_card(&cards) == 0)
}

fn without_active_card(cards: &LineCards) -> usize {
    let lines = cards.lines.iter();
    lines
        .filter(|line| line.state() != CardState::Active)
        .count()
}

fn as_json(cards: &LineCards) -> Value {
    let lines = cards.lines.iter().map(|line| {
        let state = match line.state() {
            CardState::Active => "active",
            CardState::Inactive => "inactive",
            _ => "missing",
        };
        json!({
            "phone_number": line.line.phone_number,
            "state": state,
            "first_name": line.card.as_ref().map(|card| &card.first_name),
            "last_name": line.card.as_ref().and_then(|card| card.last_name.as_ref()),
        })
    });
    let others = cards.other_cards.iter().map(|card| {
        json!({
            "phone_number": card.phone_number,
            "first_name": card.first_name,
            "last_name": card.last_name,
        })
    });
    json!({ "lines": lines.collect::<Value>(), "other_cards": others.collect::<Value>() })
}

fn as_text(cards: &LineCards) -> String {
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_header(["", "line", "card", "name"]);
    for line in &cards.lines {
        let (mark, state) = match line.state() {
            CardState::Active => ("", "active"),
            CardState::Inactive => ("!", "INACTIVE: people don't see it"),
            _ => ("!", "NONE: set one up"),
        };
        let name = line.card.as_ref().map(name).unwrap_or_default();
        let number = printable(&line.line.phone_number);
        table.add_row([mark, &number, state, &name]);
    }
    for card in &cards.other_cards {
        let number = printable(&card.phone_number);
        table.add_row([
            "?",
            &number,
            "of none of your lines, or a second one",
            &name(card),
        ]);
    }
    format!(
        "{table}\nlines: {}, without an active card: {}",
        cards.lines.len(),
        without_active_card(cards)
    )
}

fn name(card: &ContactCard) -> String {
    let last_name = card.last_name.as_deref().unwrap_or_default();
    printable(&format!("{} {last_name}", card.first_name))
}

/// A text that can't steer a terminal or break the table.
fn printable(text: &str) -> String {
    let is_direction = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let visible = text
        .chars()
        .filter(|&c| !c.is_control() && !is_direction(c));
    visible.take(60).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use linq_sandbox::{Fault, Sandbox};

    use super::*;

    async fn client(sandbox: &Sandbox) -> Client {
        let builder = Client::builder().api_key(sandbox.api_key());
        builder.base_url(sandbox.base_url()).build().unwrap()
    }

    #[tokio::test]
    async fn lines_that_need_attention_are_marked() {
        let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
        let client = client(&sandbox).await;
        let cards = client.contact_card().for_lines().await.unwrap();
        let text = as_text(&cards);
        let row = |number| text.lines().find(|row| row.contains(number)).unwrap();
        assert!(row("+15551234567").contains("active"), "{text}");
        assert!(!row("+15551234567").contains('!'), "{text}");
        assert!(row("+15557654321").contains("INACTIVE"), "{text}");
        assert!(row("+15550000001").contains("NONE"), "{text}");
        for number in ["+15557654321", "+15550000001"] {
            assert!(row(number).starts_with("│ ! ┆"), "{text}");
        }
        assert!(
            text.ends_with("lines: 3, without an active card: 2"),
            "{text}"
        );

        let line = |number: &str, state: &str, first_name: Value, last_name: Value| json!({ "phone_number": number, "state": state, "first_name": first_name, "last_name": last_name });
        let lines = json!([
            line("+15551234567", "active", "John".into(), "Doe".into()),
            line("+15557654321", "inactive", "Zoe".into(), Value::Null),
            line("+15550000001", "missing", Value::Null, Value::Null),
        ]);
        assert_eq!(
            as_json(&cards),
            json!({ "lines": lines, "other_cards": [] })
        );
    }

    #[tokio::test]
    async fn nothing_is_left_once_every_line_has_a_card() {
        let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
        let client = client(&sandbox).await;
        for number in ["+15557654321", "+15550000001"] {
            client.contact_card().ensure(number, "Ann").await.unwrap();
        }
        let cards = client.contact_card().for_lines().await.unwrap();
        assert_eq!(without_active_card(&cards), 0);
    }

    #[tokio::test]
    async fn a_name_can_not_steer_the_terminal() {
        let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
        let hostile = json!({ "contact_cards": [{
            "phone_number": "+15559999999", "first_name": "\u{1b}[2J\u{202e}A\nnn",
            "last_name": "x".repeat(10_000), "is_active": true,
        }]});
        let fault = Fault::status(200).json(hostile);
        sandbox.misbehave(fault.on_operation("retrieveContactCard"));
        let cards = client(&sandbox).await.contact_card().for_lines().await;
        let text = as_text(&cards.unwrap());
        let row = text
            .lines()
            .find(|row| row.contains("+15559999999"))
            .unwrap();
        assert!(row.contains("[2JAnn xxx") && row.contains('?'), "{row}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && text.len() < 3_000);
    }
}
