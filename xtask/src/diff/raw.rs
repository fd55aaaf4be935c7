//! The raw difference of two documents, whatever it means.

use serde_json::Value;

use super::node::escaped;

/// A place where the documents differ.
#[derive(Debug)]
pub(crate) struct Edit<'a> {
    pub(crate) pointer: String,
    pub(crate) old: Option<&'a Value>,
    pub(crate) new: Option<&'a Value>,
}

/// Every place where two values differ, and every mapping whose keys have another order.
#[derive(Debug, Default)]
pub(crate) struct Difference<'a> {
    pub(crate) edits: Vec<Edit<'a>>,
    pub(crate) reordered: Vec<Edit<'a>>,
}

impl<'a> Difference<'a> {
    pub(crate) fn new(old: &'a Value, new: &'a Value) -> Self {
        let mut difference = Self::default();
        difference.compare(&mut String::new(), Some(old), Some(new));
        difference
    }

    fn compare(&mut self, pointer: &mut String, old: Option<&'a Value>, new: Option<&'a Value>) {
        match (old, new) {
            (Some(Value::Object(olds)), Some(Value::Object(news))) => {
                for (key, value) in olds {
                    self.step(pointer, key, Some(value), news.get(key));
                }
                for (key, value) in news.iter().filter(|(key, _)| !olds.contains_key(*key)) {
                    self.step(pointer, key, None, Some(value));
                }
                let kept_olds = olds.keys().filter(|key| news.contains_key(*key));
                let kept_news = news.keys().filter(|key| olds.contains_key(*key));
                if !kept_olds.eq(kept_news) {
                    let pointer = pointer.clone();
                    self.reordered.push(Edit { pointer, old, new });
                }
            }
            (Some(Value::Array(olds)), Some(Value::Array(news))) => {
                for index in 0..olds.len().max(news.len()) {
                    let key = index.to_string();
                    self.step(pointer, &key, olds.get(index), news.get(index));
                }
            }
            _ if old == new => {}
            _ => self.edits.push(Edit {
                pointer: pointer.clone(),
                old,
                new,
            }),
        }
    }

    fn step(
        &mut self,
        pointer: &mut String,
        key: &str,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
    ) {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&escaped(key));
        self.compare(pointer, old, new);
        pointer.truncate(length);
    }
}

/// Calls `see` with the pointer of each leaf of a value: what is not a container, and empty containers.
pub(crate) fn each_leaf(pointer: &mut String, value: &Value, see: &mut dyn FnMut(&str, &Value)) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| (escaped(key), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    if members.is_empty() {
        see(pointer, value);
    }
    let length = pointer.len();
    for (key, value) in members {
        pointer.push('/');
        pointer.push_str(&key);
        each_leaf(pointer, value, see);
        pointer.truncate(length);
    }
}
