//! What a check found, before it is known where in the file that is.

use std::ops::Range;

use super::node::Node;

#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) pointer: String,
    pub(crate) mark: Mark,
    pub(crate) problem: String,
    pub(crate) help: String,
}

/// What is underlined.
#[derive(Debug)]
pub(crate) enum Mark {
    Key,
    Value,
    Bytes(Range<usize>),
}

#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.0
    }

    pub(crate) fn key(&mut self, node: &Node, problem: impl Into<String>, help: impl Into<String>) {
        self.add(node.pointer().to_owned(), Mark::Key, problem, help);
    }

    pub(crate) fn value(
        &mut self,
        node: &Node,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add_at_value(node.pointer().to_owned(), problem, help);
    }

    pub(crate) fn add_at_value(
        &mut self,
        pointer: String,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(pointer, Mark::Value, problem, help);
    }

    pub(crate) fn add(
        &mut self,
        pointer: String,
        mark: Mark,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.0.push(Finding {
            pointer,
            mark,
            problem: problem.into(),
            help: help.into(),
        });
    }
}
