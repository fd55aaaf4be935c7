//! The security schemes of OpenAPI 3.0.3 and their fields.

use super::grammar::Shape::{Choice, Text};
use super::grammar::{Field, Object, Shape, component, may, must, must_for, object};
use super::objects::TEXT_MAP;

pub(crate) static SECURITY_SCHEME: Object = component(
    "a security scheme",
    "securitySchemes",
    &[
        must(
            "type",
            &Choice(&["apiKey", "http", "oauth2", "openIdConnect"]),
            "type: http",
        ),
        may("description", &Text),
        must_for("name", &Text, "apiKey", "name: X-Api-Key"),
        must_for(
            "in",
            &Choice(&["query", "header", "cookie"]),
            "apiKey",
            "in: header",
        ),
        must_for("scheme", &Text, "http", "scheme: bearer"),
        may("bearerFormat", &Text),
        must_for("flows", &Shape::Object(&OAUTH_FLOWS), "oauth2", "flows: {}"),
        must_for(
            "openIdConnectUrl",
            &Text,
            "openIdConnect",
            "openIdConnectUrl: https://api.example.com/openid",
        ),
    ],
);

static OAUTH_FLOWS: Object = object(
    "`flows`",
    &[
        may("implicit", &Shape::Object(&IMPLICIT_FLOW)),
        may("password", &Shape::Object(&TOKEN_FLOW)),
        may("clientCredentials", &Shape::Object(&TOKEN_FLOW)),
        may("authorizationCode", &Shape::Object(&CODE_FLOW)),
    ],
);

const AUTHORIZATION_URL: Field = must(
    "authorizationUrl",
    &Text,
    "authorizationUrl: https://api.example.com/authorize",
);
const TOKEN_URL: Field = must("tokenUrl", &Text, "tokenUrl: https://api.example.com/token");
const REFRESH_URL: Field = may("refreshUrl", &Text);
const SCOPES: Field = must("scopes", &TEXT_MAP, "scopes: {}");

static IMPLICIT_FLOW: Object = object("an OAuth flow", &[AUTHORIZATION_URL, REFRESH_URL, SCOPES]);
static TOKEN_FLOW: Object = object("an OAuth flow", &[TOKEN_URL, REFRESH_URL, SCOPES]);
static CODE_FLOW: Object = object(
    "an OAuth flow",
    &[AUTHORIZATION_URL, TOKEN_URL, REFRESH_URL, SCOPES],
);
