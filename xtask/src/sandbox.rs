//! Serves the sandbox for use by hand.

use std::error::Error;
use std::io::{ErrorKind, Write as _, stdout};

use linq_sandbox::Sandbox;

/// Serves a sandbox on `port` until the process is interrupted, and prints how to use it.
///
/// With the URL and the secret of a webhook, it sends events there.
#[tokio::main]
pub async fn run(port: u16, webhook: Option<(String, String)>) -> Result<(), Box<dyn Error>> {
    let mut builder = Sandbox::builder().port(port);
    if let Some((url, secret)) = &webhook {
        let attempts = |event_type: &str, status| println!("{}", attempt(event_type, status));
        builder = builder.webhook(url, [secret]).webhook_observer(attempts);
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        ErrorKind::InvalidInput => error.to_string(),
        _ => format!("the sandbox can't listen on port {port}: {error}"),
    })?;
    let greeting = greeting(sandbox.base_url(), sandbox.api_key(), webhook.as_ref());
    writeln!(stdout(), "{greeting}")?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// How an attempt to deliver an event ended.
fn attempt(event_type: &str, status: Option<u16>) -> String {
    match status {
        None => format!("{event_type}: no response; is the receiver running?"),
        Some(401) => format!("{event_type}: 401; does the receiver have the secret above?"),
        Some(status) => format!("{event_type}: {status}"),
    }
}

fn greeting(base_url: &str, api_key: &str, webhook: Option<&(String, String)>) -> String {
    let mut text = format!(
        "Serving {base_url} until interrupted. Read its cards:\n\n  \
         curl -H 'Authorization: Bearer {api_key}' '{base_url}/v3/contact_card'\n\n\
         Change a card; changes are kept while this runs:\n\n  \
         curl -X PATCH -H 'Authorization: Bearer {api_key}' \
         '{base_url}/v3/contact_card?phone_number=%2B15551234567' \
         --json '{{\"first_name\":\"Jane\"}}'\n\n\
         Point a client at it:\n\n  \
         export LINQ_API_V3_API_KEY={api_key} LINQ_API_V3_BASE_URL={base_url}\n"
    );
    if let Some((url, secret)) = webhook {
        text += &format!(
            "\nEvents go to {url}. Give the receiver the secret to verify them:\n\n  \
             export LINQ_WEBHOOK_SECRET={secret}\n"
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    const SECRET: &str = "whsec_c2VjcmV0";

    fn refusal(url: &str, secret: &str) -> String {
        let error = run(0, Some((url.into(), secret.into()))).unwrap_err();
        error.to_string()
    }

    #[test]
    fn greeting_with_a_webhook() {
        let webhook = ("http://127.0.0.1:9000/hook".into(), SECRET.into());
        let base_url = "http://127.0.0.1:8080/api/partner";
        assert_snapshot!(greeting(base_url, "the-key", Some(&webhook)), @r#"
        Serving http://127.0.0.1:8080/api/partner until interrupted. Read its cards:

          curl -H 'Authorization: Bearer the-key' 'http://127.0.0.1:8080/api/partner/v3/contact_card'

        Change a card; changes are kept while this runs:

          curl -X PATCH -H 'Authorization: Bearer the-key' 'http://127.0.0.1:8080/api/partner/v3/contact_card?phone_number=%2B15551234567' --json '{"first_name":"Jane"}'

        Point a client at it:

          export LINQ_API_V3_API_KEY=the-key LINQ_API_V3_BASE_URL=http://127.0.0.1:8080/api/partner

        Events go to http://127.0.0.1:9000/hook. Give the receiver the secret to verify them:

          export LINQ_WEBHOOK_SECRET=whsec_c2VjcmV0
        "#);
    }

    #[test]
    fn attempts_are_printed() {
        let printed = [Some(204), Some(401), None].map(|status| attempt("a.b", status));
        assert_snapshot!(printed.join("\n"), @r"
        a.b: 204
        a.b: 401; does the receiver have the secret above?
        a.b: no response; is the receiver running?
        ");
    }

    #[test]
    fn without_a_webhook_the_greeting_does_not_mention_one() {
        let text = greeting("http://127.0.0.1:8080/api/partner", "the-key", None);
        assert!(text.ends_with("LINQ_API_V3_BASE_URL=http://127.0.0.1:8080/api/partner\n"));
    }

    #[test]
    fn a_wrong_webhook_is_explained_in_one_line() {
        assert_eq!(
            refusal("127.0.0.1:9000", SECRET),
            "the webhook URL \"127.0.0.1:9000\" is not valid: relative URL without a base"
        );
        assert_eq!(
            refusal("http://127.0.0.1:9000", "hunter2"),
            "a webhook secret is `whsec_` followed by base64"
        );
    }
}
