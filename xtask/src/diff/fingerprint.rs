//! What identifies a change, wherever its lines are.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::report::{Change, Side};

/// The fingerprint of a change: of its class, direction, operation, pointer and values.
pub(crate) fn compute(change: &Change) -> String {
    let mut identity: Value = json!([
        change.class,
        change.direction,
        change.operation,
        change.pointer,
        change.old.is_some(),
        value(change.old.as_ref()),
        change.new.is_some(),
        value(change.new.as_ref()),
    ]);
    identity.sort_all_objects();
    let digest = Sha256::digest(identity.to_string());
    let bytes = &digest[..8];
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    // YAML reads digits alone as a number.
    format!("c{digits}")
}

fn value(side: Option<&Side>) -> Option<&Value> {
    side.map(|side| &side.value)
}
