//! The paths, as templates of URLs.

use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;

pub(crate) fn check(root: &Node, findings: &mut Findings) {
    for (template, item) in root.get("paths").iter().flat_map(Node::fields) {
        if let Err((problem, help)) = parameters(template) {
            findings.key(&item, problem, help);
        }
    }
}

/// The names between braces.
pub(crate) fn parameters(template: &str) -> Result<Vec<&str>, (String, String)> {
    if !template.starts_with('/') {
        let problem = "a path that does not begin with `/` is lost".to_owned();
        return Err((problem, format!("write `/{template}:`")));
    }
    if template.contains(['?', '#']) {
        let problem = "a path ends before `?` and `#`".to_owned();
        return Err((
            problem,
            "declare what follows `?` as parameters with `in: query`".to_owned(),
        ));
    }
    if template.contains("//") {
        let problem = "the generator takes `//` in a path for `/`".to_owned();
        return Err((problem, format!("write `{}:`", template.replace("//", "/"))));
    }
    let mut names = Vec::new();
    let mut rest = template;
    while let Some(brace) = rest.find(['{', '}']) {
        let (name, after) = rest[brace..]
            .strip_prefix('{')
            .and_then(|inner| inner.split_once('}'))
            .filter(|(name, _)| !name.is_empty() && !name.contains(['{', '/']))
            .ok_or_else(|| {
                let problem = "the braces of this path enclose no parameter".to_owned();
                (problem, "write each parameter as `{name}`".to_owned())
            })?;
        names.push(name);
        rest = after;
    }
    Ok(names)
}
