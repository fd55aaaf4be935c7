//! Finds the checkout that a task works on.
//!
//! It does so when the task runs: a program that was built in one checkout may run in another.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// A file that only the root of a checkout has.
const LANDMARKS: [&str; 3] = ["Cargo.toml", "openapi", "linq-gen"];

/// The root of the checkout that the current directory is in.
///
/// # Errors
///
/// If the current directory is not in a checkout, or can't be read.
pub fn root() -> io::Result<PathBuf> {
    let current = env::current_dir()?;
    let root = root_above(&current).ok_or_else(|| {
        let message = format!(
            "{} is not inside a checkout of this project; change to one, or name the files",
            current.display()
        );
        io::Error::new(io::ErrorKind::NotFound, message)
    })?;
    Ok(root.to_owned())
}

/// The path of a file of the checkout, relative to the current directory if it is below that.
///
/// # Errors
///
/// Those of [`root`].
pub fn file(name: &str) -> io::Result<PathBuf> {
    let path = root()?.join(name);
    let current = env::current_dir()?;
    Ok(path
        .strip_prefix(current)
        .map(Path::to_owned)
        .unwrap_or(path))
}

fn root_above(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|folder| LANDMARKS.iter().all(|name| folder.join(name).exists()))
}
