//! Serves the sandbox for use by hand.

use std::error::Error;
use std::io::{ErrorKind, Write as _, stdout};

use linq_sandbox::Sandbox;

/// Serves a sandbox on `port` and prints how to ask it, until the process is interrupted.
///
/// It sends events to a webhook if it is given the URL and the secret of one.
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

/// What became of an attempt to deliver an event.
fn attempt(event_type: &str, status: Option<u16>) -> String {
    match status {
        None => format!("{event_type}: no answer; is the receiver running?"),
        Some(401) => format!("{event_type}: answered with 401; has the receiver the secret above?"),
        Some(status) => format!("{event_type}: answered with {status}"),
    }
}

fn greeting(base_url: &str, api_key: &str, webhook: Option<&(String, String)>) -> String {
    let mut text = format!(
        "Serving {base_url} until interrupted. Ask it:\n\n  \
         curl -H 'Authorization: Bearer {api_key}' '{base_url}/v3/contact_card'\n\n\
         Change a card; what is written is kept while this runs:\n\n  \
         curl -X PATCH -H 'Authorization: Bearer {api_key}' \
         '{base_url}/v3/contact_card?phone_number=%2B15551234567' \
         --json '{{\"first_name\":\"Jane\"}}'\n\n\
         Let a client ask it:\n\n  \
         export LINQ_API_V3_API_KEY={api_key} LINQ_API_V3_BASE_URL={base_url}\n"
    );
    if let Some((url, secret)) = webhook {
        text += &format!(
            "\nEvents of writes go to {url}. Let the receiver verify them:\n\n  \
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
        Serving http://127.0.0.1:8080/api/partner until interrupted. Ask it:

          curl -H 'Authorization: Bearer the-key' 'http://127.0.0.1:8080/api/partner/v3/contact_card'

        Change a card; what is written is kept while this runs:

          curl -X PATCH -H 'Authorization: Bearer the-key' 'http://127.0.0.1:8080/api/partner/v3/contact_card?phone_number=%2B15551234567' --json '{"first_name":"Jane"}'

        Let a client ask it:

          export LINQ_API_V3_API_KEY=the-key LINQ_API_V3_BASE_URL=http://127.0.0.1:8080/api/partner

        Events of writes go to http://127.0.0.1:9000/hook. Let the receiver verify them:

          export LINQ_WEBHOOK_SECRET=whsec_c2VjcmV0
        "#);
    }

    #[test]
    fn attempts_are_told() {
        let told = [Some(204), Some(401), None].map(|status| attempt("a.b", status));
        assert_snapshot!(told.join("\n"), @r"
        a.b: answered with 204
        a.b: answered with 401; has the receiver the secret above?
        a.b: no answer; is the receiver running?
        ");
    }

    #[test]
    fn without_a_webhook_none_is_spoken_of() {
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
