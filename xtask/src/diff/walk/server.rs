//! The rules for servers: callers use the first one unless they choose.

use super::{Class, Node, Pair, Walk, paired};

impl<'a> Walk<'a> {
    pub(super) fn servers(&mut self, servers: &Pair<'a>) {
        self.container(servers);
        let list = |node: &Option<Node<'a>>| -> Vec<Node<'a>> {
            node.iter().flat_map(Node::items).collect()
        };
        let (mut olds, mut news) = (list(&servers.old), list(&servers.new));
        let first = |list: &mut Vec<Node<'a>>| (!list.is_empty()).then(|| list.remove(0));
        let first = Pair {
            old: first(&mut olds),
            new: first(&mut news),
        };
        let url = |node: &Option<Node<'a>>| node.as_ref().and_then(|node| node.text("url"));
        if url(&first.old) == url(&first.new) {
            self.server(&first, Class::Breaking);
        } else {
            let text = "the first server, which callers use unless they choose, changed";
            self.report(Class::Breaking, None, &first, text);
        }
        let is_same = |old: &Node, new: &Node| old.text("url") == new.text("url");
        for (old, new) in paired(olds, news, is_same) {
            self.other_server(&Pair { old, new });
        }
    }

    fn other_server(&mut self, pair: &Pair<'a>) {
        if pair.is_in_both() {
            self.server(pair, Class::Compatible);
        } else {
            let text = format!("a server other than the first {}", pair.verb());
            self.report(Class::Compatible, None, pair, text);
        }
    }

    fn server(&mut self, server: &Pair<'a>, class: Class) {
        for (key, pair) in server.members() {
            match key {
                "description" => self.documentation(&pair, key),
                "url" | "variables" => {
                    let text = format!("`{key}` of a server {}", pair.verb());
                    self.report_if_changed(class, None, &pair, text);
                }
                _ => self.unknown(&pair, key),
            }
        }
    }
}
