//! Shows the results of all operations in few lines.

use std::fmt::Write as _;

use linq_gen::Operation;
use linq_gen::operations::ALL;

/// The results of all operations, in their order: a line for each that differs, with the operations
/// that have it.
pub(super) fn row(name: &str, results: &[String]) -> String {
    let mut distinct = results.to_vec();
    distinct.sort();
    distinct.dedup();
    let mut row = format!("{name}\n");
    for result in &distinct {
        let has = |operation: &Operation| {
            ALL.iter()
                .position(|other| other.id == operation.id)
                .map(|at| &results[at])
                == Some(result)
        };
        writeln!(row, "  {result:<44} {}", who(has)).unwrap();
    }
    row
}

/// The operations for which `has` is true: classes that it holds for, and the ids of others.
fn who(has: impl Fn(&Operation) -> bool) -> String {
    type Is = fn(&Operation) -> bool;
    const CLASSES: [(&str, Is); 3] = [
        ("reads", Operation::is_read),
        ("idempotent writes", |it| it.idempotent && !it.is_read()),
        ("other writes", |it| !it.idempotent && !it.is_read()),
    ];
    if ALL.iter().all(&has) {
        return "all".to_owned();
    }
    let mut names = Vec::new();
    for (class, is) in CLASSES {
        let members = ALL.iter().filter(|operation| is(operation));
        if members.clone().all(&has) {
            names.push(class);
        } else {
            names.extend(
                members
                    .filter(|operation| has(operation))
                    .map(|operation| operation.id),
            );
        }
    }
    names
        .join(", ")
        .replace("idempotent writes, other writes", "writes")
}

/// The rows, with one for those that differ in their names only.
pub(super) fn joined(rows: Vec<String>) -> String {
    let mut joined: Vec<(Vec<String>, String)> = Vec::new();
    for row in rows {
        let (name, results) = row.split_once('\n').unwrap();
        match joined.iter_mut().find(|(_, other)| other == results) {
            Some((names, _)) => names.push(name.to_owned()),
            None => joined.push((vec![name.to_owned()], results.to_owned())),
        }
    }
    let blocks = joined
        .iter()
        .map(|(names, results)| names.join("\n") + "\n" + results);
    blocks.collect::<Vec<_>>().join("\n")
}
