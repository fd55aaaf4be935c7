//! Whether the handwritten `linq` compiles with the code that a document generates.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};

use crate::codegen::{self, GENERATED};
use crate::spec::Spec;

use super::contract::Contract;

/// What is copied of a checkout, if it exists: the crates, and what they need to be built.
const CHECKOUT: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "linq",
    "linq-gen",
    "tests",
    "xtask",
];
/// The folder of the copy, from the root of the checkout. It has the same name each time, so that cargo need
/// not check other crates again.
const COPY: &str = "target/spec-diff";
/// The features with code of their own; those for TLS only choose a library, which may take long to build.
const FEATURES: &str = "axum,schemars,tracing,webhooks";
/// At most so many errors are kept; the rest are only counted.
const MOST_ERRORS: usize = 5;
/// Longer messages are cut.
const MOST_LETTERS: usize = 300;

/// What the compiler says of `linq` with the new generated code.
#[derive(Clone, Debug)]
pub struct Build {
    /// The first errors, in a line each; none if it compiles.
    pub errors: Vec<String>,
    /// How many errors there are.
    pub count: usize,
}

impl Build {
    /// Checks a copy of the checkout, in which the document's code replaces the generated code.
    ///
    /// # Errors
    ///
    /// If no code can be generated, the checkout can't be copied, or cargo fails before it compiles anything.
    pub(crate) fn check(contract: &Contract, root: &Path) -> Result<Self, Box<dyn Error>> {
        let copy = root.join(COPY);
        if copy.exists() {
            fs::remove_dir_all(&copy)?;
        }
        fs::create_dir_all(&copy)?;
        for name in CHECKOUT.iter().filter(|name| root.join(name).exists()) {
            copy_all(&root.join(name), &copy.join(name))?;
        }
        let spec = Spec::from_text(contract.path(), contract.text().to_owned())?;
        for (path, text) in codegen::files(&spec, &copy.join(GENERATED))? {
            fs::write(path, text)?;
        }
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["check", "--package", "linq", "--features", FEATURES])
            .args(["--quiet", "--message-format", "json", "--target-dir"])
            .arg(target)
            .current_dir(&copy)
            .output()
            .map_err(|error| format!("can't run cargo: {error}"))?;
        let build = Self::from_messages(&output.stdout);
        if !output.status.success() && build.count == 0 {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("cargo can't check `linq`: {}", stderr.trim()).into());
        }
        Ok(build)
    }

    /// Whether `linq` compiles.
    pub fn compiles(&self) -> bool {
        self.count == 0
    }

    fn from_messages(messages: &[u8]) -> Self {
        let diagnostics = Message::parse_stream(messages).filter_map(|message| match message {
            Ok(Message::CompilerMessage(message)) => Some(message.message),
            _ => None,
        });
        let errors: Vec<_> = diagnostics
            .filter(|diagnostic| diagnostic.level == DiagnosticLevel::Error)
            // The compiler ends with an error that only counts the others.
            .filter(|diagnostic| !diagnostic.spans.is_empty())
            .map(|diagnostic| one_line(&diagnostic))
            .collect();
        Self {
            count: errors.len(),
            errors: errors.into_iter().take(MOST_ERRORS).collect(),
        }
    }
}

/// Such as ``linq/src/lib.rs:3:5: error[E0308]: mismatched types: expected `u32`, found `u64` ``.
fn one_line(diagnostic: &Diagnostic) -> String {
    let primary = diagnostic.spans.iter().find(|span| span.is_primary);
    let label = primary.and_then(|span| span.label.as_deref());
    let message = [Some(diagnostic.message.as_str()), label];
    let message: Vec<_> = message.into_iter().flatten().collect();
    let message: String = message.join(": ").chars().take(MOST_LETTERS).collect();
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let code = diagnostic
        .code
        .as_ref()
        .map(|code| format!("[{}]", code.code));
    let text = format!("error{}: {message}", code.unwrap_or_default());
    match primary.map(where_written) {
        Some(span) if Path::new(&span.file_name).is_relative() => format!(
            "{}:{}:{}: {text}",
            span.file_name, span.line_start, span.column_start
        ),
        _ => text,
    }
}

/// The place in the checkout, which may use a macro from elsewhere.
fn where_written(span: &DiagnosticSpan) -> &DiagnosticSpan {
    match &span.expansion {
        Some(expansion) if Path::new(&span.file_name).is_absolute() => {
            where_written(&expansion.span)
        }
        _ => span,
    }
}

fn copy_all(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let named = |error| format!("{}: {error}", from.display());
    if !fs::metadata(from).map_err(named)?.is_dir() {
        fs::copy(from, to).map_err(named)?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        // Packages for tests in a browser, which are large.
        if name != "node_modules" {
            copy_all(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}
