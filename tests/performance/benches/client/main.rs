//! Measures the CPU time that a call takes with the client, and with hand-written reqwest.
//!
//! `cargo bench --package linq-performance --bench client`. Both are measured in one run, in turns,
//! over sockets; the server is a process of its own. `-- profile linq 64 1 10000` only makes 10,000
//! calls for 1 card, 64 at once, for a profiler.

mod measure;

use std::hint::black_box;

use linq::contact_card::ContactCardRetrieveResponse;
use linq_gen::ObjectsOnly;
use linq_performance::callers::{ByClient, ByHand, CALLERS, PlainCards};
use linq_performance::server::Server;
use linq_performance::{arguments, body, named, run, runtime};
use serde::Deserialize as _;

use measure::in_turns;

const AT_ONCE: [usize; 3] = [1, 16, 64];
/// How many cards a response has, and how many calls one measurement takes.
const CARDS: [(usize, usize); 3] = [(1, 2_000), (100, 1_000), (10_000, 64)];

fn main() {
    let server = Server::start();
    let words = arguments();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => {
            calling(&server);
            decoding();
            building();
        }
        ["profile", caller, at_once, cards, calls] => {
            profile(&server, caller, [at_once, cards, calls]);
        }
        _ => panic!("expected nothing, or `profile CALLER AT_ONCE CARDS CALLS`"),
    }
}

fn calling(server: &Server) {
    for (cards, calls) in CARDS {
        for at_once in AT_ONCE {
            let runtime = runtime();
            let base_url = server.base_url(&cards.to_string());
            let [by_hand, by_client] = CALLERS.map(|(_, make)| make(&base_url));
            let call = |caller| {
                let runtime = &runtime;
                move || runtime.block_on(run(caller, calls, at_once, cards))
            };
            let pair = in_turns(calls, call(&by_hand), call(&by_client));
            println!(
                "CPU of a call, µs\t{}, {at_once} at once\t{pair}",
                named(cards)
            );
        }
    }
}

fn decoding() {
    let body = body(10_000).to_string();
    let plain = || {
        let cards: PlainCards = serde_json::from_slice(black_box(body.as_bytes())).unwrap();
        black_box(cards.contact_cards.len());
    };
    let as_the_client_does = || {
        let mut json = serde_json::Deserializer::from_slice(black_box(body.as_bytes()));
        let cards = ContactCardRetrieveResponse::deserialize(ObjectsOnly(&mut json)).unwrap();
        black_box(cards.contact_cards.len());
    };
    let pair = in_turns(1, plain, as_the_client_does);
    println!("CPU of decoding, µs\t{}\t{pair}", named(10_000));
}

/// With the certificates of the system, which take most of the time.
fn building() {
    let by_hand = || {
        black_box(ByHand::new("https://localhost"));
    };
    let by_client = || {
        black_box(ByClient::new("https://localhost"));
    };
    let pair = in_turns(1, by_hand, by_client);
    println!("CPU of building a client, µs\t\t{pair}");
}

fn profile(server: &Server, caller: &str, numbers: [&str; 3]) {
    let [at_once, cards, calls]: [usize; 3] = numbers.map(|number| number.parse().unwrap());
    let (_, make) = CALLERS.iter().find(|(name, _)| *name == caller).unwrap();
    let caller = make(&server.base_url(&cards.to_string()));
    runtime().block_on(run(&caller, calls, at_once, cards));
}
