//! Reads the parameters of a request, and checks them.

use axum::extract::Query;
use http::request::Parts;
use serde_json::Value;

use super::operation::PathParameters;
use super::resolved;
use super::schema::{Problem, Schema};

/// A parameter of an operation.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: String,
    required: bool,
    /// Whether the values of a list are sent one by one.
    explode: bool,
    kind: Kind,
    schema: Schema,
    /// The value of one that is left out.
    default: Option<Value>,
}

/// How the text of a parameter is read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// A number or a boolean.
    Literal,
    List(Box<Kind>),
}

impl Kind {
    fn from_schema(document: &Value, schema: &Value) -> Self {
        let schema = resolved(document, schema);
        match schema["type"].as_str() {
            Some("integer" | "number" | "boolean") => Self::Literal,
            Some("array") => Self::List(Box::new(Self::from_schema(document, &schema["items"]))),
            _ => Self::Text,
        }
    }

    fn read(&self, text: &str) -> Value {
        match self {
            Self::Literal => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
            Self::Text | Self::List(_) => text.into(),
        }
    }
}

impl Parameter {
    pub(super) fn read(document: &Value, node: &Value) -> Result<Self, String> {
        let text = |field: &str| node[field].as_str().unwrap_or_default().to_owned();
        Ok(Self {
            name: text("name"),
            place: text("in"),
            required: node["required"] == true,
            explode: node["explode"] != false,
            kind: Kind::from_schema(document, &node["schema"]),
            schema: Schema::new(document, &node["schema"])?,
            default: resolved(document, &node["schema"]).get("default").cloned(),
        })
    }

    /// The value in a request, if it is a valid one.
    pub(super) fn value(
        &self,
        head: &Parts,
        path: &PathParameters,
    ) -> Result<Option<Value>, Problem> {
        let values = self.values(head, path);
        let value = match (&self.kind, values.as_slice()) {
            (_, []) if self.required => return Err(Problem::Missing),
            (_, []) => return Ok(self.default.clone()),
            (Kind::List(kind), [list]) if !self.explode => {
                list.split(',').map(|text| kind.read(text)).collect()
            }
            (Kind::List(kind), values) => values.iter().map(|text| kind.read(text)).collect(),
            (kind, [text]) => kind.read(text),
            (_, [_, _, ..]) => return Err(Problem::Value),
        };
        // In a parameter, a wrong type is a wrong value.
        match self.schema.check(&value) {
            Ok(()) => Ok(Some(value)),
            Err(Problem::PhoneNumber) => Err(Problem::PhoneNumber),
            Err(_) => Err(Problem::Value),
        }
    }

    fn values(&self, head: &Parts, path: &PathParameters) -> Vec<String> {
        match self.place.as_str() {
            "path" => path.get(&self.name).into_iter().cloned().collect(),
            "header" => {
                let values = head.headers.get_all(self.name.as_str()).iter();
                let text = |value: &http::HeaderValue| {
                    String::from_utf8_lossy(value.as_bytes()).into_owned()
                };
                values.map(text).collect()
            }
            _ => {
                let query = Query::<Vec<(String, String)>>::try_from_uri(&head.uri);
                let pairs = query.map(|Query(pairs)| pairs).unwrap_or_default();
                let own = pairs.into_iter().filter(|(name, _)| *name == self.name);
                own.map(|(_, value)| value).collect()
            }
        }
    }
}
