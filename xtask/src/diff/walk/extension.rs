//! The rules for the extensions of this contract, which `openapi/README.md` documents.

use serde_json::Value;

use super::{Class, Node, Pair, Walk, paired};

impl<'a> Walk<'a> {
    pub(super) fn pagination(&mut self, pair: &Pair<'a>) {
        let class = Class::breaking_if(pair.old.is_some());
        let text = format!(
            "`x-linq-pagination` {}, by which clients find the next page",
            pair.verb()
        );
        self.report_if_changed(class, None, pair, text);
    }

    /// Judges `x-linq-not-enforced`: it makes clients accept more, and its text is documentation.
    pub(super) fn not_enforced(&mut self, pair: &Pair<'a>) {
        let class = match (&pair.old, &pair.new) {
            (None, _) => Class::Compatible,
            (_, None) => Class::Breaking,
            _ => Class::Documentation,
        };
        let text = format!("`x-linq-not-enforced` {}", pair.verb());
        self.report_if_changed(class, None, pair, text);
    }

    /// Judges `x-linq-retry`. Without it nothing may be retried.
    pub(super) fn retry(&mut self, document: &Pair<'a>, retry: &Pair<'a>) {
        self.container(retry);
        for (key, pair) in retry.members() {
            match key {
                "idempotent" => self.idempotent(&pair),
                "retry_on" | "done_on" => self.refusals(&pair, key),
                "rate_limit" => self.rate_limit_of(document, &pair),
                _ => self.unknown(&pair, key),
            }
        }
    }

    fn idempotent(&mut self, pair: &Pair<'a>) {
        let (class, what) = match pair.flags() {
            [Some(true), Some(false)] => (Class::Breaking, "so clients retry less"),
            [Some(false), Some(true)] => (Class::Compatible, "so clients retry more"),
            [Some(_), Some(_)] => (Class::Compatible, "which means the same"),
            _ => (Class::Unknown, "which no rule covers"),
        };
        let text = format!("`idempotent` {}, {what}", pair.verb());
        self.report_if_changed(class, None, pair, text);
    }

    fn refusals(&mut self, list: &Pair<'a>, name: &str) {
        let refusal = |node: &Node<'a>| (node.value.get("status"), node.value.get("code"));
        for pair in self.matched(list, refusal) {
            if !pair.is_in_both() {
                let class = Class::breaking_if(pair.new.is_none());
                let text = match name {
                    "done_on" => format!("an entry of `done_on` {}", pair.verb()),
                    _ => format!(
                        "an entry of `{name}` {}, so clients retry {}",
                        pair.verb(),
                        less_or_more(class)
                    ),
                };
                self.report(class, None, &pair, text);
                continue;
            }
            for (key, field) in pair.members() {
                let text = format!("`{key}` of an entry of `{name}` {}", field.verb());
                match key {
                    // The entries are matched by these.
                    "status" | "code" => self.same(&field),
                    "max_retries" => {
                        let most = |node: &Option<Node>| {
                            node.as_ref()
                                .map_or(Some(u64::MAX), |node| node.value.as_u64())
                        };
                        let class = match (most(&field.old), most(&field.new)) {
                            (Some(old), Some(new)) => Class::breaking_if(new < old),
                            _ => Class::Unknown,
                        };
                        self.report_if_changed(class, None, &field, text);
                    }
                    "requires" => {
                        self.report_if_changed(
                            Class::breaking_if(field.new.is_some()),
                            None,
                            &field,
                            text,
                        );
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
            (None, _) => (Class::Breaking, "so calls are limited now"),
            (_, None) => (Class::Compatible, "so calls are no longer limited"),
            _ if pair.is_in_both() && pair.is_equal() => {
                (Class::Compatible, "but only the name of the limit differs")
            }
            _ => (Class::Breaking, "so calls count toward another limit"),
        };
        let text = format!("`rate_limit` {}, {what}", name.verb());
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
                    (Some(old), Some(new)) if key == "calls" => Class::breaking_if(new < old),
                    (Some(old), Some(new)) => Class::breaking_if(new > old),
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
            let what = match class {
                Class::Breaking => ", so the limit is tighter",
                Class::Compatible => ", so the limit is looser",
                _ => "",
            };
            let text = format!("`{key}` {}{what}", pair.verb());
            self.report_if_changed(class, None, &pair, text);
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
                let class = Class::breaking_if(pair.new.is_none());
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
                        self.report_if_changed(Class::Breaking, None, &field, text);
                    }
                    _ => self.unknown(&field, key),
                }
            }
        }
    }

    /// The entries of two lists side by side, matched by a key. Repeated entries stay unclaimed.
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
        let is_same = |old: &Node<'a>, new: &Node<'a>| key(old) == key(new);
        let pairs = paired(items(&lists.old), items(&lists.new), is_same).into_iter();
        pairs.map(|(old, new)| Pair { old, new }).collect()
    }
}

fn less_or_more(class: Class) -> &'static str {
    if class == Class::Breaking {
        "less"
    } else {
        "more"
    }
}
