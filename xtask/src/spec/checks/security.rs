//! How requests are authorised: each carries the API key as a bearer token.

use super::operations;
use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    let security = root.get("security");
    for requirement in security.iter().flat_map(Node::items) {
        check_requirement(&requirement, root, findings);
    }
    for (.., operation) in operations::all(root) {
        if let Some(own) = operation.get("security")
            && security.as_ref().map(Node::value) != Some(own.value())
        {
            findings.key(
                &own,
                "the client authorises every request in the same way, whatever an operation says",
                "remove it here, and say at the top of the document what is the same for all: `security: [{ bearerAuth: [] }]`",
            );
        }
    }
}

fn check_requirement(requirement: &Node, root: &Node, findings: &mut Findings) {
    let mut schemes = requirement.members();
    let (Some((name, node)), None) = (schemes.next(), schemes.next()) else {
        findings.value(
            requirement,
            "the client authorises each request with one scheme",
            "name one scheme, such as `bearerAuth: []`",
        );
        return;
    };
    let scheme = root.at(&["components", "securitySchemes", name]);
    let Some(scheme) = scheme.and_then(|scheme| scheme.resolved(root)) else {
        findings.key(
            &node,
            format!("there is no security scheme `{name}`"),
            format!("add it: `components: {{ securitySchemes: {{ {name}: {{ type: http, scheme: bearer }} }} }}`"),
        );
        return;
    };
    let is_bearer = scheme
        .text("scheme")
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"));
    if scheme.text("type") != Some("http") || !is_bearer {
        findings.key(
            &node,
            format!("the client sends a bearer token, which is not what `{name}` says"),
            "name a scheme with `type: http` and `scheme: bearer`",
        );
    }
}
