//! Serves the sandbox for manual use.

use std::error::Error;
use std::io::{ErrorKind, Write as _, stdout};

use linq_sandbox::Sandbox;

/// Serves a sandbox on `port` until the process is interrupted, and prints how to use it.
///
/// With the URL and the secret of a webhook, it sends events there.
#[tokio::main]
pub async fn run(port: u16, webhook: Option<(String, String)>) -> Result<(), Box<dyn Error>> {
    let mut builder = Sandbox::builder()
        .port(port)
        .demo_account()
        .webhook_observer(|event_type, status| println!("{}", attempt(event_type, status)));
    if let Some((url, secret)) = &webhook {
        builder = builder.webhook(url, [secret]);
    }
    let sandbox = builder.start().await.map_err(|error| match error.kind() {
        ErrorKind::InvalidInput => error.to_string(),
        _ => format!("the sandbox can't listen on port {port}: {error}"),
    })?;
    let greeting = greeting(
        sandbox.origin(),
        sandbox.base_url(),
        sandbox.api_key(),
        webhook.as_ref(),
    );
    writeln!(stdout(), "{greeting}")?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// How an attempt to deliver an event ended.
fn attempt(event_type: &str, status: Option<u16>) -> String {
    match status {
        None => format!("{event_type}: no response; is the receiver running?"),
        Some(401) => format!("{event_type}: 401; does the receiver have the right secret?"),
        Some(status) => format!("{event_type}: {status}"),
    }
}

fn greeting(
    origin: &str,
    base_url: &str,
    api_key: &str,
    webhook: Option<&(String, String)>,
) -> String {
    let mut text = format!(
        "Serving {base_url} until interrupted.\n\
         It has three lines, one without a card and one with an inactive card, and five chats.\n\n\
         Point a client at it:\n\n  \
         export LINQ_API_V3_API_KEY={api_key} LINQ_API_V3_BASE_URL={base_url}\n\n\
         Or use curl:\n\n  \
         curl -H 'Authorization: Bearer {api_key}' {base_url}/v3/phone_numbers\n\n\
         Make it misbehave; tests/sandbox/README.md has the rest:\n\n  \
         curl {origin}/sandbox/faults --json '{{\"code\": 1007, \"times\": 2}}'\n  \
         curl {origin}/sandbox/clock --json '{{\"advance_seconds\": 600}}'\n  \
         curl {origin}/sandbox/webhooks --json '{{\"event_type\": \"contact_card.received\"}}'\n  \
         curl {origin}/sandbox\n"
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

    fn greeting(webhook: Option<&(String, String)>) -> String {
        let origin = "http://127.0.0.1:8080";
        super::greeting(
            origin,
            "http://127.0.0.1:8080/api/partner",
            "the-key",
            webhook,
        )
    }

    #[test]
    fn greeting_with_a_webhook() {
        let webhook = ("http://127.0.0.1:9000/hook".into(), SECRET.into());
        assert_snapshot!(greeting(Some(&webhook)), @r#"
        Serving http://127.0.0.1:8080/api/partner until interrupted.
        It has three lines, one without a card and one with an inactive card, and five chats.

        Point a client at it:

          export LINQ_API_V3_API_KEY=the-key LINQ_API_V3_BASE_URL=http://127.0.0.1:8080/api/partner

        Or use curl:

          curl -H 'Authorization: Bearer the-key' http://127.0.0.1:8080/api/partner/v3/phone_numbers

        Make it misbehave; tests/sandbox/README.md has the rest:

          curl http://127.0.0.1:8080/sandbox/faults --json '{"code": 1007, "times": 2}'
          curl http://127.0.0.1:8080/sandbox/clock --json '{"advance_seconds": 600}'
          curl http://127.0.0.1:8080/sandbox/webhooks --json '{"event_type": "contact_card.received"}'
          curl http://127.0.0.1:8080/sandbox

        Events go to http://127.0.0.1:9000/hook. Give the receiver the secret to verify them:

          export LINQ_WEBHOOK_SECRET=whsec_c2VjcmV0
        "#);
    }

    #[test]
    fn attempts_are_printed() {
        let printed = [Some(204), Some(401), None].map(|status| attempt("a.b", status));
        assert_snapshot!(printed.join("\n"), @r"
        a.b: 204
        a.b: 401; does the receiver have the right secret?
        a.b: no response; is the receiver running?
        ");
    }

    #[test]
    fn without_a_webhook_the_greeting_does_not_mention_one() {
        assert!(greeting(None).ends_with("curl http://127.0.0.1:8080/sandbox\n"));
    }

    #[test]
    fn a_wrong_webhook_is_explained_in_one_line() {
        let text = refusal("127.0.0.1:9000", SECRET);
        let expected = "the webhook URL \"127.0.0.1:9000\" is not valid: ";
        assert!(text.starts_with(expected) && !text.contains('\n'), "{text}");
        assert_eq!(
            refusal("http://127.0.0.1:9000", "hunter2"),
            "a webhook secret is `whsec_` followed by base64"
        );
    }
}
