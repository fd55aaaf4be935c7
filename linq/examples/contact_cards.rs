//! Prints every contact card of the partner, or that of one phone number.
//!
//! `cargo run --example contact_cards [-- +15551234567]`
//!
//! It uses the service if `LINQ_API_V3_API_KEY` is set, and otherwise a sandbox that it starts
//! itself.

use std::process::ExitCode;

use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use linq::{Client, ContactCard, Error};
use linq_sandbox::Sandbox;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("contact_cards: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let phone_number = arguments.next();
    if arguments.next().is_some() {
        return Err("expected at most one phone number, such as +15551234567".into());
    }
    let cards = if std::env::var_os("LINQ_API_V3_API_KEY").is_some() {
        contact_cards(&Client::from_env()?, phone_number).await?
    } else {
        let sandbox = Sandbox::start().await?;
        eprintln!(
            "LINQ_API_V3_API_KEY is not set; using a sandbox at {}",
            sandbox.base_url()
        );
        let client = Client::builder()
            .api_key(sandbox.api_key())
            .base_url(sandbox.base_url())
            .build()?;
        contact_cards(&client, phone_number).await?
    };
    if cards.is_empty() {
        println!("There are no contact cards.");
    } else {
        println!("{}", table(&cards));
    }
    Ok(())
}

async fn contact_cards(
    client: &Client,
    phone_number: Option<String>,
) -> Result<Vec<ContactCard>, Error> {
    let request = client.contact_card().retrieve();
    let request = match phone_number {
        Some(phone_number) => request.phone_number(phone_number),
        None => request,
    };
    Ok(request.await?.contact_cards)
}

fn table(cards: &[ContactCard]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED).set_header([
        "phone number",
        "first name",
        "last name",
        "active",
        "image",
    ]);
    for card in cards {
        table.add_row([
            card.phone_number.as_str(),
            &card.first_name,
            card.last_name.as_deref().unwrap_or_default(),
            if card.is_active { "yes" } else { "no" },
            card.image_url.as_deref().unwrap_or_default(),
        ]);
    }
    table
}
