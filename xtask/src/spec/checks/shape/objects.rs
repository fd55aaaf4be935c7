//! The objects of OpenAPI 3.0.3 and their fields.

use super::grammar::Shape::{Any, Choice, Flag, List, Map, Responses, Text};
use super::grammar::{Object, Shape, component, may, must, object};
use super::schema_object::SCHEMA;
use super::security_objects::SECURITY_SCHEME;

pub(crate) static TEXTS: Shape = List(&Text);
pub(crate) static TEXT_MAP: Shape = Map(&Text);
static ANY_MAP: Shape = Map(&Any);
static SERVERS: Shape = List(&Shape::Object(&SERVER));
static SECURITY: Shape = List(&Map(&TEXTS));
pub(crate) static EXTERNAL_DOCS: Shape = Shape::Object(&EXTERNAL_DOCUMENTATION);
static EXAMPLES: Shape = Map(&Shape::Object(&EXAMPLE));
static HEADERS: Shape = Map(&Shape::Object(&HEADER));
static CONTENT: Shape = Map(&Shape::Object(&MEDIA_TYPE));
static PARAMETERS: Shape = List(&Shape::Object(&PARAMETER));
static OPERATION: Shape = Shape::Object(&OPERATION_OBJECT);
static CALLBACK: Shape = Map(&Shape::Object(&PATH_ITEM));
pub(crate) static SCHEMA_MAP: Shape = Map(&SCHEMA);

pub(crate) static OPENAPI: Object = object(
    "the document",
    &[
        must("openapi", &Text, "openapi: 3.0.3"),
        must(
            "info",
            &Shape::Object(&INFO),
            "info: { title: Example API, version: v1 }",
        ),
        may("servers", &SERVERS),
        must("paths", &Map(&Shape::Object(&PATH_ITEM)), "paths: {}"),
        may("components", &Shape::Object(&COMPONENTS)),
        may("security", &SECURITY),
        may("tags", &List(&Shape::Object(&TAG))),
        may("externalDocs", &EXTERNAL_DOCS),
    ],
);

static INFO: Object = object(
    "`info`",
    &[
        must("title", &Text, "title: Example API"),
        must("version", &Text, "version: v1"),
        may("description", &Text),
        may("termsOfService", &Text),
        may("contact", &Shape::Object(&CONTACT)),
        may("license", &Shape::Object(&LICENSE)),
    ],
);

static CONTACT: Object = object(
    "a contact",
    &[may("name", &Text), may("url", &Text), may("email", &Text)],
);

static LICENSE: Object = object(
    "a license",
    &[must("name", &Text, "name: MIT"), may("url", &Text)],
);

static SERVER: Object = object(
    "a server",
    &[
        must("url", &Text, "url: https://api.example.com"),
        may("description", &Text),
        may("variables", &Map(&Shape::Object(&SERVER_VARIABLE))),
    ],
);

static SERVER_VARIABLE: Object = object(
    "a server variable",
    &[
        must("default", &Text, "default: v1"),
        may("enum", &TEXTS),
        may("description", &Text),
    ],
);

static TAG: Object = object(
    "a tag",
    &[
        must("name", &Text, "name: example"),
        may("description", &Text),
        may("externalDocs", &EXTERNAL_DOCS),
    ],
);

static EXTERNAL_DOCUMENTATION: Object = object(
    "external documentation",
    &[
        must("url", &Text, "url: https://docs.example.com"),
        may("description", &Text),
    ],
);

static COMPONENTS: Object = object(
    "`components`",
    &[
        may("schemas", &SCHEMA_MAP),
        may("responses", &Map(&Shape::Object(&RESPONSE))),
        may("parameters", &Map(&Shape::Object(&PARAMETER))),
        may("examples", &EXAMPLES),
        may("requestBodies", &Map(&Shape::Object(&REQUEST_BODY))),
        may("headers", &HEADERS),
        may("securitySchemes", &Map(&Shape::Object(&SECURITY_SCHEME))),
        may("links", &Map(&Shape::Object(&LINK))),
        may("callbacks", &Map(&CALLBACK)),
    ],
);

