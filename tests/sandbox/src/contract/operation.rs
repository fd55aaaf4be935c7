//! An operation of a document: which requests it accepts, and what it returns.

use std::collections::HashMap;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::parameter::Parameter;
use super::schema::{Problem, Schema};
use super::{example, fields, items, resolved};
use crate::error_body::ErrorBody;
use crate::refusal::Refusal;

/// The values of the parameters in a path, by name.
pub(crate) type PathParameters = HashMap<String, String>;

/// The values of all parameters of a request, by name, as the document describes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters(HashMap<String, Value>);

impl Parameters {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.0.get(name)?.as_u64()?.try_into().ok()
    }
}

/// An operation of a document.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    segments: Vec<Segment>,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    success: Success,
    /// The documented errors: those of the operation, then those of the table of codes.
    errors: Vec<ErrorBody>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

#[derive(Debug)]
struct Body {
    required: bool,
    schema: Schema,
}

#[derive(Debug)]
struct Success {
    status: StatusCode,
    /// The media type, and the example.
    content: Option<(String, String)>,
}

impl Operation {
    pub(super) fn read(
        document: &Value,
        template: &str,
        path_item: &Value,
        method: &str,
        node: &Value,
    ) -> Result<Self, String> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for declared in items(&path_item["parameters"]).chain(items(&node["parameters"])) {
            let parameter = Parameter::read(document, resolved(document, declared))?;
            // Those of the operation override those of its path.
            parameters.retain(|old| (&old.name, &old.place) != (&parameter.name, &parameter.place));
            parameters.push(parameter);
        }
        let body = node.get("requestBody").map(|body| resolved(document, body));
        let mut responses: Vec<_> = fields(&node["responses"]).collect();
        // A range such as 4XX covers what no exact status does.
        responses.sort_by_key(|(status, _)| status.ends_with("XX"));
        let own = responses
            .into_iter()
            .flat_map(|(_, response)| example::errors(resolved(document, response)));
        Ok(Self {
            id: node["operationId"].as_str().unwrap_or_default().to_owned(),
            method: method
                .to_uppercase()
                .parse()
                .map_err(|_| "unknown method")?,
            segments: segments(template),
            parameters,
            body: body.map(|body| Body::read(document, body)).transpose()?,
            success: Success::read(document, &node["responses"])?,
            errors: own.chain(ErrorBody::from_table(document)).collect(),
        })
    }

    /// The values of a path's parameters, if the path belongs to this operation.
    pub(super) fn matches(&self, path: &str) -> Option<PathParameters> {
        let mut parameters = PathParameters::new();
        let mut given = path.strip_prefix('/')?.split('/');
        for segment in &self.segments {
            let text = percent_decode_str(given.next()?).decode_utf8_lossy();
            match segment {
                Segment::Literal(literal) if *literal == text => {}
                Segment::Parameter(name) if !text.is_empty() => {
                    parameters.insert(name.clone(), text.into_owned());
                }
                Segment::Literal(_) | Segment::Parameter(_) => return None,
            }
        }
        given.next().is_none().then_some(parameters)
    }

    /// Sorts paths with literal segments before those with parameters in the same places.
    pub(super) fn specificity(&self) -> Vec<bool> {
        let segments = self.segments.iter();
        segments
            .map(|segment| matches!(segment, Segment::Parameter(_)))
            .collect()
    }

    /// The response to a request: an error if it is not what the document describes, otherwise the
    /// example.
    pub(crate) fn serve(&self, head: &Parts, path: &PathParameters, body: &Bytes) -> Response {
        match self.check(head, path, body) {
            Ok(()) => self.success.response(),
            Err(problem) => match self.error(code(problem)) {
                Some(error) => error.into_response(),
                None => (StatusCode::BAD_REQUEST, format!("{problem:?}")).into_response(),
            },
        }
    }

    /// The parameters of a request, defaults included.
    pub(crate) fn parameters(
        &self,
        head: &Parts,
        path: &PathParameters,
    ) -> Result<Parameters, Refusal> {
        self.values(head, path)
            .map_err(|problem| Refusal::new(code(problem)))
    }

    fn values(&self, head: &Parts, path: &PathParameters) -> Result<Parameters, Problem> {
        let mut values = HashMap::new();
        for parameter in &self.parameters {
            if let Some(value) = parameter.value(head, path)? {
                values.insert(parameter.name.clone(), value);
            }
        }
        Ok(Parameters(values))
    }

    fn check(&self, head: &Parts, path: &PathParameters, body: &Bytes) -> Result<(), Problem> {
        self.values(head, path)?;
        self.body
            .as_ref()
            .map_or(Ok(()), |schema| schema.check(body))
    }

    /// The error with a code, as the operation documents it, or else as the document does.
    pub(crate) fn error(&self, code: u32) -> Option<ErrorBody> {
        let mut errors = self.errors.iter();
        errors
            .find(|error| i64::from(error.code) == i64::from(code))
            .cloned()
    }
}

fn code(problem: Problem) -> u32 {
    match problem {
        Problem::Missing => 1001,
        Problem::PhoneNumber => 1002,
        Problem::Form => 1003,
        Problem::Value => 1005,
    }
}

fn segments(template: &str) -> Vec<Segment> {
    let texts = template.trim_start_matches('/').split('/');
    texts
        .map(|text| {
            let name = text
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            match name {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Literal(text.to_owned()),
            }
        })
        .collect()
}

impl Body {
    fn read(document: &Value, node: &Value) -> Result<Self, String> {
        let media = &node["content"]["application/json"];
        Ok(Self {
            required: node["required"] == true,
            schema: Schema::new(document, &media["schema"])?,
        })
    }

    fn check(&self, body: &Bytes) -> Result<(), Problem> {
        if body.is_empty() && !self.required {
            return Ok(());
        }
        let value = serde_json::from_slice(body).map_err(|_| Problem::Form)?;
        self.schema.check(&value)
    }
}

impl Success {
    /// The first success that names its status, or else 200 for a range.
    fn read(document: &Value, responses: &Value) -> Result<Self, String> {
        let mut successes: Vec<_> = fields(responses)
            .filter(|(status, _)| status.starts_with('2'))
            .collect();
        successes.sort_by_key(|(status, _)| status.as_str());
        let (status, response) = successes.first().ok_or("it has no success response")?;
        let response = resolved(document, response);
        let content = match fields(&response["content"]).next() {
            None => None,
            Some((kind, media)) => {
                let example = example::first(document, media)
                    .ok_or_else(|| format!("the response {status} has no example"))?;
                let text = match example {
                    Value::String(text) if !kind.contains("json") => text.clone(),
                    json => json.to_string(),
                };
                Some((kind.clone(), text))
            }
        };
        Ok(Self {
            status: status.parse().unwrap_or(StatusCode::OK),
            content,
        })
    }

    fn response(&self) -> Response {
        match &self.content {
            None => self.status.into_response(),
            Some((kind, text)) => {
                (self.status, [(CONTENT_TYPE, kind.clone())], text.clone()).into_response()
            }
        }
    }
}
