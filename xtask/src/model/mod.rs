//! The contract as code generation sees it: its parts, what of it becomes code, and the names and types that it becomes.

pub(crate) mod extensions;
pub(crate) mod inline_types;
pub(crate) mod media_type;
pub(crate) mod names;
pub(crate) mod node;
pub(crate) mod objects;
pub(crate) mod operations;
pub(crate) mod page;
pub(crate) mod references;
pub(crate) mod simplify;
pub(crate) mod successes;
