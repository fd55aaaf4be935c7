//! The generated part of `linq-gen/Cargo.toml`: the crates that the generated types need.

use std::collections::BTreeSet;

use syn::{File, Item};

use super::{items, uses, webhook_types};

/// Where the generated part of the manifest begins; it goes on to the end of the file.
const MARK: &str =
    "# Written by `cargo xtask codegen` from here on: what the generated types need.\n";

/// The crates that some generated types need, and the feature of `schemars` for their types.
const OPTIONAL: [(&str, &str); 2] = [("chrono", "chrono04"), ("uuid", "uuid1")];

/// The crates that all generated code needs, and std.
const ALWAYS: [&str; 7] = [
    "progenitor_client",
    "reqwest",
    "schemars",
    "serde",
    "serde_json",
    "std",
    "core",
];

/// The crates that generated code needs beyond those that it always needs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    always: BTreeSet<String>,
    /// Needed by what only webhooks use, and nothing else.
    by_webhooks: BTreeSet<String>,
}

impl Needs {
    pub(super) fn from_file(file: &File) -> Result<Self, String> {
        let (gated, free): (Vec<_>, Vec<_>) = items::all(file)
            .iter()
            .partition(|item| webhook_types::is_gated(item));
        let outside = file
            .items
            .iter()
            .filter(|item| !matches!(item, Item::Mod(_)));
        let always = crates(free.into_iter().chain(outside))?;
        let by_webhooks = crates(gated.into_iter())?;
        Ok(Self {
            by_webhooks: by_webhooks.difference(&always).cloned().collect(),
            always,
        })
    }

    /// A manifest with these needs in its generated part; none if it has no such part.
    pub(super) fn written_into(&self, manifest: &str) -> Option<String> {
        let (by_hand, _) = manifest.split_once(MARK)?;
        Some(format!("{by_hand}{MARK}{self}"))
    }
}

impl std::fmt::Display for Needs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mut schemars, mut webhooks) = (vec!["dep:schemars".to_owned()], Vec::new());
        for (name, feature) in OPTIONAL {
            if self.always.contains(name) {
                write!(f, "\n[dependencies.{name}]\nworkspace = true\n")?;
                schemars.push(format!("schemars/{feature}"));
            } else if self.by_webhooks.contains(name) {
                write!(
                    f,
                    "\n[dependencies.{name}]\nworkspace = true\noptional = true\n"
                )?;
                webhooks.extend([format!("dep:{name}"), format!("schemars?/{feature}")]);
            }
        }
        write!(
            f,
            "\n[features]\n# `JsonSchema` for the types.\nschemars = {schemars:?}\n\
             # Responses that come from a test in place of a server.\ntesting = []\n\
             # The types that only webhooks use.\nwebhooks = {webhooks:?}\n"
        )
    }
}

fn crates<'a>(items: impl Iterator<Item = &'a Item>) -> Result<BTreeSet<String>, String> {
    let named: BTreeSet<_> = items.flat_map(uses::crates).collect();
    let mut optional = BTreeSet::new();
    for name in named {
        if OPTIONAL.iter().any(|(known, _)| *known == name) {
            optional.insert(name);
        } else if !ALWAYS.contains(&name.as_str()) {
            return Err(format!(
                "the generated code needs the crate `{name}`, which `linq-gen` does not have"
            ));
        }
    }
    Ok(optional)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn what_webhooks_alone_need_comes_with_their_feature() {
        let needs = Needs::from_file(&parse_quote! {
            pub mod types {
                pub struct Card { pub id: ::uuid::Uuid, pub name: ::std::string::String }
                #[cfg(feature = "webhooks")]
                pub struct Event { pub id: ::uuid::Uuid, pub at: ::chrono::DateTime<::chrono::offset::Utc> }
            }
        });
        assert_snapshot!(needs.unwrap(), @r#"

        [dependencies.chrono]
        workspace = true
        optional = true

        [dependencies.uuid]
        workspace = true

        [features]
        # `JsonSchema` for the types.
        schemars = ["dep:schemars", "schemars/uuid1"]
        # Responses that come from a test in place of a server.
        testing = []
        # The types that only webhooks use.
        webhooks = ["dep:chrono", "schemars?/chrono04"]
        "#);
    }

    #[test]
    fn what_a_method_needs_is_always_needed() {
        let needs = Needs::from_file(&parse_quote! {
            impl Client {
                pub async fn get(&self, day: &::chrono::naive::NaiveDate) {}
            }
        });
        let needs = needs.unwrap();
        assert_eq!(
            (needs.always, needs.by_webhooks),
            (["chrono".to_owned()].into(), [].into())
        );
    }

    #[test]
    fn a_field_is_not_a_crate() {
        let needs = Needs::from_file(&parse_quote!(
            pub mod types {
                pub struct Card {
                    pub uuid: u8,
                }
            }
        ));
        assert_eq!(needs.unwrap(), Needs::default());
    }

    #[test]
    fn a_crate_that_the_manifest_never_has_is_an_error() {
        let needs = Needs::from_file(&parse_quote!(
            pub mod types {
                pub struct Card(::regress::Regex);
            }
        ));
        assert!(needs.unwrap_err().contains("`regress`"));
    }

    #[test]
    fn only_the_generated_part_of_a_manifest_is_written() {
        let needs = Needs::default();
        let manifest = format!("[package]\n\n{MARK}\n[features]\nold = []\n");
        assert_eq!(
            needs.written_into(&manifest),
            Some(format!("[package]\n\n{MARK}{needs}"))
        );
        assert_eq!(needs.written_into("[package]\n"), None);
    }
}
