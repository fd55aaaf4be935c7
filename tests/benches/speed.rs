//! What the client costs beside plain reqwest and serde, and how code generation grows with the spec.
//!
//! `cargo bench --package linq-tests`. Each pair is measured in one run; compare within a run only.

use std::fmt::Write as _;
use std::path::Path;

use divan::{Bencher, black_box};
use linq::{Client, ContactCardRetrieveResponse};
use linq_sandbox::{Card, Sandbox};
use serde::Deserialize;
use tokio::runtime::Runtime;
use xtask::codegen::generate;
use xtask::spec::Spec;

fn main() {
    divan::main();
}

/// What somebody would write by hand who trusts every answer.
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

/// Over a kept connection to the sandbox, whose own work is in both.
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

/// Reading, checking and generating a spec with this many operations, each with types of its own.
#[divan::bench(args = [125, 250, 500], sample_count = 5)]
fn codegen(bencher: Bencher, operations: usize) {
    let text = synthetic_spec(operations);
    bencher.bench(|| {
        let spec = Spec::from_text(Path::new("synthetic.yaml"), text.clone()).unwrap();
        generate(&spec).unwrap().len()
    });
}

fn synthetic_spec(operations: usize) -> String {
    let mut paths = String::new();
    let mut schemas = String::new();
    for n in 0..operations {
        write!(
            paths,
            "
  /v3/thing_{n}/{{id}}:
    get:
      operationId: retrieveThing{n}
      description: Returns thing {n}.
      parameters:
        - {{ name: id, in: path, required: true, schema: {{ type: string }} }}
        - {{ name: limit, in: query, schema: {{ type: integer }} }}
      responses:
        '200':
          description: The thing.
          content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Thing{n}' }} }} }}
        4XX:
          description: An error.
          content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Error' }} }} }}"
        )
        .unwrap();
        write!(
            schemas,
            "
    Thing{n}:
      type: object
      description: Thing {n}.
      required: [id, name]
      properties:
        id: {{ type: string, description: Which. }}
        name: {{ type: string, description: Its name. }}
        note: {{ type: string, nullable: true }}
        tags: {{ type: array, items: {{ type: string }} }}"
        )
        .unwrap();
    }
    format!(
        "openapi: 3.0.3\ninfo: {{ title: Things, version: v3 }}\npaths:{paths}\ncomponents:\n  schemas:\n    \
         Error: {{ type: object, properties: {{ message: {{ type: string }} }} }}{schemas}\n"
    )
}
