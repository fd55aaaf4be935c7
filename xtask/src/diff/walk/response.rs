//! The rules for responses: each status by itself, and ranges for what is not listed.

use super::content::Scope;
use super::{Class, Direction, Node, Pair, Walk, paired};

impl<'a> Walk<'a> {
    /// Compares responses that travel in `direction`: those to an event are sent by callers.
    pub(super) fn responses(&mut self, responses: &Pair<'a>, direction: Direction) {
        self.container(responses);
        for (status, response) in responses.members() {
            if status.starts_with("x-") {
                self.unknown(&response, status);
            } else if response.is_in_both() {
                self.response(&response, direction, Scope::Same);
            } else if direction == Direction::Sent {
                let class = Class::breaking_if(response.new.is_none());
                let text = format!("the response `{status}` to the event {}", response.verb());
                self.report(class, Some(direction), &response, text);
            } else {
                self.status(status, &response, responses);
            }
        }
    }

    /// A status that is listed in one document. In the other one a range may cover it.
    fn status(&mut self, status: &str, response: &Pair<'a>, responses: &Pair<'a>) {
        let other = if response.old.is_some() {
            &responses.new
        } else {
            &responses.old
        };
        let cover = cover(other, status);
        let is_promise_broken = match (&response.old, &cover) {
            (Some(_), Some(_)) => is_success(status),
            (Some(_), None) => is_success(status) || status.parse::<u16>().is_err(),
            (None, Some(_)) => false,
            (None, None) => is_success(status),
        };
        let verb = response.verb();
        let text = match (&cover, &response.new) {
            (None, _) => format!("the response `{status}` {verb}"),
            (Some((range, _)), None) => {
                format!("the response `{status}` {verb}, and is one of `{range}` now")
            }
            (Some((range, _)), Some(_)) => {
                format!("the response `{status}` {verb}, and was one of `{range}` before")
            }
        };
        let direction = Direction::Received;
        self.report(
            Class::breaking_if(is_promise_broken),
            Some(direction),
            response,
            text,
        );
        if let Some((_, cover)) = cover {
            let (pair, scope) = match (&response.old, &response.new) {
                (Some(old), _) => (Pair::both(old.clone(), cover), Scope::NewIsRange),
                (_, Some(new)) => (Pair::both(cover, new.clone()), Scope::OldIsRange),
                _ => return,
            };
            self.response(&pair, direction, scope);
        }
    }

    fn response(&mut self, pair: &Pair<'a>, direction: Direction, scope: Scope) {
        let response = self.resolved(pair);
        for (key, part) in response.members() {
            match key {
                // A range has another description than one of its responses.
                "description" if scope != Scope::Same => self.same(&part),
                "description" | "x-linq-assumption" => self.documentation(&part, key),
                "headers" => self.headers(&part, direction),
                "content" => self.content(&part, direction, scope),
                "x-linq-not-enforced" => self.not_enforced(&part),
                _ => self.unknown(&part, key),
            }
        }
    }

    fn headers(&mut self, headers: &Pair<'a>, direction: Direction) {
        self.container(headers);
        for (name, pair) in in_any_case(headers) {
            if pair.is_in_both() {
                let header = self.resolved(&pair);
                self.header(&header, name, direction);
            } else {
                let text = format!("the header `{name}` {}", pair.verb());
                self.report(
                    Class::breaking_if(pair.new.is_none()),
                    Some(direction),
                    &pair,
                    text,
                );
            }
        }
    }
}

fn is_success(status: &str) -> bool {
    status.starts_with('2') || status.starts_with('3')
}

/// The range that covers a status that is not listed.
fn cover<'a>(responses: &Option<Node<'a>>, status: &str) -> Option<(String, Node<'a>)> {
    let responses = responses.as_ref()?;
    let range = format!("{}XX", status.get(..1)?);
    [range, "default".to_owned()]
        .into_iter()
        .filter(|name| name != status)
        .find_map(|name| Some((name.clone(), responses.get(&name)?)))
}

/// The names of headers are the same in any case.
fn in_any_case<'a>(headers: &Pair<'a>) -> Vec<(&'a str, Pair<'a>)> {
    let list = |headers: &Option<Node<'a>>| headers.iter().flat_map(Node::members).collect();
    let pairs = paired(
        list(&headers.old),
        list(&headers.new),
        |(name, _): &(&str, Node), (other, _)| name.eq_ignore_ascii_case(other),
    );
    let pairs = pairs.into_iter().filter_map(|(old, new)| {
        let (name, _) = *old.as_ref().or(new.as_ref())?;
        let node = |side: Option<(_, Node<'a>)>| side.map(|(_, node)| node);
        let (old, new) = (node(old), node(new));
        Some((name, Pair { old, new }))
    });
    pairs.collect()
}
