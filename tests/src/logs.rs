//! Nothing secret or personal is logged. A process of its own, since loggers are global.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use axum::extract::{FromRequest as _, Request};
use linq::Client;
use linq::webhook::{LinqEvent, Verifier, testing};
use linq_sandbox::{Fault, Sandbox};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

#[tokio::test]
async fn logs_contain_neither_the_key_nor_personal_data() {
    let log = Log::default();
    // Includes what dependencies log.
    tracing_log::LogTracer::init().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing_log::log::trace!("a record of a dependency");

    let sandbox = Sandbox::builder()
        .api_key("sk-very-secret")
        .start()
        .await
        .unwrap();
    let client = Client::builder()
        .api_key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .default_header("x-other-secret", "hunter2")
        .build()
        .unwrap();
    sandbox.misbehave(Fault::error(500, 3006, "Internal server error").retry_after(0));
    client
        .contact_card()
        .retrieve()
        .phone_number("+15551234567")
        .await
        .unwrap();

    let update = client
        .contact_card()
        .update("+15551234567")
        .first_name("Zebulon");
    update
        .image_url("https://example.com/?sig=hunter3")
        .await
        .unwrap();
    client
        .contact_card()
        .ensure("+15551234567", "Zebulon")
        .await
        .unwrap();
    let subscription = client.webhook_subscriptions().create(
        "https://example.com/webhooks/linq",
        ["contact_card.received", "contact_card.updated"],
    );
    let subscription = subscription.phone_numbers(["+15551234567"]);
    let created = subscription.await.unwrap();
    let secret = created.signing_secret.expose_secret();
    let verifier = Verifier::for_subscription(&created).unwrap();
    let event = |event_type: &str| {
        format!(
            r#"{{"event_type":"{event_type}","event_id":"evt_1","data":{{"first_name":"John"}}}}"#
        )
    };
    for (body, is_signed, is_event) in [
        (event("message.sent"), true, true),
        (event("contact_card.received"), true, true),
        (event("message.sent"), false, false),
        ("\"John\"".to_owned(), true, false),
    ] {
        let signed = if is_signed { &body } else { "something else" };
        let headers = testing::sign("evt_1", SystemTime::now(), signed, secret);
        let mut request = Request::new(body.into());
        *request.headers_mut() = headers.unwrap();
        let outcome = LinqEvent::from_request(request, &verifier).await;
        assert_eq!(outcome.is_ok(), is_event);
    }

    // Neither another key nor the password of a proxy, which is not there.
    client.set_api_key("sk-very-secret-too").unwrap();
    let retrieve = client.contact_card().retrieve();
    assert!(retrieve.await.unwrap_err().is_authentication());
    let proxied = Client::builder()
        .api_key("sk-very-secret")
        .proxy("http://user:hunter4@127.0.0.1:1")
        .build()
        .unwrap();
    let retrieve = proxied.contact_card().retrieve().max_retries(0);
    assert!(retrieve.await.unwrap_err().is_connect());

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(log.matches("attempt succeeded").count(), 4, "{log}");
    assert_eq!(log.matches("trying again").count(), 1, "{log}");
    assert!(
        log.contains("status_code=500") && log.contains("status_code=200"),
        "{log}"
    );
    assert!(log.contains("a record of a dependency"), "{log}");
    // Anyone can send what is refused; trouble with Linq's own deliveries is worth a warning.
    let webhooks: Vec<_> = log
        .lines()
        .filter(|line| line.contains(" linq::webhook: "))
        .collect();
    let expected = [
        [
            "WARN",
            "webhook data is not as documented",
            "data.last_name: missing",
        ],
        ["DEBUG", "webhook refused", "NoMatchingSignature"],
        [
            "WARN",
            "webhook is authentic, but unreadable",
            "UnexpectedShape",
        ],
    ];
    assert_eq!(webhooks.len(), expected.len(), "{webhooks:?}");
    for (line, parts) in webhooks.iter().zip(expected) {
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    }
    for private in [
        "very-secret",
        "hunter2",
        "hunter3",
        "hunter4",
        "5551234567",
        "John",
        "Zebulon",
        secret.trim_start_matches("whsec_"),
        "evt_1",
        "v1,",
    ] {
        assert!(!log.contains(private), "{private} in\n{log}");
    }
}