static PATH_ITEM: Object = object(
    "a path",
    &[
        may("summary", &Text),
        may("description", &Text),
        may("get", &OPERATION),
        may("put", &OPERATION),
        may("post", &OPERATION),
        may("delete", &OPERATION),
        may("options", &OPERATION),
        may("head", &OPERATION),
        may("patch", &OPERATION),
        may("trace", &OPERATION),
        may("servers", &SERVERS),
        may("parameters", &PARAMETERS),
    ],
);

static OPERATION_OBJECT: Object = object(
    "an operation",
    &[
        must(
            "responses",
            &Responses(&RESPONSE),
            "responses: { '200': { description: Done. } }",
        ),
        may("tags", &TEXTS),
        may("summary", &Text),
        may("description", &Text),
        may("externalDocs", &EXTERNAL_DOCS),
        may("operationId", &Text),
        may("parameters", &PARAMETERS),
        may("requestBody", &Shape::Object(&REQUEST_BODY)),
        may("callbacks", &Map(&CALLBACK)),
        may("deprecated", &Flag),
        may("security", &SECURITY),
        may("servers", &SERVERS),
    ],
);

static PARAMETER: Object = Object {
    one_of: &["schema", "content"],
    ..component(
        "a parameter",
        "parameters",
        &[
            must("name", &Text, "name: limit"),
            must(
                "in",
                &Choice(&["query", "header", "path", "cookie"]),
                "in: query",
            ),
            may("description", &Text),
            may("required", &Flag),
            may("deprecated", &Flag),
            may("allowEmptyValue", &Flag),
            may(
                "style",
                &Choice(&[
                    "form",
                    "simple",
                    "matrix",
                    "label",
                    "spaceDelimited",
                    "pipeDelimited",
                    "deepObject",
                ]),
            ),
            may("explode", &Flag),
            may("allowReserved", &Flag),
            may("schema", &SCHEMA),
            may("content", &CONTENT),
            may("example", &Any),
            may("examples", &EXAMPLES),
        ],
    )
};

static HEADER: Object = Object {
    one_of: &["schema", "content"],
    ..component(
        "a header",
        "headers",
        &[
            may("description", &Text),
            may("required", &Flag),
            may("deprecated", &Flag),
            may("style", &Choice(&["simple"])),
            may("explode", &Flag),
            may("schema", &SCHEMA),
            may("content", &CONTENT),
            may("example", &Any),
            may("examples", &EXAMPLES),
        ],
    )
};

static REQUEST_BODY: Object = component(
    "a request body",
    "requestBodies",
    &[
        must(
            "content",
            &CONTENT,
            "content: { application/json: { schema: { type: object } } }",
        ),
        may("description", &Text),
        may("required", &Flag),
    ],
);

static RESPONSE: Object = component(
    "a response",
    "responses",
    &[
        must("description", &Text, "description: Done."),
        may("headers", &HEADERS),
        may("content", &CONTENT),
        may("links", &Map(&Shape::Object(&LINK))),
    ],
);

static MEDIA_TYPE: Object = object(
    "a media type",
    &[
        may("schema", &SCHEMA),
        may("example", &Any),
        may("examples", &EXAMPLES),
        may("encoding", &Map(&Shape::Object(&ENCODING))),
    ],
);

static ENCODING: Object = object(
    "an encoding",
    &[
        may("contentType", &Text),
        may("headers", &HEADERS),
        may(
            "style",
            &Choice(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        ),
        may("explode", &Flag),
        may("allowReserved", &Flag),
    ],
);

static EXAMPLE: Object = component(
    "an example",
    "examples",
    &[
        may("summary", &Text),
        may("description", &Text),
        may("value", &Any),
        may("externalValue", &Text),
    ],
);

static LINK: Object = Object {
    one_of: &["operationId", "operationRef"],
    ..component(
        "a link",
        "links",
        &[
            may("operationRef", &Text),
            may("operationId", &Text),
            may("parameters", &ANY_MAP),
            may("requestBody", &Any),
            may("description", &Text),
            may("server", &Shape::Object(&SERVER)),
        ],
    )
};
