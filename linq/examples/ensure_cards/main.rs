//! Makes sure of the contact cards in a file, CSV or JSON. It can simply be run again.
//!
//! `cargo run --example ensure_cards -- linq/examples/cards.csv [--dry-run]`
//!
//! It asks the service that `LINQ_API_V3_API_KEY` and `LINQ_API_V3_BASE_URL` name; `cargo xtask sandbox`
//! serves a stand-in and prints both.

mod card_file;

use std::error::Error;
use std::io::{Write as _, stdout};
use std::path::PathBuf;
use std::process::ExitCode;

use card_file::{Images, Row};
use clap::Parser;
use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use indicatif::ProgressBar;
use linq::{Client, ContactCardResource, Ensure, EnsureReport, Ensured, Request};

/// Makes sure of the contact cards in a file.
#[derive(Parser)]
struct Arguments {
    /// CSV with a header line, or JSON with a list of objects: phone_number, first_name, and optionally
    /// last_name and image_url. What is empty stays as it is.
    file: PathBuf,
    /// Say what would be done, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Replace the photos of which the file beside, FILE.images.json, does not tell that they are the wanted
    /// ones.
    #[arg(long)]
    replace_images: bool,
    /// How many cards to work on at the same time.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("ensure_cards: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every card is as it should be.
async fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let rows = card_file::read(&arguments.file)?;
    let mut images = Images::beside(&arguments.file)?;
    let cards = Client::from_env()?.contact_card();
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
        if let Some(previous) = images.of(row) {
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
            Ok(Ensured::Created { .. }) if dry_run => ("to be created", String::new()),
            Ok(Ensured::Created { .. }) => ("created", String::new()),
            Ok(Ensured::Updated { fields, .. }) if dry_run => ("to be updated", fields.join(", ")),
            Ok(Ensured::Updated { fields, .. }) => ("updated", fields.join(", ")),
            Ok(_) => ("unchanged", String::new()),
            Err(error) => ("failed", error.to_string()),
        };
        if report.result.as_ref().is_ok_and(Ensured::image_kept) {
            details += " (it keeps a photo that may be another; see --replace-images)";
        }
        let phone_number = rows[report.index].phone_number.as_str();
        let position = (report.index + 1).to_string();
        table.add_row([position.as_str(), phone_number, result, details.trim()]);
    }
    table
}
