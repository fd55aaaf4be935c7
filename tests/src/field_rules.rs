//! Contract, client and sandbox agree on the values that the fields of a contact card accept.

use std::cell::Cell;

use insta::assert_snapshot;
use jsonschema::Validator;
use linq::{Client, Error};
use linq_sandbox::{Card, Sandbox};
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};

use crate::json_schema::from_spec;
use crate::spec::spec;
use crate::support::builder;

/// The fields with free text.
const FIELDS: [&str; 3] = ["first_name", "last_name", "image_url"];

/// The three that say whether a value is allowed.
struct Judges {
    create: Validator,
    update: Validator,
    sandbox: Sandbox,
    client: Client,
    http: reqwest::Client,
    numbers: Cell<u64>,
}

impl Judges {
    async fn new() -> Self {
        let spec = spec();
        let validator = |name: &str| {
            let schema = &spec["components"]["schemas"][name];
            jsonschema::validator_for(&from_spec(&spec, schema)).unwrap()
        };
        let sandbox = Sandbox::builder().cards([]).start().await.unwrap();
        Self {
            create: validator("ContactCardCreateRequest"),
            update: validator("ContactCardUpdateRequest"),
            client: builder(&sandbox).build().unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            sandbox,
            numbers: Cell::new(10_000_000_000),
        }
    }

    /// A new number with a card and a full budget.
    fn number_with_card(&self) -> String {
        let phone_number = self.number();
        self.sandbox.set_cards([Card {
            phone_number: phone_number.clone(),
            ..Card::example()
        }]);
        phone_number
    }

    fn number(&self) -> String {
        self.numbers.set(self.numbers.get() + 1);
        format!("+{}", self.numbers.get())
    }

    /// Whether each accepts a field of a new card.
    async fn create_verdicts(&self, field: &str, value: &str) -> [bool; 3] {
        let mut body = json!({"phone_number": self.number(), "first_name": "John"});
        body[field] = value.into();
        let by_sandbox = self.ask(Method::POST, "", &body).await == 200;
        self.sandbox.set_cards([]);
        let number = self.number();
        let cards = self.client.contact_card();
        let request = match field {
            "phone_number" => cards.create(value, "John"),
            "first_name" => cards.create(number, value),
            "last_name" => cards.create(number, "John").last_name(value),
            _ => cards.create(number, "John").image_url(value),
        };
        let by_client = is_accepted(request.await);
        [self.create.is_valid(&body), by_client, by_sandbox]
    }

    /// Whether each accepts a field of an update.
    async fn update_verdicts(&self, field: &str, value: &str) -> [bool; 3] {
        let number = self.number_with_card();
        let body = json!({field: value});
        let query = number.replace('+', "?phone_number=%2B");
        let by_sandbox = self.ask(Method::PATCH, &query, &body).await == 200;
        let update = self.client.contact_card().update(self.number_with_card());
        let request = match field {
            "first_name" => update.first_name(value),
            "last_name" => update.last_name(value),
            _ => update.image_url(value),
        };
        let by_client = is_accepted(request.await);
        [self.update.is_valid(&body), by_client, by_sandbox]
    }

    async fn ask(&self, method: Method, query: &str, body: &Value) -> u16 {
        let url = format!("{}/v3/contact_card{query}", self.sandbox.base_url());
        let request = self.http.request(method, url);
        let request = request.bearer_auth(self.sandbox.api_key());
        let response = request.body(body.to_string()).send().await.unwrap();
        response.status().as_u16()
    }

    /// Checks that all agree, and returns their verdict.
    async fn agreed(&self, field: &str, value: &str) -> bool {
        let mut all = vec![("create", self.create_verdicts(field, value).await)];
        if field != "phone_number" {
            all.push(("update", self.update_verdicts(field, value).await));
        }
        let expected = all[0].1[0];
        for (operation, verdicts) in all {
            assert_eq!(
                verdicts, [expected; 3],
                "contract, client and sandbox on {operation} with {field} {value:?}"
            );
        }
        expected
    }
}

/// Whether the client accepts a request; the sandbox must accept it, too.
fn is_accepted<T>(outcome: Result<T, Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error) if error.is_invalid_input() => false,
        Err(error) => panic!("the client sent what the sandbox refuses: {error}"),
    }
}

