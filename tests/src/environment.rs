//! Clients and verifiers with settings from the environment.

use std::env;
use std::path::Path;
use std::time::SystemTime;

use linq::Client;
use linq::webhook::{Verifier, testing};
use linq_sandbox::Sandbox;

use crate::tls::authority::run_alone;
use crate::webhook_corpus::SECRET;
use crate::webhooks::BODY;

#[tokio::test(flavor = "multi_thread")]
async fn key_base_url_and_secret_of_the_environment_are_used() {
    const NAME: &str = "environment::key_base_url_and_secret_of_the_environment_are_used";
    /// Makes a process the one that reads its environment.
    const CHILD: &str = "LINQ_TESTS_ENVIRONMENT";

    if env::var_os(CHILD).is_some() {
        let client = Client::from_env().unwrap();
        assert_eq!(
            client
                .contact_card()
                .retrieve()
                .await
                .unwrap()
                .contact_cards
                .len(),
            1
        );
        let verifier = Verifier::from_env().unwrap();
        let headers = testing::sign("evt_1", SystemTime::now(), BODY, SECRET).unwrap();
        assert!(verifier.verify(&headers, BODY).is_ok());
        return;
    }
    let sandbox = Sandbox::builder()
        .api_key("sk-environment")
        .start()
        .await
        .unwrap();
    let base_url = sandbox.base_url().to_owned();
    let child = move || {
        let variables = [
            (CHILD, "yes"),
            ("LINQ_API_V3_API_KEY", "sk-environment"),
            ("LINQ_API_V3_BASE_URL", &base_url),
            ("LINQ_WEBHOOK_SECRET", SECRET),
        ];
        run_alone(
            NAME,
            &variables.map(|(name, value)| (name, Path::new(value))),
        );
    };
    tokio::task::spawn_blocking(child).await.unwrap();
    assert_eq!(sandbox.requests().len(), 1);
}
