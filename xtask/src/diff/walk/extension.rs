//! The rules for the extensions of this contract, which `openapi/README.md` documents.

use serde_json::Value;

use super::operation::harmful_if;
use super::{Class, Node, Pair, Walk};

impl<'a> Walk<'a> {
    /// An extension of an operation without rules of its own.
    pub(super) fn extension_of_operation(&mut self, pair: &Pair<'a>, key: &str) {
        if key == "x-linq-pagination" {
            let class = harmful_if(pair.old.is_some());
            let text = format!("`{key}` {}: a list is read page by page by it", pair.verb());
            self.whole(class, None, pair, text);
        } else {
            self.unknown(pair, key);
        }
    }

    /// A keyword of a schema that is no constraint.
    pub(super) fn extension_of_schema(&mut self, pair: &Pair<'a>, key: &str) {
        self.unknown(pair, key);
    }

    /// Judges `x-linq-not-enforced`: it lets clients accept more, and its text is for people.
    pub(super) fn not_enforced(&mut self, pair: &Pair<'a>) {
        let class = match (&pair.old, &pair.new) {
            (None, _) => Class::Compatible,
            (_, None) => Class::Breaking,
            _ => Class::Documentation,
        };
        let text = format!("`x-linq-not-enforced` {}", pair.verb());
        self.whole(class, None, pair, text);
    }

    /// Judges `x-linq-retry`. Without it nothing may be retried.
    pub(super) fn retry(&mut self, document: &Pair<'a>, retry: &Pair<'a>) {
        self.container(retry);
        for (key, pair) in retry.members() {
            match key {
                "idempotent" => {
                    let is =
                        |node: &Option<Node>| node.as_ref().is_some_and(|node| node.value == true);
                    let class = harmful_if(is(&pair.old) && !is(&pair.new));
                    let text = format!("`idempotent` {}", pair.verb());
                    self.whole(class, None, &pair, text);
                }
                "retry_on" | "done_on" => self.refusals(&pair, key),
                "rate_limit" => self.rate_limit_of(document, &pair),
                _ => self.unknown(&pair, key),
            }
        }
    }

    fn refusals(&mut self, list: &Pair<'a>, name: &str) {
        let refusal = |node: &Node<'a>| (node.value.get("status"), node.value.get("code"));
        for pair in self.matched(list, refusal) {
            if !pair.is_in_both() {
                let class = harmful_if(pair.new.is_none());
                let text = format!("an entry of `{name}` {}", pair.verb());
                self.report(class, None, &pair, text);
                continue;
            }
            for (key, field) in pair.members() {
                let text = format!("`{key}` of a retry {}", field.verb());
                match key {
                    // They are what the entries are matched by.
                    "status" | "code" => self.same(&field),
                    "max_retries" => {
                        let most = |node: &Option<Node>| {
                            node.as_ref()
                                .map_or(Some(u64::MAX), |node| node.value.as_u64())
                        };
                        let class = match (most(&field.old), most(&field.new)) {
                            (Some(old), Some(new)) => harmful_if(new < old),
                            _ => Class::Unknown,
                        };
                        self.whole(class, None, &field, text);
                    }
                    "requires" => {
                        self.whole(harmful_if(field.new.is_some()), None, &field, text);
                    }
                    _ => self.unknown(&field, key),
                }
            }
        }
    }

    /// Judges the rate limit that the calls of an operation count toward.
    fn rate_limit_of(&mut self, document: &Pair<'a>, name: &Pair<'a>) {
        let limits = document.get("x-linq-rate-limits");
        let entry = |name: &Option<Node<'a>>, limits: &Option<Node<'a>>| {
            let name = name.as_ref()?.value.as_str()?;
            limits.as_ref()?.get(name)
        };
        let pair = Pair {
            old: entry(&name.old, &limits.old),
            new: entry(&name.new, &limits.new),
        };
        if name.is_equal() {
            self.rate_limit(&pair);
            return self.same(name);
        }
        let (class, what) = match (&name.old, &name.new) {
            (None, _) => (Class::Breaking, "calls are limited now"),
            (_, None) => (Class::Compatible, "calls are no longer limited"),
            _ if pair.is_in_both() && pair.is_equal() => {
                (Class::Compatible, "it is the same by another name")
            }
            _ => (Class::Breaking, "calls count toward another limit"),
        };
        let text = format!("`rate_limit` {}: {what}", name.verb());
        self.report(class, None, name, text);
    }