#[tokio::test]
async fn a_name_is_not_blank() {
    let judges = Judges::new().await;
    let longest = ["x", "é", "𝒳"].map(|c| c.repeat(4_096));
    let names = "Zoë|Zoe\u{308}|李|أحمد|👩‍👩‍👧|🏴| John |O'Neil\n|.|\u{200b}x".split('|');
    for name in names.chain(longest.iter().map(String::as_str)) {
        assert!(judges.agreed("first_name", name).await, "{name:?}");
        assert!(judges.agreed("last_name", name).await, "{name:?}");
    }
    let too_long = ["x", "é"].map(|c| c.repeat(4_097));
    let blank = " |\t\n|\0|\u{1f}|\u{85}|\u{a0}|\u{ad}|\u{34f}|\u{61c}|\u{1160}|\u{1680}|\u{17b4}|\u{180e}|\
        \u{200b}|\u{200d}|\u{202e}|\u{2029}|\u{2060}|\u{2800}\u{fe0f}|\u{3000}|\u{3164}|\u{feff} |\u{ffa0}|\u{fff8}";
    for name in blank.split('|').chain(too_long.iter().map(String::as_str)) {
        assert!(!judges.agreed("first_name", name).await, "{name:?}");
        assert!(!judges.agreed("last_name", name).await, "{name:?}");
    }
    assert!(!judges.agreed("first_name", "").await);
    assert!(judges.agreed("last_name", "").await);
}

const IMAGE_URLS: &str = "https://example.com
https://example.com/
https://EXAMPLE.com/john.jpg
https://my_bucket.s3.example.com/a%2Fb?sig=x%2By&exp=1
https://example.com:8443/photo.jpg?size=2#top
https://example.com:65535
https://example.com?sig='x'
https://xn--bcher-kva.example/
https://example.com/@ann:pw";

const NO_IMAGE_URLS: &str = "
john.jpg
/john.jpg
//example.com/john.jpg
example.com/john.jpg
http://example.com/john.jpg
ftp://example.com/john.jpg
data:image/png;base64,AA==
HTTPS://example.com/john.jpg
Https://example.com/john.jpg
https:
https:/
https://
https:/example.com/x
https:example.com/x
https:///example.com/x
https://\\\\example.com/x
https://?x
https://:443/x
https://bücher.example/
https://example.com/ü
https://ann@example.com/
https://ann:pw@example.com/
https://@example.com/
https://localhost/x
https://127.0.0.1/x
https://[::1]/x
https://.com/
https://example..com/
https://example.com./
https://example.com:/
https://example.com:0/
https://example.com:0443/
https://example.com:65536/
https://example.com:443:443/
https://example.com/a b
https://example.com/a|b
https://example.com/\"x\"
https://example.com/\u{200b}
https://example.com/100%
https://example.com/%2
https://example.com/%zz
https://example.com/%é
https://exam\tple.com/";

#[tokio::test]
async fn an_image_url_is_public_https_in_ascii() {
    let judges = Judges::new().await;
    let longest = format!("https://example.com/{}", "x".repeat(8_172));
    for url in IMAGE_URLS.lines().chain([longest.as_str()]) {
        assert!(judges.agreed("image_url", url).await, "{url:?}");
        for space in [" ", "\n"] {
            let spaced = [format!("{space}{url}"), format!("{url}{space}")];
            for url in &spaced {
                assert!(!judges.agreed("image_url", url).await, "{url:?}");
            }
        }
    }
    let too_long = format!("{longest}x");
    for url in NO_IMAGE_URLS.lines().chain([too_long.as_str()]) {
        assert!(!judges.agreed("image_url", url).await, "{url:?}");
    }
}

#[tokio::test]
async fn a_phone_number_is_e164() {
    let judges = Judges::new().await;
    for number in ["+12", "+15551234567", "+123456789012345"] {
        assert!(judges.agreed("phone_number", number).await, "{number}");
    }
    let wrong =
        "|+|+1|+01|+1234567890123456|15551234567| +15551234567|+1555123456a|+1 555|++1555|+١٢٣٤";
    for text in wrong.split('|') {
        assert!(!judges.agreed("phone_number", text).await, "{text:?}");
    }
}

