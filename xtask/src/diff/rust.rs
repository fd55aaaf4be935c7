//! What Rust users notice of a change: the items of the generated code that differ.

mod difference;
mod inventory;
mod source;

use crate::codegen::generate;
use crate::spec::Spec;

use super::contract::Contract;

use inventory::Inventory;

/// What became of an item.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fate {
    /// Its value or its implementation changed, but not what its users write.
    Rewritten,
    /// It is new.
    Added,
    /// It is new, and code that lists all members no longer compiles.
    AddedToClosed,
    /// Its type changed.
    Changed,
    /// It is gone.
    Removed,
}

/// An item of the generated code that differs.
#[derive(Clone, Debug)]
pub struct ItemChange {
    /// What became of it.
    pub fate: Fate,
    /// Where it is, such as `types::ContactCard.first_name`.
    pub path: String,
    /// The change in one line.
    pub text: String,
}

impl ItemChange {
    /// Whether code that uses the client may no longer compile, or may do something else. The client itself
    /// wraps the generated methods, and reads the facts about operations.
    pub(crate) fn is_breaking(&self) -> bool {
        let is_wrapped = ["Client::", "operations::"]
            .iter()
            .any(|module| self.path.starts_with(module));
        self.fate >= Fate::AddedToClosed && !is_wrapped
    }
}

/// What Rust users notice of all changes together.
#[derive(Clone, Debug)]
pub enum RustImpact {
    /// Code was generated from both documents; these items differ.
    Compared {
        /// In the order of their paths.
        items: Vec<ItemChange>,
        /// Whether the code differs, comments included.
        text_differs: bool,
    },
    /// No code can be generated from one of the documents, for this reason.
    NotGenerated(String),
}

impl RustImpact {
    /// The items that differ.
    pub fn items(&self) -> &[ItemChange] {
        match self {
            Self::Compared { items, .. } => items,
            Self::NotGenerated(_) => &[],
        }
    }

    /// Compares the code that is generated from two documents; an error says why there is none.
    pub(crate) fn new(old: &Result<Code, String>, new: &Result<Code, String>) -> Self {
        match (old, new) {
            (Ok(old), Ok(new)) => Self::Compared {
                items: difference::items(&old.items, &new.items),
                text_differs: old.text != new.text,
            },
            (_, Err(why)) => {
                Self::NotGenerated(format!("No code can be generated from NEW: {why}"))
            }
            (Err(why), _) => {
                Self::NotGenerated(format!("No code can be generated from OLD: {why}"))
            }
        }
    }
}

/// The code that is generated from a document.
#[derive(Debug)]
pub(crate) struct Code {
    /// All of it but the lines that name the document.
    pub(crate) text: String,
    items: Inventory,
}

impl Code {
    pub(crate) fn generate(contract: &Contract) -> Result<Self, String> {
        let code = Spec::from_text(contract.path(), contract.text().to_owned())
            .and_then(|spec| generate(&spec))
            .map_err(|diagnosis| diagnosis.to_string())?
            .code;
        let file = syn::parse_file(&code).map_err(|error| error.to_string())?;
        let is_head = |line: &&str| line.starts_with("//") || line.is_empty();
        let lines: Vec<_> = code.lines().skip_while(is_head).collect();
        Ok(Self {
            text: lines.join("\n"),
            items: inventory::list(file),
        })
    }
}
