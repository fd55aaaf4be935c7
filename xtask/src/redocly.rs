//! Runs Redocly, the Node.js program that lints and renders the contract.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::checkout;

/// The folder of the contract, whose `package.json` names the version.
const FOLDER: &str = "openapi";
const PACKAGE: &str = "@redocly/cli";

/// An installed Redocly, with its configuration.
pub(crate) struct Redocly {
    node: PathBuf,
    folder: PathBuf,
}

impl Redocly {
    /// The Redocly of this checkout.
    ///
    /// # Errors
    ///
    /// If it is not installed in the version that the checkout asks for.
    pub(crate) fn in_checkout() -> Result<Self, Box<dyn Error>> {
        Self::new(PathBuf::from("node"), checkout::root()?.join(FOLDER))
    }

    fn new(node: PathBuf, folder: PathBuf) -> Result<Self, Box<dyn Error>> {
        let found = Self { node, folder };
        let wanted = found.version("package.json", &["devDependencies", PACKAGE]);
        let manifest = format!("node_modules/{PACKAGE}/package.json");
        let installed = found.version(&manifest, &["version"]);
        match (wanted, installed) {
            (Some(wanted), Some(installed)) if wanted == installed => Ok(found),
            (_, None) => Err(found.install("is not installed")),
            _ => Err(found.install("is not installed in the version of package.json")),
        }
    }

    /// Runs one of Redocly's commands in the folder of the contract.
    ///
    /// # Errors
    ///
    /// If there is no Node.js. The findings of the command are in its output.
    pub(crate) fn run(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Result<Output, Box<dyn Error>> {
        let program = self
            .folder
            .join(format!("node_modules/{PACKAGE}/bin/cli.js"));
        let output = Command::new(&self.node)
            .arg(program)
            .args(arguments)
            .arg("--config")
            .arg(self.folder.join("redocly.yaml"))
            .current_dir(&self.folder)
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .env("NO_COLOR", "1")
            .output();
        output.map_err(|error| match error.kind() {
            ErrorKind::NotFound => format!(
                "{} was not found. Linting and rendering the contract takes Node.js 22.12 or newer: install it, \
                 then run `npm ci --prefix {FOLDER}`",
                self.node.display()
            )
            .into(),
            _ => format!("{}: {error}", self.node.display()).into(),
        })
    }

    /// Why a command failed, in its own words.
    pub(crate) fn failure(output: &Output) -> Box<dyn Error> {
        let stderr = String::from_utf8_lossy(&output.stderr);
        // Redocly puts a box around its warning about old versions of Node.js.
        let is_notice = |line: &&str| !line.contains(['║', '╔', '╚']);
        let lines: Vec<_> = stderr.lines().filter(is_notice).collect();
        format!("Redocly failed: {}", lines.join("\n").trim()).into()
    }

    fn version(&self, file: &str, keys: &[&str]) -> Option<String> {
        let text = fs::read_to_string(self.folder.join(file)).ok()?;
        let manifest: Value = serde_json::from_str(&text).ok()?;
        let version = keys.iter().try_fold(&manifest, |node, key| node.get(key))?;
        version.as_str().map(str::to_owned)
    }

    fn install(&self, problem: &str) -> Box<dyn Error> {
        let folder = relative(&self.folder);
        format!(
            "{PACKAGE} {problem}; run `npm ci --prefix {}`",
            folder.display()
        )
        .into()
    }
}

/// A path as people of the checkout write it.
fn relative(path: &Path) -> &Path {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(current).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with this version in its `package.json`, and that one installed.
    fn folder(wanted: &str, installed: Option<&str>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let manifest = format!(r#"{{"devDependencies": {{"@redocly/cli": "{wanted}"}}}}"#);
        fs::write(folder.path().join("package.json"), manifest).unwrap();
        if let Some(version) = installed {
            let package = folder.path().join("node_modules/@redocly/cli");
            fs::create_dir_all(&package).unwrap();
            let manifest = format!(r#"{{"version": "{version}"}}"#);
            fs::write(package.join("package.json"), manifest).unwrap();
        }
        folder
    }

    fn refusal(folder: &tempfile::TempDir) -> String {
        let path = folder.path().to_owned();
        let result = Redocly::new(PathBuf::from("node"), path);
        let message = result
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        message.replace(&folder.path().display().to_string(), "[folder]")
    }

    #[test]
    fn missing_packages_are_explained() {
        assert_eq!(
            refusal(&folder("2.0.0", None)),
            "@redocly/cli is not installed; run `npm ci --prefix [folder]`"
        );
    }

    #[test]
    fn other_versions_than_the_pinned_one_are_refused() {
        assert_eq!(
            refusal(&folder("2.0.0", Some("1.9.9"))),
            "@redocly/cli is not installed in the version of package.json; run `npm ci --prefix [folder]`"
        );
    }

    #[test]
    fn a_missing_node_is_explained() {
        let folder = folder("2.0.0", Some("2.0.0"));
        let node = folder.path().join("no/node");
        let redocly = Redocly::new(node.clone(), folder.path().to_owned()).unwrap();
        let message = redocly.run(["lint"]).unwrap_err().to_string();
        assert_eq!(
            message.replace(&node.display().to_string(), "node"),
            "node was not found. Linting and rendering the contract takes Node.js 22.12 or newer: install it, \
             then run `npm ci --prefix openapi`"
        );
    }
}