    pub(super) fn rate_limits(&mut self, limits: &Pair<'a>) {
        self.container(limits);
        for (name, pair) in limits.members() {
            if pair.is_in_both() {
                self.rate_limit(&pair);
            } else {
                let text = format!("the rate limit `{name}` {}", pair.verb());
                self.report(Class::Compatible, None, &pair, text);
            }
        }
    }

    fn rate_limit(&mut self, limit: &Pair<'a>) {
        for (key, pair) in limit.members() {
            let number = |node: &Option<Node>| node.as_ref().and_then(|node| node.value.as_u64());
            let text = |node: &Option<Node<'a>>| node.as_ref().and_then(|node| node.value.as_str());
            let class = match key {
                "calls" | "seconds" => match (number(&pair.old), number(&pair.new)) {
                    (Some(old), Some(new)) if key == "calls" => harmful_if(new < old),
                    (Some(old), Some(new)) => harmful_if(new > old),
                    _ => Class::Unknown,
                },
                "per" => Class::Breaking,
                "counts" => match (text(&pair.old), text(&pair.new)) {
                    (Some("all"), Some("accepted")) => Class::Compatible,
                    (Some("accepted"), Some("all")) => Class::Breaking,
                    _ => Class::Unknown,
                },
                _ => Class::Unknown,
            };
            let text = format!("`{key}` of a rate limit {}", pair.verb());
            self.whole(class, None, &pair, text);
        }
    }

    /// Judges `x-linq-error-codes`: what callers tell errors apart by.
    pub(super) fn error_codes(&mut self, codes: &Pair<'a>) {
        let code = |node: &Node<'a>| node.value.get("code");
        for pair in self.matched(codes, code) {
            let node = pair.new.as_ref().or(pair.old.as_ref());
            let code = node
                .and_then(code)
                .map(Value::to_string)
                .unwrap_or_default();
            if !pair.is_in_both() {
                let class = harmful_if(pair.new.is_none());
                let text = format!("the error code {code} {}", pair.verb());
                self.report(class, None, &pair, text);
                continue;
            }
            for (key, field) in pair.members() {
                match key {
                    "code" => self.same(&field),
                    "meaning" => self.documentation(&field, key),
                    "status" | "name" => {
                        let text = format!("`{key}` of the error code {code} {}", field.verb());
                        self.whole(Class::Breaking, None, &field, text);
                    }
                    _ => self.unknown(&field, key),
                }
            }
        }
    }

    /// The entries of two lists side by side, matched by what tells them apart. An entry that is there twice
    /// is left to whoever looks for what nobody has explained.
    fn matched<K: PartialEq>(
        &mut self,
        lists: &Pair<'a>,
        key: impl Fn(&Node<'a>) -> K,
    ) -> Vec<Pair<'a>> {
        self.container(lists);
        let items = |list: &Option<Node<'a>>| -> Vec<Node<'a>> {
            let mut items: Vec<Node> = Vec::new();
            for item in list.iter().flat_map(Node::items) {
                if !items.iter().any(|other| key(other) == key(&item)) {
                    items.push(item);
                }
            }
            items
        };
        let mut news = items(&lists.new);
        let mut pairs = Vec::new();
        for old in items(&lists.old) {
            let at = news.iter().position(|new| key(new) == key(&old));
            let new = at.map(|at| news.remove(at));
            let old = Some(old);
            pairs.push(Pair { old, new });
        }
        let added = news.into_iter().map(|new| Pair {
            old: None,
            new: Some(new),
        });
        pairs.extend(added);
        pairs
    }
}
