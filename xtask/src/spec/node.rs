//! A value together with its JSON pointer.

use serde_json::Value;

use super::document::pointer_step;

/// A chain of references longer than this is a circle.
const MOST_HOPS: usize = 32;

#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    pointer: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self {
            value,
            pointer: String::new(),
        }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.step(key, value))
    }

    pub(crate) fn at(&self, keys: &[&str]) -> Option<Self> {
        keys.iter()
            .try_fold(self.clone(), |node, key| node.get(key))
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.value.get(key) == Some(&Value::Bool(true))
    }

    /// Whether a list has this text.
    pub(crate) fn lists(&self, key: &str, text: &str) -> bool {
        let list = self.value.get(key).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|item| item == text))
    }

    /// The entries of a mapping; none of anything else.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), self.step(key, value)))
    }

    /// The entries of a mapping that are not extensions.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'a str, Self)> {
        self.members().filter(|(key, _)| !key.starts_with("x-"))
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten();
        items
            .enumerate()
            .map(|(index, value)| self.step(&index.to_string(), value))
    }

    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }

    /// The component that this node stands for, through all its references; none if they lead nowhere.
    pub(crate) fn resolved(&self, root: &Self) -> Option<Self> {
        let mut node = self.clone();
        for _ in 0..MOST_HOPS {
            let Some(reference) = node.reference() else {
                return Some(node);
            };
            let pointer = reference.strip_prefix('#')?;
            let value = root.value.pointer(pointer)?;
            node = Self {
                value,
                pointer: pointer.to_owned(),
            };
        }
        None
    }

    fn step(&self, key: &str, value: &'a Value) -> Self {
        let pointer = format!("{}{}", self.pointer, pointer_step(key));
        Self { value, pointer }
    }
}
