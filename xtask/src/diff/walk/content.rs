//! The rules for media types.

use super::operation::harmful_if;
use super::{Class, Direction, Node, Pair, Walk};

impl<'a> Walk<'a> {
    /// Compares the media types of a body. With `may_be_fewer` the new ones are those of one case among the
    /// old ones, and need not be all of them.
    pub(super) fn content(&mut self, content: &Pair<'a>, direction: Direction, may_be_fewer: bool) {
        self.container(content);
        let has_none = |node: &Option<Node>| node.iter().flat_map(Node::members).next().is_none();
        let had_none = has_none(&content.old);
        let has_none = has_none(&content.new);
        for (name, media) in content.members() {
            match (&media.old, &media.new) {
                (Some(_), Some(_)) => self.media_type(&media, direction, may_be_fewer),
                (Some(_), None) if may_be_fewer && !has_none => self.same(&media),
                (Some(_), None) => {
                    let text = format!("the media type `{name}` was removed");
                    self.report(Class::Breaking, Some(direction), &media, text);
                }
                _ => {
                    // A body where there was none must be sent.
                    let class = harmful_if(had_none && direction == Direction::Sent);
                    let text = format!("the media type `{name}` was added");
                    self.report(class, Some(direction), &media, text);
                }
            }
        }
    }

    fn media_type(&mut self, media: &Pair<'a>, direction: Direction, is_range: bool) {
        for (key, pair) in media.members() {
            match key {
                // A range has other examples than one of its cases.
                "example" | "examples" if is_range => self.same(&pair),
                "example" | "examples" => self.documentation(&pair, key),
                "schema" => {}
                "encoding" => {
                    let text = format!("`encoding` {}: fields have another form", pair.verb());
                    self.whole(Class::Breaking, Some(direction), &pair, text);
                }
                _ => self.unknown(&pair, key),
            }
        }
        self.schema_of(media, direction);
    }
}
