//! Builds a program with the client, and one with hand-written reqwest, for each kind of TLS.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::output;
use crate::checkout;

/// Each TLS, and its feature of reqwest and of the client.
const TLS: [(&str, &str); 3] = [
    ("no TLS", ""),
    ("rustls", "\"rustls\""),
    ("native-tls", "\"native-tls\""),
];

/// The default features of reqwest, without TLS.
const DEFAULT: &str = r#""charset", "http2", "system-proxy""#;

const BY_HAND: &str = r#"
#[derive(serde::Deserialize)]
struct Cards { contact_cards: Vec<Card> }
#[derive(serde::Deserialize)]
struct Card { phone_number: String, first_name: String }

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(60)).build()?;
    let request = http.get("https://api.linqapp.com/api/partner/v3/contact_card").bearer_auth("key");
    let response = request.query(&[("phone_number", "+15551234567")]).send().await?;
    let cards: Cards = response.error_for_status()?.json().await?;
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
    if let Some(card) = client.contact_card().get("+15551234567").await? {
        println!("{} {}", card.phone_number, card.first_name);
    }
    Ok(())
}
"#;

/// A cold build of a program.
struct Build {
    packages: u64,
    cpu_seconds: u64,
    kilobytes: u64,
}

/// Packages, CPU seconds of a cold release build, and size of the stripped program.
pub(super) fn measure() -> Result<String, Box<dyn Error>> {
    let linq = checkout::root()?.join("linq");
    let mut figures = String::new();
    for (tls, feature) in TLS {
        let reqwest = format!(
            "reqwest = {{ version = \"0.13\", default-features = false, features = [{DEFAULT}, \"json\", \"query\"{}{feature}] }}\n\
             serde = {{ version = \"1\", features = [\"derive\"] }}\n",
            if feature.is_empty() { "" } else { ", " }
        );
        let linq = format!(
            "linq = {{ path = {linq:?}, default-features = false, features = [{feature}] }}\n"
        );
        eprintln!("building a program by hand, and one with the client: {tls}");
        let reqwest = build(&reqwest, BY_HAND)?;
        let linq = build(&linq, BY_CLIENT)?;
        let pairs = [
            ("packages", reqwest.packages, linq.packages),
            (
                "CPU of a cold release build, s",
                reqwest.cpu_seconds,
                linq.cpu_seconds,
            ),
            ("stripped program, KB", reqwest.kilobytes, linq.kilobytes),
        ];
        for (what, reqwest, linq) in pairs {
            let line = format!("{what}\t{tls}\t{reqwest}\t{linq}\n");
            eprint!("{line}");
            figures += &line;
        }
    }
    Ok(figures)
}

fn build(dependencies: &str, code: &str) -> Result<Build, Box<dyn Error>> {
    let folder = TempDir::new()?;
    let manifest = format!(
        "[package]\nname = \"program\"\nedition = \"2024\"\n\n[profile.release]\nstrip = true\n\n[workspace]\n\n\
         [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{dependencies}"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest)?;
    // The same versions for both.
    let lock = checkout::root()?.join("Cargo.lock");
    fs::copy(lock, folder.path().join("Cargo.lock"))?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/main.rs"), code)?;
    let tree = "cargo tree --quiet --edges normal,build --prefix none --no-dedupe";
    let tree = output(shell(tree, folder.path()))?;
    let packages: BTreeSet<_> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    // `times` prints the shell's own CPU time, and then that of what it ran.
    let times = output(shell(
        "cargo build --release --quiet && times",
        folder.path(),
    ))?;
    let times = times.lines().last().unwrap_or_default();
    let cpu_seconds: f64 = times.split_whitespace().filter_map(seconds).sum();
    let program = fs::metadata(folder.path().join("target/release/program"))?;
    Ok(Build {
        // Without the program itself.
        packages: (packages.len() as u64).saturating_sub(1),
        cpu_seconds: cpu_seconds.round() as u64,
        kilobytes: program.len() / 1000,
    })
}

/// A command line, run in a folder with a target directory of its own.
fn shell(line: &str, folder: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", line])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .current_dir(folder);
    shell
}

/// Seconds from a text such as `1m2.5s`.
fn seconds(time: &str) -> Option<f64> {
    let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_a_shell_are_read() {
        assert_eq!(seconds("2m1.500s"), Some(121.5));
        assert_eq!(seconds("s"), None);
    }
}
