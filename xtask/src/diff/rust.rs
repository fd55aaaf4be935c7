//! What Rust users notice of a change: the items of the generated code that differ.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Fields, File, ImplItem, Item};

use crate::codegen::generate;
use crate::spec::Spec;

use super::contract::Contract;

/// What became of an item.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fate {
    /// Nothing that its users must care about.
    Rewritten,
    /// It is new.
    Added,
    /// It is new, and code that lists all of its kind does not compile any more.
    AddedToClosed,
    /// Its type or its value is another one.
    Changed,
    /// It is gone.
    Removed,
}

impl Fate {
    /// Whether code that used the item may not compile any more, or may do something else.
    pub fn is_breaking(self) -> bool {
        self >= Self::AddedToClosed
    }
}

/// An item of the generated code that differs.
#[derive(Clone, Debug)]
pub struct ItemChange {
    /// What became of it.
    pub fate: Fate,
    /// Where it is, such as `types::ContactCard.first_name`.
    pub path: String,
    /// The change in a line.
    pub text: String,
}

/// What Rust users notice of all changes together.
#[derive(Clone, Debug)]
pub enum RustImpact {
    /// Both documents made code; these items differ.
    Compared {
        /// In the order of their paths.
        items: Vec<ItemChange>,
        /// Whether the code differs, comments included.
        text_differs: bool,
    },
    /// No code could be generated from one of the documents, for this reason.
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

    pub(crate) fn of(old: &Contract, new: &Contract) -> Self {
        let (old, new) = match (code(old), code(new)) {
            (Ok(old), Ok(new)) => (old, new),
            (_, Err(why)) => {
                return Self::NotGenerated(format!("No code can be generated from NEW: {why}"));
            }
            (Err(why), _) => {
                return Self::NotGenerated(format!("No code can be generated from OLD: {why}"));
            }
        };
        let text_differs = without_head(&old) != without_head(&new);
        match (syn::parse_file(&old), syn::parse_file(&new)) {
            (Ok(old), Ok(new)) => Self::Compared {
                items: differences(&inventory(old), &inventory(new)),
                text_differs,
            },
            _ => Self::NotGenerated("the generated code is not Rust".to_owned()),
        }
    }
}

fn code(contract: &Contract) -> Result<String, String> {
    Spec::from_text(contract.path(), contract.text().to_owned())
        .and_then(|spec| generate(&spec))
        .map(|generated| generated.code)
        .map_err(|diagnosis| diagnosis.to_string())
}

/// Generated code without the lines that name the document.
pub(crate) fn without_head(code: &str) -> String {
    let lines: Vec<_> = code
        .lines()
        .skip_while(|line| line.starts_with("//") || line.is_empty())
        .collect();
    lines.join("\n")
}

/// An item as it is compared.
#[derive(Debug, Default, PartialEq)]
struct Entry {
    /// What its users write or see: a type, a signature, a value.
    shown: String,
    /// All the rest of it.
    rest: String,
    /// Whether it may get further members without harm.
    is_open: bool,
}

type Inventory = BTreeMap<String, Entry>;

fn inventory(mut file: File) -> Inventory {
    WithoutDocs.visit_file_mut(&mut file);
    let mut inventory = Inventory::new();
    list(&file.items, "", &mut inventory);
    inventory
}

struct WithoutDocs;

impl VisitMut for WithoutDocs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

fn list(items: &[Item], module: &str, inventory: &mut Inventory) {
    for item in items {
        let path = |name: &dyn ToString| format!("{module}{}", name.to_string());
        match item {
            Item::Mod(item) => {
                let inside = format!("{}::", path(&item.ident));
                let content = item.content.iter().flat_map(|(_, items)| items);
                let content: Vec<_> = content.cloned().collect();
                list(&content, &inside, inventory);
            }
            Item::Struct(item) => {
                let name = path(&item.ident);
                fields(&item.fields, &name, inventory);
                add(inventory, name, "", text(&item.attrs), is_open(&item.attrs));
            }
            Item::Enum(item) => {
                let name = path(&item.ident);
                for variant in &item.variants {
                    let shown = variant.fields.to_token_stream();
                    let variant_name = format!("{name}::{}", variant.ident);
                    add(
                        inventory,
                        variant_name,
                        &plain(&shown),
                        text(&variant.attrs),
                        false,
                    );
                }
                add(inventory, name, "", text(&item.attrs), is_open(&item.attrs));
            }
            Item::Const(item) => {
                let shown = plain(&item.expr);
                add(inventory, path(&item.ident), &shown, plain(&item.ty), false);
            }
            Item::Type(item) => {
                add(
                    inventory,
                    path(&item.ident),
                    &plain(&item.ty),
                    text(&item.attrs),
                    false,
                );
            }
            Item::Fn(item) => {
                add(
                    inventory,
                    path(&item.sig.ident),
                    &plain(&item.sig),
                    plain(&item.block),
                    false,
                );
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let owner = path(&plain(&item.self_ty));
                for member in &item.items {
                    let (name, shown) = match member {
                        ImplItem::Fn(item) => (item.sig.ident.to_string(), plain(&item.sig)),
                        ImplItem::Const(item) => (item.ident.to_string(), plain(&item.expr)),
                        other => (plain(other), String::new()),
                    };
                    add(
                        inventory,
                        format!("{owner}::{name}"),
                        &shown,
                        plain(member),
                        false,
                    );
                }
            }
            Item::Impl(item) => {
                let implemented = item.trait_.as_ref().map(|(path, ..)| plain(path));
                let name = format!(
                    "{}, as {}",
                    path(&plain(&item.self_ty)),
                    implemented.unwrap_or_default()
                );
                add(inventory, name, "", plain(item), false);
            }
            Item::Macro(item) => {
                // The first word says what it is called for.
                let tokens = item.mac.tokens.to_string();
                let subject = tokens
                    .split_whitespace()
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                let name = format!("{}, as {}", path(&subject), plain(&item.mac.path));
                add(inventory, name, "", plain(item), false);
            }
            _ => {}
        }
    }
}

