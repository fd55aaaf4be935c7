//! Whether the operations that say that they are paginated are.

use super::operations::Operation;
use super::retry::tell;
use crate::spec::diagnosis::Findings;
use crate::spec::node::Node;
use crate::spec::pagination::{PAGINATION, Pagination};

pub(crate) fn check(operation: &Operation, root: &Node, findings: &mut Findings) {
    let Some(statement) = operation.node.get(PAGINATION) else {
        return;
    };
    let pagination = match Pagination::read(&operation.node) {
        Ok(pagination) => pagination,
        Err(error) => {
            let help = "write `{ parameter: cursor, next: next_cursor, items: chats }`";
            tell(statement.pointer(), &error, help, findings);
            return;
        }
    };
    if let Some(pagination) = pagination {
        check_parameter(&pagination, operation, &statement, root, findings);
        check_page(&pagination, operation, &statement, root, findings);
    }
}

fn check_parameter(
    pagination: &Pagination,
    operation: &Operation,
    statement: &Node,
    root: &Node,
    findings: &mut Findings,
) {
    let owners = [&operation.node, &operation.path_item];
    let declared = owners.iter().filter_map(|owner| owner.get("parameters"));
    let declared: Vec<_> = declared
        .flat_map(|list| list.items().collect::<Vec<_>>())
        .collect();
    let is_cursor = |parameter: &Node| {
        let schema = parameter
            .get("schema")
            .and_then(|schema| schema.resolved(root));
        parameter.text("name") == Some(&pagination.parameter)
            && parameter.text("in") == Some("query")
            && parameter.value().get("required") != Some(&true.into())
            && schema.is_some_and(|schema| schema.text("type") == Some("string"))
    };
    let mut resolved = declared
        .iter()
        .filter_map(|parameter| parameter.resolved(root));
    if !resolved.any(|parameter| is_cursor(&parameter))
        && let Some(place) = statement.get("parameter")
    {
        findings.value(
            &place,
            format!(
                "the operation has no optional query parameter `{}` of type string",
                pagination.parameter
            ),
            "write the name of the parameter that takes the cursor, or declare it",
        );
    }
}

fn check_page(
    pagination: &Pagination,
    operation: &Operation,
    statement: &Node,
    root: &Node,
    findings: &mut Findings,
) {
    let page = Pagination::page(&operation.node, root)
        .and_then(|name| root.at(&["components", "schemas", name]))
        .filter(|page| page.has("properties"));
    let Some(page) = page else {
        findings.key(
            statement,
            "no success of the operation has a body that is an object of a schema with a name",
            "put the schema of the page into `components/schemas`, with its fields in `properties`",
        );
        return;
    };
    let required = page.get("required");
    let is_required = |name: &str| {
        let mut required = required.iter().flat_map(Node::items);
        required.any(|required| required.value() == name)
    };
    let next = page.at(&["properties", &pagination.next]);
    let is_cursor = next
        .and_then(|next| next.resolved(root))
        .is_some_and(|next| {
            let can_be_missing = !is_required(&pagination.next)
                || next.value().get("nullable") == Some(&true.into());
            next.text("type") == Some("string") && can_be_missing
        });
    if !is_cursor && let Some(place) = statement.get("next") {
        let problem = format!(
            "a page has no field `{}` that is a string and can be missing",
            pagination.next
        );
        let help = "write the name of the field that has the cursor of the next page; the last page has none";
        findings.value(&place, problem, help);
    }
    if !(is_required(&pagination.items) && pagination.item(&page).is_some())
        && let Some(place) = statement.get("items")
    {
        let problem = format!(
            "a page has no required field `{}` that is a list of a schema with a name",
            pagination.items
        );
        let help = "write the name of the field that has the items, and put their schema into `components/schemas`";
        findings.value(&place, problem, help);
    }
}
