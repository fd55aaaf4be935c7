//! The table of error codes, each of which becomes a constant.

use std::collections::HashSet;

use super::retry::tell;
use crate::spec::diagnosis::Findings;
use crate::spec::error_codes::{self, ERROR_CODES};
use crate::spec::names;
use crate::spec::node::Node;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let codes = match error_codes::read(root.value()) {
        Ok(codes) => codes,
        Err(error) => {
            let help = "write an entry as `{ code: 1001, status: 400, name: missing_field, meaning: A required \
                        field is missing. }`";
            tell(&format!("/{ERROR_CODES}"), &error, help, findings);
            return;
        }
    };
    let (mut numbers, mut names) = (HashSet::new(), HashSet::from(["ALL".to_owned()]));
    for (index, code) in codes.iter().enumerate() {
        let place = |field: &str| format!("/{ERROR_CODES}/{index}/{field}");
        if !numbers.insert(code.code) {
            let problem = format!("the code {} appears more than once", code.code);
            let help = "remove one of the entries".to_owned();
            findings.add(&place("code"), false, problem, help);
        }
        let name = names::constant_name(&code.name);
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) || !names.insert(name) {
            let problem = format!("`{}` can't name a constant of its own in Rust", code.name);
            let help = "write a name that no other code has".to_owned();
            findings.add(&place("name"), false, problem, help);
        }
    }
}
