//! `cargo xtask`: the project's own tasks.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{codegen, sandbox};

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
    /// Serve a stand-in for the API on this machine, until interrupted.
    Sandbox {
        /// The port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Codegen { check, spec, out } => {
            let spec = spec.unwrap_or_else(|| codegen::in_workspace(codegen::SPEC));
            let out = out.unwrap_or_else(|| codegen::in_workspace(codegen::GENERATED));
            codegen::run(check, &spec, &out)
        }
        Task::Sandbox { port } => sandbox::run(port),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use insta::assert_snapshot;

    use super::*;

    /// What `--help` prints after these words.
    fn help(words: &[&str]) -> String {
        let mut command = Arguments::command();
        command.build();
        words
            .iter()
            .fold(&mut command, |command, word| {
                command.find_subcommand_mut(word).unwrap()
            })
            .render_help()
            .to_string()
    }

    #[test]
    fn help_of_xtask() {
        assert_snapshot!(help(&[]), @r"
        The project's own tasks

        Usage: cargo xtask <COMMAND>

        Commands:
          codegen  Write the generated client from the OpenAPI document
          sandbox  Serve a stand-in for the API on this machine, until interrupted
          help     Print this message or the help of the given subcommand(s)

        Options:
          -h, --help  Print help
        ");
    }

    #[test]
    fn help_of_codegen() {
        assert_snapshot!(help(&["codegen"]), @r"
        Write the generated client from the OpenAPI document

        Usage: cargo xtask codegen [OPTIONS]

        Options:
              --check        Write nothing; show how the checked-in code differs, and fail if it does
              --spec <FILE>  The OpenAPI document [default: openapi/linq-v3.yaml]
              --out <FILE>   The generated code [default: linq-gen/src/generated.rs]
          -h, --help         Print help
        ");
    }

    #[test]
    fn help_of_sandbox() {
        assert_snapshot!(help(&["sandbox"]), @r"
        Serve a stand-in for the API on this machine, until interrupted

        Usage: cargo xtask sandbox [OPTIONS]

        Options:
              --port <PORT>  The port; 0 takes a free one [default: 0]
          -h, --help         Print help
        ");
    }
}
