//! The rendered reference: what Redoc makes of a document.

use std::error::Error;
use std::fs;

use serde_json::Value;

use crate::redocly::Redocly;

use super::legible::legible;

/// The logo that Redoc would load from a server.
const LOGOS: [&str; 2] = [
    "https://cdn.redoc.ly/redoc/logo-mini-full.svg",
    "https://cdn.redoc.ly/redoc/logo-mini.svg",
];
const LOGO: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='46' height='16'%3E\
                    %3Ctext y='12' font-family='sans-serif' font-size='12' fill='gray'%3ERedocly%3C/text%3E%3C/svg%3E";

/// What Redocly fills in. What it makes of the document is read from between these comments.
const TEMPLATE: &str = "<!--head-->{{{redocHead}}}<!--body-->{{{redocHTML}}}<!--end-->";

/// Where Redoc's styles and its two scripts begin. In all that comes from the document, `<` is escaped.
const STYLES: &str = "<style data-styled=\"true\"";
const SCRIPTS: [&str; 2] = ["<div hidden=\"\"><script", "<script type=\"module\""];

const WORD_JOINER: char = '\u{2060}';

/// The reference of a document.
#[derive(Debug)]
pub(super) enum Reference {
    /// Redoc's page.
    Rendered(Page),
    /// Redocly can't render the document, for this reason.
    Failed(String),
}

/// The two parts of Redoc's page, each in pieces: between them, there is room for attributes of the elements that must work.
#[derive(Debug)]
pub(super) struct Page {
    head: Vec<String>,
    body: Vec<String>,
}

impl Page {
    /// The styles, for the head of the page.
    pub(super) fn head(&self, attributes: &str) -> String {
        self.head.join(attributes)
    }

    /// The reference, and the scripts that make it interactive.
    pub(super) fn body(&self, attributes: &str) -> String {
        self.body.join(attributes)
    }

    fn new(page: &str) -> Option<Self> {
        let page = page.strip_prefix("<!--head-->")?;
        let page = page.strip_suffix("<!--end-->")?;
        let (head, mut body) = page.split_once("<!--body-->")?;
        let mut page = Self {
            head: cut(head, STYLES).map(|(start, end)| vec![start, end.to_owned()])?,
            body: Vec::new(),
        };
        for script in SCRIPTS {
            let (start, end) = cut(body, script)?;
            page.body.push(without_remote_logos(&start));
            body = end;
        }
        page.body.push(without_remote_logos(body));
        Some(page)
    }
}

/// Cuts a text after the first occurrence of a word.
fn cut<'a>(text: &'a str, word: &str) -> Option<(String, &'a str)> {
    let (start, end) = text.split_once(word)?;
    Some((format!("{start}{word}"), end))
}

fn without_remote_logos(body: &str) -> String {
    LOGOS
        .iter()
        .fold(body.to_owned(), |body, logo| body.replace(logo, LOGO))
}

/// Renders a document.
///
/// # Errors
///
/// If Redocly can't be run, or its page is not as expected.
pub(super) fn render(redocly: &Redocly, document: &Value) -> Result<Reference, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let [input, template, output] =
        ["openapi.json", "template.hbs", "page.html"].map(|name| folder.path().join(name));
    fs::write(&input, harmless(&serde_json::to_string_pretty(document)?))?;
    fs::write(&template, TEMPLATE)?;
    let result = redocly.run([
        "build-docs".as_ref(),
        input.as_os_str(),
        "--inlineBundle".as_ref(),
        "--template".as_ref(),
        template.as_os_str(),
        "--output".as_ref(),
        output.as_os_str(),
    ])?;
    let Ok(page) = fs::read_to_string(&output) else {
        let why = Redocly::failure(&result).to_string();
        return Ok(Reference::Failed(
            why.replace(&folder.path().display().to_string(), ""),
        ));
    };
    match Page::new(&page) {
        Some(page) => Ok(Reference::Rendered(page)),
        None => Err("Redoc's page is not as expected; was its version changed?".into()),
    }
}

/// The document with all its characters visible, and without HTML. Redoc would let it into the page, where a frame makes the
/// browser connect to a server and `meta` leads to another page, whatever the policy of the page is. What follows a `<`
/// after a character that joins words is text, also within code.
fn harmless(json: &str) -> String {
    let mut harmless = String::with_capacity(json.len());
    let mut before = ' ';
    for character in legible(json).chars() {
        if before == '<'
            && (character.is_ascii_alphabetic() || matches!(character, '/' | '!' | '?'))
        {
            harmless.push(WORD_JOINER);
        }
        harmless.push(character);
        before = character;
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<style data-styled=\"true\" data-styled-version=\"6\">.a{}</style>";
    const BODY: &str = "<div id=\"redoc\"><div hidden=\"\"><script>a()</script></div></div>\n      \
                        <script type=\"module\">b(\"https://cdn.redoc.ly/redoc/logo-mini.svg\")</script>";

    fn page(body: &str) -> Option<Page> {
        Page::new(&format!("<!--head-->{HEAD}<!--body-->{body}<!--end-->"))
    }

    #[test]
    fn only_redocs_styles_and_scripts_get_the_attributes() {
        let page = page(&format!(
            "{BODY}<p><script>c()</script><style>d{{}}</style>"
        ))
        .unwrap();
        assert!(
            page.head(" x")
                .starts_with("<style data-styled=\"true\" x data-styled-version")
        );
        let body = page.body(" x");
        assert!(body.contains("<script x>a()"), "{body}");
        assert!(body.contains("<script type=\"module\" x>b("), "{body}");
        assert!(
            body.ends_with("<p><script>c()</script><style>d{}</style>"),
            "{body}"
        );
    }

    #[test]
    fn no_logo_is_loaded_from_a_server() {
        assert!(!page(BODY).unwrap().body("").contains("cdn.redoc.ly"));
    }

    #[test]
    fn a_page_of_another_form_is_refused() {
        assert!(page("<div id=\"redoc\"></div>").is_none());
        assert!(Page::new(BODY).is_none());
    }

    #[test]
    fn html_is_text() {
        assert_eq!(
            harmless("<b>a</b> <!-- --> <? a < b <3 <é <<i \u{202e}").replace(WORD_JOINER, "·"),
            "<·b>a<·/b> <·!-- --> <·? a < b <3 <é <<·i [U+202E]"
        );
    }
}
