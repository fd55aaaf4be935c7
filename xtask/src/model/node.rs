//! A value of a document together with its JSON pointer, and what it refers to.

use std::rc::Rc;

use serde_json::Value;

/// A chain of references longer than this is circular.
const MOST_HOPS: usize = 32;

#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) root: &'a Value,
    pub(crate) value: &'a Value,
    pub(crate) pointer: Rc<str>,
}

impl<'a> Node<'a> {
    pub(crate) fn root(root: &'a Value) -> Self {
        Self {
            root,
            value: root,
            pointer: Rc::from(""),
        }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.as_object()?.get(key)?;
        Some(self.step(key, value))
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

    /// Whether the list at a key has this text.
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

    /// The entries of the mapping at a key.
    pub(crate) fn members_of(&self, key: &str) -> Vec<(&'a str, Self)> {
        self.get(key).iter().flat_map(Self::members).collect()
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten();
        items
            .enumerate()
            .map(|(index, value)| self.step(&index.to_string(), value))
    }

    /// The items of the list at a key.
    pub(crate) fn items_of(&self, key: &str) -> Vec<Self> {
        self.get(key).iter().flat_map(Self::items).collect()
    }

    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }

    /// What a reference leads to, in one step; none if this is not one, or leads nowhere.
    pub(crate) fn target(&self) -> Option<Self> {
        let pointer = self.reference()?.strip_prefix('#')?;
        Some(Self {
            root: self.root,
            value: self.root.pointer(pointer)?,
            pointer: Rc::from(pointer),
        })
    }

    /// This node and what its reference leads to, as long as that is a reference too. One that leads nowhere, or
    /// in a circle, leads to itself.
    pub(crate) fn chain(&self) -> Vec<Self> {
        let mut chain = vec![self.clone()];
        while let Some(next) = chain.last().and_then(Self::target) {
            if chain.len() > MOST_HOPS {
                chain.truncate(1);
                break;
            }
            chain.push(next);
        }
        chain
    }

    /// What this node stands for, through all its references; none if they lead nowhere.
    pub(crate) fn resolved(&self) -> Option<Self> {
        self.chain().pop().filter(|node| node.reference().is_none())
    }

    fn step(&self, key: &str, value: &'a Value) -> Self {
        Self {
            root: self.root,
            value,
            pointer: Rc::from(format!("{}/{}", self.pointer, escaped(key))),
        }
    }
}

/// A step of a JSON pointer.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What a step of a JSON pointer was made of.
pub(crate) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}
