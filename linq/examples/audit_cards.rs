//! Shows every line and the state of its contact card.
//!
//! `cargo run --example audit_cards [-- --json]`
//!
//! `LINQ_API_V3_API_KEY` and `LINQ_API_V3_BASE_URL` select the service; `cargo xtask sandbox`
//! starts a stand-in and prints both.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{Write, stdout};
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
    let arguments = Arguments::parse();
    ExitCode::from(exit_code(&arguments, Client::from_env(), stdout()).await)
}

async fn exit_code(arguments: &Arguments, client: linq::Result<Client>, output: impl Write) -> u8 {
    match run(arguments, client, output).await {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => {
            eprintln!("audit_cards: {error}");
            2
        }
    }
}

/// Whether every line has an active card.
async fn run(
    arguments: &Arguments,
    client: linq::Result<Client>,
    mut output: impl Write,
) -> Result<bool, Box<dyn Error>> {
    let cards = client?.contact_card().for_lines().await?;
    if arguments.json {
        writeln!(output, "{}", escaped(&format!("{:#}", as_json(&cards))))?;
    } else {
        writeln!(output, "{}", as_text(&cards))?;
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
    let mut shown = String::new();
    for c in text.trim().chars().take(60) {
        match c {
            c if c.is_whitespace() => shown.push(' '),
            c if is_visible(c) => shown.push(c),
            c => shown.extend(c.escape_unicode()),
        }
    }
    shown
}

/// The same JSON, with escapes for what can't be seen.
fn escaped(json: &str) -> String {
    let mut shown = String::new();
    for c in json.chars() {
        if is_visible(c) || c == '\n' {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(shown, "\\u{unit:04x}"); // a String takes any text
        }
    }
    shown
}

/// Whether a character is seen and does nothing else.
fn is_visible(c: char) -> bool {
    let is_blank = matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}');
    // Control and format characters have an escape, and after a letter, accents have none.
    let text = format!("x{c}");
    let is_literal = matches!(c, '\'' | '"' | '\\') || text.escape_debug().eq(text.chars());
    is_literal && !is_blank
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
    async fn the_exit_code_says_whether_every_line_has_a_card() {
        let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
        let client = client(&sandbox).await;
        let code = async |output: &mut [u8]| {
            let arguments = Arguments { json: true };
            exit_code(&arguments, Ok(client.clone()), output).await
        };
        assert_eq!(code(&mut [0; 10_000]).await, 1);
        for number in ["+15557654321", "+15550000001"] {
            client.contact_card().ensure(number, "Ann").await.unwrap();
        }
        assert_eq!(code(&mut [0; 10_000]).await, 0);
        // No room for the output.
        assert_eq!(code(&mut []).await, 2);
        sandbox.misbehave(Fault::documented(2004));
        assert_eq!(code(&mut [0; 10_000]).await, 2);
        let no_client = Client::builder().build();
        let arguments = Arguments { json: false };
        assert_eq!(exit_code(&arguments, no_client, Vec::new()).await, 2);
    }

    #[tokio::test]
    async fn a_name_can_not_steer_the_terminal() {
        const HIDDEN: [char; 7] = [
            '\u{1b}',
            '\u{202e}',
            '\u{200b}',
            '\u{3164}',
            '\u{9b}',
            '\u{7f}',
            '\u{e0041}',
        ];
        let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
        let card = |first_name: &str, last_name: &str| json!({ "phone_number": "+15559999999", "first_name": first_name, "last_name": last_name, "is_active": true });
        let page = json!({ "contact_cards": [
            card(&String::from_iter(HIDDEN), "A\nnn"),
            card("Ze\u{301} \"O'Brien\"", &"x".repeat(10_000)),
        ]});
        let fault = Fault::status(200).json(page);
        sandbox.misbehave(fault.on_operation("retrieveContactCard"));
        let cards = client(&sandbox).await.contact_card().for_lines().await;
        let cards = cards.unwrap();

        let text = as_text(&cards);
        for name in [
            r"\u{1b}\u{202e}\u{200b}\u{3164}\u{9b}\u{7f}\u{e0041} A nn",
            "Ze\u{301} \"O'Brien\" xxx",
        ] {
            let row = text.lines().find(|row| row.contains(name));
            assert!(row.is_some_and(|row| row.contains('?')), "{text}");
        }
        assert!(!text.contains(HIDDEN) && text.len() < 3_000);

        let json = escaped(&format!("{:#}", as_json(&cards)));
        assert!(!json.contains(HIDDEN), "{json:.300}");
        assert!(json.contains("Ze\u{301} \\\"O'Brien"), "{json:.300}");
        let read: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read, as_json(&cards));
    }
}
