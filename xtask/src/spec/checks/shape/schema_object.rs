//! The schema of OpenAPI 3.0.3 and its fields.

use super::grammar::Shape::{Any, Choice, Count, Flag, FlagOr, List, Number, Text};
use super::grammar::{Object, Shape, component, may, must, object};
use super::objects::{EXTERNAL_DOCS, SCHEMA_MAP, TEXT_MAP, TEXTS};

pub(crate) static SCHEMA: Shape = Shape::Object(&SCHEMA_OBJECT);
static SCHEMAS: Shape = List(&SCHEMA);

static DISCRIMINATOR: Object = object(
    "a discriminator",
    &[
        must("propertyName", &Text, "propertyName: type"),
        may("mapping", &TEXT_MAP),
    ],
);

static XML: Object = object(
    "`xml`",
    &[
        may("name", &Text),
        may("namespace", &Text),
        may("prefix", &Text),
        may("attribute", &Flag),
        may("wrapped", &Flag),
    ],
);

static SCHEMA_OBJECT: Object = component(
    "a schema",
    "schemas",
    &[
        may(
            "type",
            &Choice(&["string", "number", "integer", "boolean", "array", "object"]),
        ),
        may("format", &Text),
        may("title", &Text),
        may("description", &Text),
        may("nullable", &Flag),
        may("enum", &List(&Any)),
        may("default", &Any),
        may("example", &Any),
        may("deprecated", &Flag),
        may("readOnly", &Flag),
        may("writeOnly", &Flag),
        may("properties", &SCHEMA_MAP),
        may("required", &TEXTS),
        may("additionalProperties", &FlagOr(&SCHEMA)),
        may("minProperties", &Count),
        may("maxProperties", &Count),
        may("items", &SCHEMA),
        may("minItems", &Count),
        may("maxItems", &Count),
        may("uniqueItems", &Flag),
        may("minLength", &Count),
        may("maxLength", &Count),
        may("pattern", &Text),
        may("minimum", &Number),
        may("maximum", &Number),
        may("exclusiveMinimum", &Flag),
        may("exclusiveMaximum", &Flag),
        may("multipleOf", &Number),
        may("allOf", &SCHEMAS),
        may("oneOf", &SCHEMAS),
        may("anyOf", &SCHEMAS),
        may("not", &SCHEMA),
        may("discriminator", &Shape::Object(&DISCRIMINATOR)),
        may("externalDocs", &EXTERNAL_DOCS),
        may("xml", &Shape::Object(&XML)),
    ],
);
