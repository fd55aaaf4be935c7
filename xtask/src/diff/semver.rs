//! Which part of the version a report asks for.

use super::class::{Class, Semver};
use super::rust::{Fate, RustImpact};

/// The bump for callers of the API and for users of the crates, whichever is greater. Below 1.0, what breaks
/// raises the second number, and all else the third.
pub(crate) fn needed(class: Class, rust: &RustImpact) -> Semver {
    let breaks = class >= Class::Unknown || rust.items().iter().any(|item| item.fate.is_breaking());
    let adds =
        class == Class::Compatible || rust.items().iter().any(|item| item.fate == Fate::Added);
    let is_released = env!("CARGO_PKG_VERSION_MAJOR") != "0";
    let rewrites = matches!(
        rust,
        RustImpact::Compared {
            text_differs: true,
            ..
        }
    );
    match (is_released, breaks, adds) {
        (true, true, _) => Semver::Major,
        (false, true, _) | (true, false, true) => Semver::Minor,
        (false, false, true) => Semver::Patch,
        _ if rewrites => Semver::Patch,
        _ => Semver::None,
    }
}
