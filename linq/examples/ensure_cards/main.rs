//! Ensures the contact cards in a CSV or JSON file, or of every line. It can be repeated at any
//! time.
//!
//! `cargo run --example ensure_cards -- linq/examples/cards.csv [--dry-run]`
//!
//! `cargo run --example ensure_cards -- --every-line --first-name Ann [--dry-run]`
//!
//! `LINQ_API_V3_API_KEY` and `LINQ_API_V3_BASE_URL` select the service; `cargo xtask sandbox`
//! starts a stand-in and prints both.

mod card_file;

use std::error::Error;
use std::io::{Write as _, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use card_file::{Images, Row};
use clap::Parser;
use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use indicatif::ProgressBar;
use linq::contact_card::{ContactCardResource, Ensure, EnsureReport};
use linq::{Client, Ensured, Request};

/// Ensures the contact cards in a file, or of every line.
#[derive(Parser)]
struct Arguments {
    /// CSV with a header line, or JSON with a list of objects: phone_number, first_name, and
    /// optionally last_name and image_url. Empty fields stay as they are on the card.
    #[arg(required_unless_present = "every_line")]
    file: Option<PathBuf>,
    /// Give every line the same card, without a file.
    #[arg(long, conflicts_with_all = ["file", "replace_images"], requires = "first_name")]
    every_line: bool,
    /// The first name for --every-line.
    #[arg(long, requires = "every_line", conflicts_with = "file")]
    first_name: Option<String>,
    /// The last name for --every-line; without it, each card keeps its own.
    #[arg(long, requires = "every_line", conflicts_with = "file")]
    last_name: Option<String>,
    /// Only show what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Replace every photo that is not recorded in FILE.images.json.
    #[arg(long)]
    replace_images: bool,
    /// How many cards to work on at the same time.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match Client::from_env() {
        Ok(client) => run(&client, &arguments).await,
        Err(error) => Err(error.into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("ensure_cards: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every card is as it should be.
async fn run(client: &Client, arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let (rows, mut images) = match &arguments.file {
        Some(file) => (card_file::read(file)?, Images::beside(file)?),
        None => (every_line(client, arguments).await?, Images::default()),
    };
    let cards = client.contact_card();
    let requests = rows
        .iter()
        .map(|row| request(&cards, row, &images, arguments));

    let progress = ProgressBar::new(rows.len() as u64);
    let all = cards.ensure_all(requests);
    let mut reports = all.concurrency(arguments.concurrency.into()).reports();
    let mut done = Vec::new();
    while let Some(report) = reports.next().await {
        progress.inc(1);
        if let (false, Ok(ensured)) = (arguments.dry_run, &report.result) {
            images.note(&rows[report.index], ensured);
        }
        done.push(report);
    }
    progress.finish_and_clear();
    images.save()?;

    done.sort_by_key(|report| report.index);
    let failed = done.iter().filter(|report| report.result.is_err()).count();
    writeln!(
        stdout(),
        "{}\ncards: {}, failed: {failed}",
        table(&rows, &done, arguments.dry_run),
        done.len()
    )?;
    Ok(failed == 0)
}

/// The same card for every line.
async fn every_line(client: &Client, arguments: &Arguments) -> Result<Vec<Row>, Box<dyn Error>> {
    let lines = client.phone_numbers().list().await?.phone_numbers;
    if lines.is_empty() {
        return Err("this account has no lines".into());
    }
    let rows = lines.into_iter().map(|line| Row {
        phone_number: line.phone_number,
        first_name: arguments.first_name.clone().unwrap_or_default(),
        last_name: arguments.last_name.clone(),
        image_url: None,
    });
    Ok(rows.collect())
}

fn request(
    cards: &ContactCardResource,
    row: &Row,
    images: &Images,
    arguments: &Arguments,
) -> Request<Ensure> {
    let mut request = cards.ensure(row.phone_number.as_str(), &row.first_name);
    if let Some(last_name) = &row.last_name {
        request = request.last_name(last_name);
    }
    if let Some(image_url) = &row.image_url {
        request = request.image_url(image_url);
        if let Some(previous) = images.image_url(row) {
            request = request.previous_image_url(previous);
        } else if arguments.replace_images {
            request = request.image_changed(true);
        }
    }
    if arguments.dry_run {
        request.dry_run()
    } else {
        request
    }
}

fn table(rows: &[Row], reports: &[EnsureReport], dry_run: bool) -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(120)
        .set_header(["card", "phone number", "result", "details"]);
    for report in reports {
        let (result, mut details) = match &report.result {
            Ok(Ensured::Created { .. }) if dry_run => ("would be created", String::new()),
            Ok(Ensured::Created { .. }) => ("created", String::new()),
            Ok(Ensured::Updated { fields, .. }) if dry_run => {
                ("would be updated", fields.join(", "))
            }
            Ok(Ensured::Updated { fields, .. }) => ("updated", fields.join(", ")),
            Ok(_) => ("unchanged", String::new()),
            Err(error) => ("failed", error.to_string()),
        };
        if report.result.as_ref().is_ok_and(Ensured::image_kept) {
            details += " (the card kept a photo that may be another one; see --replace-images)";
        }
        let phone_number = rows[report.index].phone_number.as_str();
        let position = (report.index + 1).to_string();
        table.add_row([position.as_str(), phone_number, result, details.trim()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use linq_sandbox::{Card, Fault, Sandbox};
    use serde_json::json;

    use super::*;

    const CARDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/cards.csv");

    async fn all_done(sandbox: &Sandbox, arguments: &[&str]) -> Result<bool, Box<dyn Error>> {
        let builder = Client::builder().api_key(sandbox.api_key());
        let client = builder.base_url(sandbox.base_url()).build().unwrap();
        let arguments = Arguments::try_parse_from([&["ensure_cards"], arguments].concat())?;
        run(&client, &arguments).await
    }

    /// A stand-in that knows only the card of John Doe.
    #[tokio::test]
    async fn the_card_of_another_number_is_a_failure() {
        let card = || Fault::status(200).json(json!(Card::example())).always();
        for listed in [vec![], vec![Card::example()]] {
            let sandbox = Sandbox::start().await.unwrap();
            let list = json!({ "contact_cards": listed });
            sandbox.misbehave(Fault::status(200).json(list).on("GET").always());
            sandbox.misbehave(card().on("POST"));
            sandbox.misbehave(card().on("PATCH"));
            assert!(!all_done(&sandbox, &[CARDS]).await.unwrap());
        }
    }

    #[tokio::test]
    async fn every_line_gets_the_same_card() {
        let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
        let every_line = ["--every-line", "--first-name", "Ann", "--last-name", "Lee"];
        let dry_run = [&every_line[..], &["--dry-run"]].concat();
        let before = sandbox.cards();
        assert!(all_done(&sandbox, &dry_run).await.unwrap());
        assert_eq!(sandbox.cards(), before);

        assert!(all_done(&sandbox, &every_line).await.unwrap());
        let cards = sandbox.cards();
        assert_eq!(cards.len(), 3);
        for card in cards {
            assert!(card.is_active, "{card:?}");
            let name = (card.first_name.as_str(), card.last_name.as_deref());
            assert_eq!(name, ("Ann", Some("Lee")));
        }
    }

    #[tokio::test]
    async fn an_account_without_lines_is_an_error() {
        let sandbox = Sandbox::start().await.unwrap();
        let none = Fault::status(200).json(json!({ "phone_numbers": [] }));
        sandbox.misbehave(none.on_operation("listPhoneNumbers"));
        let error = all_done(&sandbox, &["--every-line", "--first-name", "Ann"]).await;
        assert_eq!(error.unwrap_err().to_string(), "this account has no lines");
    }

    #[test]
    fn a_file_and_every_line_exclude_each_other() {
        let is_valid = |arguments: &[&str]| {
            Arguments::try_parse_from([&["ensure_cards"], arguments].concat()).is_ok()
        };
        assert!(is_valid(&[CARDS]));
        assert!(is_valid(&["--every-line", "--first-name", "Ann"]));
        assert!(!is_valid(&[]));
        assert!(!is_valid(&["--every-line"]));
        assert!(!is_valid(&[CARDS, "--first-name", "Ann"]));
        assert!(!is_valid(&[CARDS, "--every-line", "--first-name", "Ann"]));
    }
}
