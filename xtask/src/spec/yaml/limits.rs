//! How large a document may become, whatever its few lines repeat.

use std::collections::HashMap;

use serde_json::Value;

/// Deeper documents would exhaust the stack of what reads them next.
const DEEPEST: usize = 64;

/// Ten times the size of a large API; aliases of aliases get there with a few lines.
const MOST_NODES: usize = 1_000_000;

/// What is wrong, and what to write instead.
type Exceeded = (String, &'static str);

/// A value with its size.
#[derive(Clone, Default)]
pub(crate) struct Loaded {
    pub(crate) value: Value,
    pub(crate) nodes: usize,
    pub(crate) height: usize,
}

/// The values that aliases can repeat.
#[derive(Default)]
pub(crate) struct Anchors(HashMap<usize, Loaded>);

#[derive(Default)]
pub(crate) struct Nodes(usize);

#[derive(Default)]
pub(crate) struct Depth(usize);

impl Anchors {
    pub(crate) fn get(&self, id: usize) -> Option<&Loaded> {
        self.0.get(&id)
    }

    /// The parser gives the id 0 to what has no anchor.
    pub(crate) fn keep(&mut self, id: usize, loaded: Loaded) -> Loaded {
        if id != 0 {
            self.0.insert(id, loaded.clone());
        }
        loaded
    }
}

impl Nodes {
    pub(crate) fn add(&mut self, nodes: usize) -> Result<(), Exceeded> {
        self.0 += nodes;
        if self.0 <= MOST_NODES {
            return Ok(());
        }
        let problem = format!("with its aliases the document has more than {MOST_NODES} values");
        Err((problem, "use `$ref` to a component in place of the aliases"))
    }
}

impl Depth {
    pub(crate) fn enter(&mut self) -> Result<(), Exceeded> {
        self.0 += 1;
        self.check(0)
    }

    pub(crate) fn leave(&mut self) {
        self.0 -= 1;
    }

    pub(crate) fn check(&self, more: usize) -> Result<(), Exceeded> {
        if self.0 + more <= DEEPEST {
            Ok(())
        } else {
            Err(too_deep())
        }
    }
}

pub(crate) fn too_deep() -> Exceeded {
    let problem = format!("the document is more than {DEEPEST} levels deep here");
    (
        problem,
        "move the inner schemas to `components/schemas`, and write `$ref` to them",
    )
}
