//! The rules for media types.

use super::{Class, Direction, Node, Pair, Walk};

/// What the two bodies belong to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scope {
    /// The same thing in both documents.
    Same,
    /// A range of responses, and one of those that it covers.
    OldIsRange,
    /// A response, and the range that covers it.
    NewIsRange,
}

impl<'a> Walk<'a> {
    /// Compares the media types of a body. One of the responses that a range covers need not have all of its.
    pub(super) fn content(&mut self, content: &Pair<'a>, direction: Direction, scope: Scope) {
        self.container(content);
        let has_none = |node: &Option<Node>| node.iter().flat_map(Node::members).next().is_none();
        let had_none = has_none(&content.old);
        let has_none = has_none(&content.new);
        for (name, media) in content.members() {
            match (&media.old, &media.new) {
                (Some(_), Some(_)) => self.media_type(&media, direction, scope),
                (Some(_), None) if scope == Scope::OldIsRange && !has_none => self.same(&media),
                (Some(_), None) => {
                    let text = format!("the media type `{name}` was removed");
                    self.report(Class::Breaking, Some(direction), &media, text);
                }
                _ => {
                    // A body where there was none must be sent.
                    let class = Class::breaking_if(had_none && direction == Direction::Sent);
                    let text = format!("the media type `{name}` was added");
                    self.report(class, Some(direction), &media, text);
                }
            }
        }
    }

    fn media_type(&mut self, media: &Pair<'a>, direction: Direction, scope: Scope) {
        for (key, pair) in media.members() {
            match key {
                // A range has other examples than one of its responses.
                "example" | "examples" if scope != Scope::Same => self.same(&pair),
                "example" | "examples" => self.documentation(&pair, key),
                "schema" => {}
                "encoding" => {
                    let text = format!("`encoding` {}, so fields have another form", pair.verb());
                    self.report_if_changed(Class::Breaking, Some(direction), &pair, text);
                }
                _ => self.unknown(&pair, key),
            }
        }
        self.schema_of(media, direction);
    }
}
