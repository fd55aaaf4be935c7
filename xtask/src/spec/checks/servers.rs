//! Where requests go: to the base URL that the caller gives, whatever the operation.

use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;
use crate::spec::server_url;

/// Servers of the document, of which the client can take any as its base URL.
pub(crate) fn check(root: &Node, findings: &mut Findings) {
    for server in root.get("servers").iter().flat_map(Node::items) {
        let Some(url) = server_url::expanded(server.value()) else {
            continue;
        };
        let is_http = |scheme: &str| {
            scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
        };
        if let (Some(node), Some((scheme, _))) = (server.get("url"), url.split_once("://"))
            && !is_http(scheme)
        {
            findings.value(
                &node,
                format!("the generated client speaks HTTP, not `{scheme}`"),
                "write the URL that HTTP requests go to, or remove the server",
            );
        }
    }
}
