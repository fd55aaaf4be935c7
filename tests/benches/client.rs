//! Benchmarks the client against plain reqwest and serde.
//!
//! `cargo bench --package linq-tests --bench client`. Each pair is measured in one run; compare
//! within a run only.

use divan::{Bencher, black_box};
use linq::Client;
use linq::contact_card::ContactCardRetrieveResponse;
use linq_sandbox::{Card, Sandbox};
use serde::Deserialize;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// Types that someone would write by hand who trusts every response.
#[derive(Deserialize)]
struct PlainCards {
    contact_cards: Vec<PlainCard>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding it is the point")]
struct PlainCard {
    phone_number: String,
    first_name: String,
    last_name: Option<String>,
    image_url: Option<String>,
    is_active: bool,
}

fn cards(count: usize) -> impl Iterator<Item = Card> {
    (0..count).map(|n| Card {
        phone_number: format!("+1555{n:07}"),
        ..Card::example()
    })
}

mod decode_10_000_cards {
    use super::*;

    fn body() -> String {
        let cards: Vec<Card> = cards(10_000).collect();
        serde_json::json!({ "contact_cards": cards }).to_string()
    }

    #[divan::bench]
    fn plain_serde(bencher: Bencher) {
        let body = body();
        bencher.bench(|| {
            let cards: PlainCards = serde_json::from_str(black_box(&body)).unwrap();
            cards.contact_cards.len()
        });
    }

    #[divan::bench]
    fn generated_types(bencher: Bencher) {
        let body = body();
        bencher.bench(|| {
            let cards: ContactCardRetrieveResponse =
                serde_json::from_str(black_box(&body)).unwrap();
            cards.contact_cards.len()
        });
    }
}

/// Over one connection to the sandbox, whose own work is included in both.
mod retrieve {
    use super::*;

    fn start(count: usize) -> (Runtime, Sandbox) {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start()).unwrap();
        sandbox.set_cards(cards(count));
        (runtime, sandbox)
    }

    #[divan::bench(args = [1, 10_000])]
    fn plain_reqwest(bencher: Bencher, count: usize) {
        let (runtime, sandbox) = start(count);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/v3/contact_card", sandbox.base_url());
        bencher.bench(|| {
            runtime.block_on(async {
                let request = http.get(&url).bearer_auth(sandbox.api_key());
                let body = request.send().await.unwrap().bytes().await.unwrap();
                let cards: PlainCards = serde_json::from_slice(&body).unwrap();
                cards.contact_cards.len()
            })
        });
    }

    #[divan::bench(args = [1, 10_000])]
    fn linq(bencher: Bencher, count: usize) {
        let (runtime, sandbox) = start(count);
        let client = Client::builder()
            .api_key(sandbox.api_key())
            .base_url(sandbox.base_url())
            .build()
            .unwrap();
        bencher.bench(|| {
            runtime.block_on(async {
                client
                    .contact_card()
                    .retrieve()
                    .await
                    .unwrap()
                    .contact_cards
                    .len()
            })
        });
    }
}
