//! `cargo xtask`: the project's own tasks.

use std::error::Error;
use std::path::PathBuf;
use std::process::{self, ExitCode};

use clap::{Parser, Subcommand};
use linq_sandbox::DEFAULT_WEBHOOK_SECRET;
use xtask::{checkout, codegen, diff, lint, performance, review, sandbox};

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the generated client from the OpenAPI document.
    Codegen {
        /// Write nothing; show how the checked-in code differs, and fail if it does.
        #[arg(long)]
        check: bool,
        /// The OpenAPI document [default: openapi/linq-v3.yaml].
        #[arg(long, value_name = "FILE")]
        spec: Option<PathBuf>,
        /// The generated code [default: linq-gen/src/generated.rs].
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Review the OpenAPI document.
    Spec {
        #[command(subcommand)]
        task: SpecTask,
    },
    /// Measure the client against hand-written reqwest; write linq/docs/performance.md and its table in the README.
    Performance {
        /// What to measure [default: all].
        part: Option<performance::Part>,
    },
    /// Serve a stand-in for the API on this machine, until interrupted.
    Sandbox {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Send signed events of writes to this URL.
        #[arg(long, value_name = "URL")]
        webhook_url: Option<String>,
        /// The secret that signs the events: `whsec_`, then base64.
        #[arg(long, value_name = "SECRET", requires = "webhook_url",
              default_value = DEFAULT_WEBHOOK_SECRET)]
        webhook_secret: String,
    },
}

#[derive(Subcommand)]
enum SpecTask {
    /// Say what a change means for those who call the API. Exits with 2 if a breaking change is not
    /// approved.
    Diff {
        #[command(flatten)]
        documents: diff::Documents,
        /// The format of the report.
        #[arg(long, value_enum, default_value_t)]
        format: diff::Format,
    },
    /// Write a page that shows what a change means, the reference, and what the client sends. It opens from disk.
    Review {
        #[command(flatten)]
        documents: diff::Documents,
        /// Where the page is written [default: target/review/review.html].
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// List what is wrong with the document, and fail if anything is.
    Lint {
        /// The document [default: openapi/linq-v3.yaml].
        #[arg(value_name = "FILE")]
        document: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|message| {
        // 2 is for breaking changes.
        let _ = message.print();
        process::exit(i32::from(message.use_stderr()))
    });
    let outcome = match arguments.task {
        Task::Codegen { check, spec, out } => codegen(check, spec, out).map(|()| ExitCode::SUCCESS),
        Task::Spec { task } => spec(task),
        Task::Performance { part } => performance::run(part).map(|()| ExitCode::SUCCESS),
        Task::Sandbox {
            port,
            webhook_url,
            webhook_secret,
        } => sandbox::run(port, webhook_url.map(|url| (url, webhook_secret)))
            .map(|()| ExitCode::SUCCESS),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

fn spec(task: SpecTask) -> Result<ExitCode, Box<dyn Error>> {
    match task {
        SpecTask::Diff { documents, format } => diff::run(&documents, format),
        SpecTask::Review { documents, output } => {
            review::run(&documents, output).map(|()| ExitCode::SUCCESS)
        }
        SpecTask::Lint { document } => lint::run(document).map(|()| ExitCode::SUCCESS),
    }
}

fn codegen(check: bool, spec: Option<PathBuf>, out: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let file = |named: Option<PathBuf>, name| named.map_or_else(|| checkout::file(name), Ok);
    codegen::run(
        check,
        &file(spec, codegen::SPEC)?,
        &file(out, codegen::GENERATED)?,
    )
}

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory as _};

    use super::*;

    #[test]
    fn every_argument_is_documented() {
        fn check(command: &Command) {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{}", argument.get_id());
            }
            for task in command.get_subcommands() {
                assert!(task.get_about().is_some(), "{}", task.get_name());
                check(task);
            }
        }
        let command = Arguments::command();
        check(&command);
        command.debug_assert();
    }

    #[test]
    fn a_webhook_secret_needs_a_webhook_url() {
        let parse = |words: &[&str]| {
            let words = ["xtask", "sandbox"].iter().chain(words);
            Arguments::try_parse_from(words).is_ok()
        };
        assert!(parse(&[]));
        assert!(parse(&["--webhook-url", "http://127.0.0.1:9000"]));
        assert!(!parse(&["--webhook-secret", "whsec_c2VjcmV0"]));
    }
}