#[tokio::test]
async fn null_is_refused() {
    let judges = Judges::new().await;
    for field in FIELDS {
        let mut card = json!({"phone_number": judges.number(), "first_name": "John"});
        card[field] = Value::Null;
        assert!(!judges.create.is_valid(&card), "{card}");
        assert_eq!(judges.ask(Method::POST, "", &card).await, 500, "{card}");

        let changes = json!({field: null});
        assert!(!judges.update.is_valid(&changes), "{changes}");
        let query = judges.number_with_card().replace('+', "?phone_number=%2B");
        let status = judges.ask(Method::PATCH, &query, &changes).await;
        assert_eq!(status, 500, "{changes}");
    }
}

/// Texts of parts that matter to the rules.
fn values() -> impl Strategy<Value = (&'static str, String)> {
    let select = |parts: &'static str| prop::sample::select(parts.split('|').collect::<Vec<_>>());
    let in_names = select(
        " |\n|\u{1c}|\u{7f}|\u{85}|\u{a0}|\u{ad}|\u{61c}|\u{115f}|\u{1160}|\u{17b5}|\u{180a}|\u{180b}|\u{180f}|\u{1810}|\
         \u{200a}|\u{200f}|\u{2010}|\u{2028}|\u{202f}|\u{205f}|\u{206f}|\u{2070}|\u{3164}|\u{fe0f}|\u{fe10}|\u{feff}|\
         \u{fff0}|\u{fff8}|\u{fff9}|\u{e0041}|x|é|👧",
    );
    let in_urls = select(
        "https|HTTPS|http|:|//|/|\\|?|#|@|[|]|:0|:1|:443|:99999|example|x|-|_|.|.com|.1|127.0.0.1|localhost|%|%20|%2| |\n|\
         ü|~|'|&|=",
    );
    let names = prop_oneof![
        prop::collection::vec(in_names, 0..4).prop_map(|parts| parts.concat()),
        any::<char>().prop_map(String::from),
    ];
    let urls = (any::<bool>(), prop::collection::vec(in_urls, 0..6)).prop_map(|(begun, parts)| {
        let begin = if begun {
            "https://example.com"
        } else {
            "https://"
        };
        format!("{begin}{}", parts.concat())
    });
    prop_oneof![
        names.clone().prop_map(|name| ("first_name", name)),
        names.prop_map(|name| ("last_name", name)),
        urls.prop_map(|url| ("image_url", url)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_agree_on_any_value(values in prop::collection::vec(values(), 200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let judges = Judges::new().await;
            for (field, value) in values {
                judges.agreed(field, &value).await;
            }
        });
    }
}

#[tokio::test]
async fn an_error_says_what_to_write_instead() {
    let judges = Judges::new().await;
    let cards = judges.client.contact_card();
    let mut texts = Vec::new();
    for (field, value) in [
        ("first_name", ""),
        ("first_name", &"x".repeat(4_097)),
        ("last_name", "\u{200b}"),
        ("image_url", ""),
        ("image_url", "http://example.com/"),
        ("image_url", "https://ann:pw@example.com/"),
        ("image_url", "https://bücher.example/"),
        ("image_url", "https://localhost/"),
        ("image_url", "https://example.com:0/"),
        ("image_url", "https://example.com/a b"),
        (
            "image_url",
            &format!("https://example.com/{}", "x".repeat(8_192)),
        ),
    ] {
        let ensure = match field {
            "first_name" => cards.ensure("+15551234567", value),
            "last_name" => cards.ensure("+15551234567", "John").last_name(value),
            _ => cards.ensure("+15551234567", "John").image_url(value),
        };
        texts.push(ensure.await.unwrap_err().to_string());
    }
    assert_snapshot!(texts.join("\n"), @r#"
    invalid input: the first name must not be blank
    invalid input: the first name has 4097 characters; the limit is 4096
    invalid input: the last name must not be blank; pass "" for none, or leave it out
    invalid input: the image URL must not be empty; leave `image_url` out to keep the photo (the API has no way to remove one)
    invalid input: the image URL must begin with https:// in lower case, such as https://example.com/photo.jpg
    invalid input: the image URL must not contain a user name or password
    invalid input: the image URL must have a public host name such as example.com, in ASCII (xn--...) if it is in another script
    invalid input: the image URL must have a public host name such as example.com, in ASCII (xn--...) if it is in another script
    invalid input: the image URL has an invalid port; use a number from 1 to 65535
    invalid input: the image URL has characters that must be percent-encoded, such as %20 for a space
    invalid input: the image URL must not be longer than 8192 characters
    "#);
    assert_eq!(judges.sandbox.requests().len(), 0);
}
