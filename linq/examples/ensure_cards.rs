//! Makes sure of the contact cards in a file, CSV or JSON. It can simply be run again.
//!
//! `cargo run --example ensure_cards -- linq/examples/cards.csv [--dry-run]`
//!
//! It asks the service that `LINQ_API_V3_API_KEY` and `LINQ_API_V3_BASE_URL` name; `cargo xtask sandbox`
//! serves a stand-in and prints both.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use indicatif::ProgressBar;
use linq::{Client, ContactCardResource, Ensure, EnsureReport, Ensured, Request};
use serde::Deserialize;

/// Makes sure of the contact cards in a file.
#[derive(Parser)]
struct Arguments {
    /// CSV with a header line, or JSON with a list of objects: phone_number, first_name, and optionally
    /// last_name, image_url, previous_image_url. An empty field is as none.
    file: PathBuf,
    /// Say what would be done, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// How many cards to work on at the same time.
    #[arg(long, default_value_t = 8)]
    concurrency: usize,
}

/// A card that there should be. A photo that the card has is replaced where `previous_image_url`, the one
/// that was given the last time, is another than `image_url`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    phone_number: String,
    first_name: String,
    last_name: Option<String>,
    image_url: Option<String>,
    previous_image_url: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("ensure_cards: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every card is as it should be.
async fn run(arguments: Arguments) -> Result<bool, Box<dyn Error>> {
    let file = &arguments.file;
    let rows = read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let client = Client::from_env()?;
    let cards = client.contact_card();
    let numbers: Vec<_> = rows.iter().map(|row| row.phone_number.clone()).collect();

    let progress = ProgressBar::new(rows.len() as u64);
    let dry_run = arguments.dry_run;
    let requests = rows.into_iter().map({
        let cards = cards.clone();
        move |row| request(&cards, row, dry_run)
    });
    let all = cards
        .ensure_all(requests)
        .concurrency(arguments.concurrency);
    let mut reports = all.reports();
    let mut done = Vec::new();
    while let Some(report) = reports.next().await {
        progress.inc(1);
        done.push(report);
    }
    progress.finish_and_clear();

    done.sort_by_key(|report| report.index);
    println!("{}", table(&numbers, &done, dry_run));
    let failed = done.iter().filter(|report| report.result.is_err()).count();
    println!("cards: {}, failed: {failed}", done.len());
    Ok(failed == 0)
}

fn read(file: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    // Spreadsheets write one.
    let text = text.trim_start_matches('\u{feff}');
    if file
        .extension()
        .is_some_and(|extension| extension == "json")
    {
        return Ok(serde_json::from_str(text)?);
    }
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    Ok(reader.deserialize().collect::<Result<_, _>>()?)
}

fn request(cards: &ContactCardResource, row: Row, dry_run: bool) -> Request<Ensure> {
    let mut request = cards.ensure(row.phone_number, row.first_name);
    if let Some(last_name) = row.last_name {
        request = request.last_name(last_name);
    }
    if let Some(image_url) = row.image_url {
        request = request.image_url(image_url);
    }
    if let Some(image_url) = row.previous_image_url {
        request = request.previous_image_url(image_url);
    }
    if dry_run { request.dry_run() } else { request }
}

fn table(numbers: &[String], reports: &[EnsureReport], dry_run: bool) -> Table {
    let mut table = Table::new();
    table
        .load_preset(UTF8_FULL_CONDENSED)
        .set_header(["phone number", "result", "details"]);
    for report in reports {
        let (result, details) = match &report.result {
            Ok(Ensured::Unchanged { .. }) => ("unchanged", String::new()),
            Ok(Ensured::Created { .. }) if dry_run => ("to be created", String::new()),
            Ok(Ensured::Created { .. }) => ("created", String::new()),
            Ok(Ensured::Updated { fields, .. }) if dry_run => ("to be updated", fields.join(", ")),
            Ok(Ensured::Updated { fields, .. }) => ("updated", fields.join(", ")),
            Ok(_) => ("done", String::new()),
            Err(error) => ("failed", error.to_string()),
        };
        table.add_row([numbers[report.index].as_str(), result, &details]);
    }
    table
}
