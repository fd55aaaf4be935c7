//! Where a document to compare comes from: a file, or a git revision.

use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::codegen::SPEC;

use super::contract::Contract;

/// Where a document and the files beside it come from.
#[derive(Debug)]
pub(crate) enum Revision {
    /// The checkout as it is.
    WorkingTree { root: PathBuf },
    /// A commit, by the name that it was given and by its hash.
    Commit {
        root: PathBuf,
        name: String,
        id: String,
    },
    /// A document by itself.
    File(PathBuf),
}

impl Revision {
    /// Finds what a file or a git revision of this name is; a file wins.
    pub(crate) fn find(name: &str, root: &Path) -> Result<Self, Box<dyn Error>> {
        let file = Path::new(name);
        if file.is_file() {
            let is_ours = match (fs::canonicalize(file), fs::canonicalize(root.join(SPEC))) {
                (Ok(file), Ok(ours)) => file == ours,
                _ => false,
            };
            return Ok(if is_ours {
                Self::working_tree(root)
            } else {
                Self::File(file.to_owned())
            });
        }
        let commit = format!("{name}^{{commit}}");
        let found = git(
            root,
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                &commit,
            ],
        )?;
        match found {
            Some(id) => Ok(Self::Commit {
                root: root.to_owned(),
                name: name.to_owned(),
                id: id.trim().to_owned(),
            }),
            None => Err(format!(
                "`{name}` is neither a file nor a git revision of this checkout; a remote branch is called \
                 `origin/…`, and `git fetch` fetches it"
            )
            .into()),
        }
    }

    pub(crate) fn working_tree(root: &Path) -> Self {
        let root = root.to_owned();
        Self::WorkingTree { root }
    }

    /// The document.
    pub(crate) fn contract(&self) -> Result<Contract, Box<dyn Error>> {
        let (path, text) = match self {
            Self::File(path) => return Contract::from_file(path),
            Self::WorkingTree { root } => return Contract::from_file(&from_here(root.join(SPEC))),
            Self::Commit { name, .. } => {
                let text = self.read(SPEC)?;
                (PathBuf::from(format!("{name}:{SPEC}")), text)
            }
        };
        let text = text.ok_or_else(|| format!("{} does not exist", path.display()))?;
        Contract::from_text(&path, text).map_err(|diagnosis| diagnosis.to_string().into())
    }

    /// Another file of the checkout, if it exists; none of a document by itself.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>, Box<dyn Error>> {
        match self {
            Self::File(_) => Ok(None),
            Self::Commit { root, id, .. } => git(root, &["show", &format!("{id}:{path}")]),
            Self::WorkingTree { root } => match fs::read_to_string(root.join(path)) {
                Ok(text) => Ok(Some(text)),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(format!("{path}: {error}").into()),
            },
        }
    }

    /// Whether there are other files beside the document.
    pub(crate) fn has_files(&self) -> bool {
        !matches!(self, Self::File(_))
    }
}

/// The path relative to the current directory, if it is below that.
fn from_here(path: PathBuf) -> PathBuf {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(current)
        .map(Path::to_owned)
        .unwrap_or(path)
}

/// What git prints, or none if it refuses.
fn git(root: &Path, arguments: &[&str]) -> Result<Option<String>, Box<dyn Error>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .map_err(|error| format!("can't run git: {error}; pass two files instead"))?;
    if output.status.success() {
        Ok(Some(String::from_utf8(output.stdout)?))
    } else {
        Ok(None)
    }
}