fn fields(fields: &Fields, owner: &str, inventory: &mut Inventory) {
    for (at, field) in fields.iter().enumerate() {
        let name = field.ident.as_ref().map_or_else(
            || at.to_string(),
            |name| name.to_string().trim_start_matches("r#").to_owned(),
        );
        let path = format!("{owner}.{name}");
        add(
            inventory,
            path,
            &plain(&field.ty),
            text(&field.attrs),
            false,
        );
    }
}

fn add(inventory: &mut Inventory, path: String, shown: &str, rest: String, is_open: bool) {
    let shown = shown.to_owned();
    let entry = Entry {
        shown,
        rest,
        is_open,
    };
    inventory.insert(path, entry);
}

fn text(attributes: &[Attribute]) -> String {
    let texts = attributes
        .iter()
        .map(|attribute| attribute.to_token_stream().to_string());
    texts.collect()
}

fn is_open(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// Tokens as people write them, without the paths of types.
fn plain(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut plain = String::new();
    let mut word = String::new();
    let mut words = Vec::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() || letter == '_' || letter == ':' {
            word.push(letter);
        } else if letter != ' ' || word.ends_with(':') {
            if letter != ' ' {
                words.push(std::mem::take(&mut word));
                words.push(letter.to_string());
            }
        } else {
            word.push(' ');
        }
    }
    words.push(word);
    for word in words {
        let word = word.replace(" ::", "::");
        let last = word.trim().rsplit("::").next().unwrap_or_default();
        let is_path = word.contains("::") && last.starts_with(char::is_uppercase);
        plain.push_str(if is_path { last } else { word.trim() });
        if matches!(plain.chars().last(), Some(',' | '=' | '|')) {
            plain.push(' ');
        }
    }
    plain
}

/// The items that differ. What an item has within it is not listed along with the item.
fn differences(old: &Inventory, new: &Inventory) -> Vec<ItemChange> {
    let mut changes = Vec::new();
    for (path, entry) in old {
        match new.get(path) {
            None if is_within_other(path, old, new) => {}
            None => changes.push(change(Fate::Removed, path, &described(path, entry))),
            Some(now) if now == entry => {}
            Some(now) if now.shown == entry.shown => {
                let is_function = entry.shown.contains("fn ");
                let fate = if is_function || path.contains(", as ") {
                    Fate::Rewritten
                } else {
                    Fate::Changed
                };
                changes.push(change(fate, path, path));
            }
            Some(now) => {
                let text = format!("{} → {}", described(path, entry), now.shown);
                changes.push(change(Fate::Changed, path, &text));
            }
        }
    }
    for (path, entry) in new.iter().filter(|(path, _)| !old.contains_key(*path)) {
        if is_within_other(path, new, old) {
            continue;
        }
        let is_closed = owner(path).is_some_and(|owner| {
            let is_member = path[owner.len()..].starts_with('.') || !entry.shown.contains("fn ");
            is_member
                && !path.contains(", as ")
                && old.get(owner).is_some_and(|owner| !owner.is_open)
        });
        let fate = if is_closed {
            Fate::AddedToClosed
        } else {
            Fate::Added
        };
        changes.push(change(fate, path, &described(path, entry)));
    }
    changes
}

fn change(fate: Fate, path: &str, text: &str) -> ItemChange {
    let verb = match fate {
        Fate::Rewritten => "rewritten",
        Fate::Added | Fate::AddedToClosed => "added",
        Fate::Changed => "changed",
        Fate::Removed => "removed",
    };
    ItemChange {
        fate,
        path: path.to_owned(),
        text: format!("{verb} {text}"),
    }
}

fn described(path: &str, entry: &Entry) -> String {
    if entry.shown.is_empty() {
        return path.to_owned();
    }
    match path.contains('.') {
        true => format!("{path}: {}", entry.shown),
        false => format!("{path} {}", entry.shown).trim_end().to_owned(),
    }
}

/// Whether the item is a part of one that is in the same code only.
fn is_within_other(path: &str, here: &Inventory, there: &Inventory) -> bool {
    owner(path).is_some_and(|owner| here.contains_key(owner) && !there.contains_key(owner))
}

/// The item that another one is a part of.
fn owner(path: &str) -> Option<&str> {
    if let Some((owner, _)) = path.split_once(", as ") {
        return Some(owner);
    }
    path.rsplit_once('.')
        .or_else(|| path.rsplit_once("::"))
        .map(|(owner, _)| owner)
}
