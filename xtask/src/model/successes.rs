//! The responses that become code: those of success. `linq` reads every failure itself, by the bytes.

use super::node::Node;

/// The responses of success by status; `default` stands for them where there is no other.
pub(crate) fn successes<'a>(responses: &Node<'a>) -> Vec<(&'a str, Node<'a>)> {
    let (named, others): (Vec<_>, Vec<_>) = responses
        .fields()
        .partition(|(status, _)| status.starts_with('2'));
    if named.is_empty() {
        let mut others = others.into_iter();
        return others
            .find(|(status, _)| *status == "default")
            .into_iter()
            .collect();
    }
    named
}
