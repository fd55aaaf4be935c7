//! Which change of the contract each difference of the generated code comes from.

use serde_json::Value;

use crate::model::names::{constant_name, field_name, method_name, type_name};

use super::class::Class;
use super::report::Change;
use super::rust::ItemChange;

/// Adds each item to the changes that it comes from, as far as names tell; otherwise to all that callers can
/// notice. No item is lost, so a change may list items that come from another one.
pub(crate) fn attribute(changes: &mut [Change], items: &[ItemChange]) {
    let places: Vec<_> = changes.iter().map(places).collect();
    for item in items {
        let is_named =
            |places: &Vec<String>| places.iter().any(|place| is_within(&item.path, place));
        let has_name = |places: &Places| {
            let field = item.path.rsplit_once('.').map(|(_, field)| field);
            field.is_some() && field == places.field.as_deref()
        };
        let causes = first_some([
            indices(&places, |places| is_named(&places.certain)),
            indices(&places, has_name),
            indices(&places, |places| is_named(&places.of_operations)),
            (0..changes.len()).collect(),
        ]);
        let noticed: Vec<_> = (causes.iter().copied())
            .filter(|at| changes[*at].class > Class::Documentation)
            .collect();
        for cause in first_some([noticed, causes]) {
            changes[cause].rust.push(item.text.clone());
        }
    }
}

fn indices(places: &[Places], is_cause: impl Fn(&Places) -> bool) -> Vec<usize> {
    let all = places.iter().enumerate();
    let causes = all.filter(|(_, places)| is_cause(places));
    causes.map(|(at, _)| at).collect()
}

/// The first list that is not empty.
fn first_some<const N: usize>(lists: [Vec<usize>; N]) -> Vec<usize> {
    let some = lists.into_iter().find(|list| !list.is_empty());
    some.unwrap_or_default()
}

/// Adds each error of the compiler to the changes of the items that it mentions most of; otherwise to all that
/// have items.
pub(crate) fn attribute_errors(changes: &mut [Change], items: &[ItemChange], errors: &[String]) {
    let items_by_change: Vec<_> = changes.iter().map(|change| change.rust.clone()).collect();
    for error in errors {
        let mentioned = mentioned(error);
        let score = |item: &ItemChange| {
            words(&item.path)
                .filter(|word| mentioned.contains(word))
                .count()
        };
        let most = items.iter().map(score).max().unwrap_or_default();
        let named = items.iter().filter(|item| score(item) == most);
        let named: Vec<_> = named.map(|item| &item.text).collect();
        for (change, items) in changes.iter_mut().zip(&items_by_change) {
            if items.iter().any(|item| named.contains(&item)) {
                change
                    .rust
                    .push(format!("`linq` does not compile: {error}"));
            }
        }
    }
}

/// The words in the code that a message of the compiler quotes, as in "no field `is_active` on type `&Card`".
fn mentioned(message: &str) -> Vec<&str> {
    let quoted = message.split('`').skip(1).step_by(2);
    quoted.flat_map(words).collect()
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

/// Whether a path is that of an item, or of something in it.
fn is_within(path: &str, item: &str) -> bool {
    path.strip_prefix(item).is_some_and(|rest| {
        !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_')
    })
}

/// Where the items of a change can be.
struct Places {
    /// The items that come from it.
    certain: Vec<String>,
    /// A field that other types may have as well, because they are composed of the one that changed.
    field: Option<String>,
    of_operations: Vec<String>,
}

fn places(change: &Change) -> Places {
    let steps: Vec<&str> = change.pointer.split('/').skip(1).collect();
    let sides = || change.old.iter().chain(&change.new).map(|side| &side.value);
    let texts = || sides().filter_map(Value::as_str);
    let of_operations = places_of(change.operations.iter().map(String::as_str));
    let mut field = None;
    let certain = match steps[..] {
        ["components", "schemas", schema, "properties", property, ..] => {
            field = Some(field_name(property));
            let schema = type_name(schema);
            vec![
                format!("types::{schema}.{}", field_name(property)),
                format!("types::{schema}{}", type_name(property)),
            ]
        }
        ["components", "schemas", schema, "required", _] => {
            let property = field_name(texts().next().unwrap_or_default());
            field = Some(property.clone());
            vec![format!("types::{}.{property}", type_name(schema))]
        }
        ["components", "schemas", schema, ..] => {
            let schema = type_name(schema);
            vec![format!("types::{schema}"), format!("events::{schema}")]
        }
        ["x-linq-error-codes", ..] => vec!["ApiCode".to_owned()],
        ["x-linq-rate-limits", name, ..] => vec![
            format!("operations::{}", constant_name(name)),
            "operations::BUDGETS".to_owned(),
        ],
        ["x-webhooks", ..] => vec!["events".to_owned()],
        ["servers", ..] => vec!["BASE_URL".to_owned()],
        [.., "operationId"] => places_of(texts()),
        _ => of_operations.clone(),
    };
    Places {
        certain,
        field,
        of_operations,
    }
}

/// What belongs to operations.
fn places_of<'a>(operations: impl Iterator<Item = &'a str>) -> Vec<String> {
    let places = operations.flat_map(|operation| {
        [
            format!("Client::{}", method_name(operation)),
            format!("operations::{}", constant_name(operation)),
        ]
    });
    places.chain(["operations::ALL".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Fate;

    fn change(rust: &str) -> Change {
        Change {
            class: Class::Breaking,
            direction: None,
            operation: None,
            operations: Vec::new(),
            pointer: String::new(),
            old: None,
            new: None,
            text: String::new(),
            rust: vec![rust.to_owned()],
            fingerprint: String::new(),
        }
    }

    fn item(path: &str) -> ItemChange {
        ItemChange {
            fate: Fate::Removed,
            path: path.to_owned(),
            text: path.to_owned(),
        }
    }

    fn blamed(error: &str) -> Vec<bool> {
        let paths = ["types::Card.is_active", "types::Hook.is_active"];
        let mut changes = paths.map(change);
        attribute_errors(&mut changes, &paths.map(item), &[error.to_owned()]);
        changes
            .iter()
            .map(|change| change.rust.len() == 2)
            .collect()
    }

    #[test]
    fn an_error_belongs_to_the_change_that_it_names() {
        assert_eq!(
            blamed("no field `is_active` on type `&Hook`"),
            [false, true]
        );
        assert_eq!(blamed("no field `is_active` on this type"), [true, true]);
        assert_eq!(blamed("mismatched types"), [true, true]);
    }
}
