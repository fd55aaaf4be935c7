//! A parsed document, and where each of its nodes stands in the text.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::finding::Mark;
use super::source::Source;

#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) value: Value,
    pub(crate) places: Places,
}

#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) key: Option<Range<usize>>,
    pub(crate) value: Range<usize>,
    pub(crate) is_scalar: bool,
}

/// Places by JSON pointer. What an alias repeats has none of its own.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<String, Place>);

impl Places {
    /// The first one stays when a key is written twice.
    pub(crate) fn record(&mut self, pointer: &str, place: Place) {
        self.0.entry(pointer.to_owned()).or_insert(place);
    }

    pub(crate) fn of_key(&self, pointer: &str) -> Option<&Range<usize>> {
        self.0.get(pointer)?.key.as_ref()
    }

    pub(crate) fn of_scalar(&self, pointer: &str) -> Option<&Range<usize>> {
        self.0
            .get(pointer)
            .filter(|place| place.is_scalar)
            .map(|place| &place.value)
    }

    /// What to underline for a node, or for the nearest one around it that is in the text.
    pub(crate) fn span(&self, source: &Source, pointer: &str, mark: &Mark) -> Range<usize> {
        if let Mark::Bytes(span) = mark {
            return source.within_line(span);
        }
        let mut known = pointer;
        let place = loop {
            match (self.0.get(known), known.rfind('/')) {
                (Some(place), _) => break place,
                (None, Some(cut)) => known = &known[..cut],
                (None, None) => return source.within_line(&(0..0)),
            }
        };
        let on_key = matches!(mark, Mark::Key) || !place.is_scalar || place.value.is_empty();
        match &place.key {
            Some(key) if on_key => source.within_line(key),
            _ if place.is_scalar => source.within_line(&place.value),
            _ => source.rest_of_line(place.value.start),
        }
    }
}

/// Appends a step to a JSON pointer.
pub(crate) fn push_step(pointer: &mut String, step: &str) {
    pointer.push('/');
    if step.contains('~') || step.contains('/') {
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(step);
    }
}

pub(crate) fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => push_step(&mut pointer, &index.to_string()),
            Segment::Map { key } => push_step(&mut pointer, key),
            Segment::Enum { .. } | Segment::Unknown => break,
        }
    }
    pointer
}
