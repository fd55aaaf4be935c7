//! Builds a program with the client, and one with hand-written reqwest, for each kind of TLS.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::calls::machine;
use super::output;
use crate::checkout;

/// The features of reqwest and of the client.
const TLS: [(&str, &str, &str); 3] = [
    ("none", "", ""),
    ("rustls", "\"rustls\"", "\"rustls\""),
    ("native-tls", "\"native-tls\"", "\"native-tls\""),
];

const BY_HAND: &str = r#"
#[derive(serde::Deserialize)]
struct Cards { contact_cards: Vec<Card> }
#[derive(serde::Deserialize)]
struct Card { phone_number: String, first_name: String }

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build()?;
    let request = http.get("https://api.linqapp.com/api/partner/v3/contact_card").bearer_auth("key");
    let cards: Cards = request.send().await?.error_for_status()?.json().await?;
    for card in cards.contact_cards {
        println!("{} {}", card.phone_number, card.first_name);
    }
    Ok(())
}
"#;

const BY_CLIENT: &str = r#"
#[tokio::main]
async fn main() -> linq::Result<()> {
    let client = linq::Client::new("key")?;
    for card in client.contact_card().retrieve().await?.contact_cards {
        println!("{} {}", card.phone_number, card.first_name);
    }
    Ok(())
}
"#;

/// Packages, CPU seconds of a cold release build, and bytes of the stripped program.
pub(super) fn measure() -> Result<String, Box<dyn Error>> {
    let root = checkout::root()?;
    let mut figures = format!("# {}\n", machine()?);
    for (tls, reqwest, linq) in TLS {
        let by_hand = format!(
            "reqwest = {{ version = \"0.13\", default-features = false, features = [\"http2\", \"json\", \"system-proxy\", {reqwest}] }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n"
        );
        let path = root.join("linq");
        let by_client = format!(
            "linq = {{ path = {path:?}, default-features = false, features = [{linq}] }}\n"
        );
        let by_hand = cost(&root, &by_hand, BY_HAND)?;
        let by_client = cost(&root, &by_client, BY_CLIENT)?;
        for ((what, by_hand), (_, by_client)) in by_hand.iter().zip(&by_client) {
            figures += &format!("{what}\t{tls}\t{by_hand}\t{by_client}\n");
        }
    }
    Ok(figures)
}

/// The figures of one program, each with its name.
fn cost(
    root: &Path,
    dependencies: &str,
    code: &str,
) -> Result<[(&'static str, u64); 3], Box<dyn Error>> {
    let folder = TempDir::new()?;
    let manifest = format!(
        "[package]\nname = \"program\"\nedition = \"2024\"\n\n[profile.release]\nstrip = true\n\n[workspace]\n\n\
         [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{dependencies}"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    // The same versions for both.
    fs::copy(root.join("Cargo.lock"), folder.path().join("Cargo.lock"))?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/main.rs"), code)?;
    let tree = output(
        Command::new("cargo")
            .args([
                "tree",
                "--quiet",
                "--edges",
                "normal,build",
                "--prefix",
                "none",
                "--no-dedupe",
            ])
            .current_dir(folder.path()),
    )?;
    let mut packages: Vec<_> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    packages.sort_unstable();
    packages.dedup();
    // `times` prints the shell's own CPU time, and then that of what it ran.
    let times = output(
        Command::new("sh")
            .args(["-c", "cargo build --release --quiet && times"])
            .env("CARGO_TARGET_DIR", folder.path().join("target"))
            .current_dir(folder.path()),
    )?;
    let seconds: f64 = times
        .lines()
        .last()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(seconds)
        .sum();
    let program = fs::metadata(folder.path().join("target/release/program"))?;
    Ok([
        // Without the program itself.
        ("packages", packages.len().saturating_sub(1) as u64),
        (
            "CPU seconds of a cold release build",
            seconds.round() as u64,
        ),
        ("KB of the stripped program", program.len() / 1000),
    ])
}

/// Seconds from a text such as `1m2.5s`.
fn seconds(time: &str) -> Option<f64> {
    let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}
