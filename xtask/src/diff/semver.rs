//! Which part of the version a report asks for.

use super::class::{Class, Semver};
use super::rust::{Fate, ItemChange, RustImpact};

/// The bump for callers of the API and for users of the crates, whichever is greater. Below 1.0, what breaks
/// raises the second number, and all else the third.
pub(crate) fn needed(class: Class, rust: &RustImpact) -> Semver {
    let breaks = class >= Class::Unknown || rust.items().iter().any(ItemChange::is_breaking);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(text_differs: bool) -> RustImpact {
        RustImpact::Compared {
            items: Vec::new(),
            text_differs,
        }
    }

    fn item(fate: Fate, path: &str) -> ItemChange {
        ItemChange {
            fate,
            path: path.to_owned(),
            text: path.to_owned(),
        }
    }

    /// This project is below 1.0.
    #[test]
    fn below_one_what_breaks_raises_the_minor_version() {
        for class in [Class::Breaking, Class::Unknown] {
            assert_eq!(needed(class, &compared(false)), Semver::Minor);
        }
        assert_eq!(needed(Class::Compatible, &compared(false)), Semver::Patch);
        assert_eq!(needed(Class::Documentation, &compared(true)), Semver::Patch);
        assert_eq!(needed(Class::Documentation, &compared(false)), Semver::None);
        assert_eq!(needed(Class::None, &compared(false)), Semver::None);
    }

    #[test]
    fn what_only_breaks_rust_raises_the_minor_version_too() {
        let renamed = RustImpact::Compared {
            items: vec![item(Fate::Removed, "types::Card")],
            text_differs: true,
        };
        assert_eq!(needed(Class::Documentation, &renamed), Semver::Minor);
    }

    #[test]
    fn what_the_client_wraps_does_not_count() {
        let renamed = RustImpact::Compared {
            items: vec![
                item(Fate::Changed, "Client::list_cards"),
                item(Fate::Changed, "operations::LIST_CARDS.parameters"),
            ],
            text_differs: true,
        };
        assert_eq!(needed(Class::Compatible, &renamed), Semver::Patch);
    }
}
