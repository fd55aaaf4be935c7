//! Measures the CPU time that a call takes with the client, and with hand-written reqwest.
//!
//! `cargo bench --package linq-tests --bench client`. Both are measured in one run, in turns, over
//! sockets; the server is a process of its own. `-- profile linq 64 1 10000` only makes 10,000 calls
//! for 1 card, 64 at once, for a profiler.

#[path = "../load/mod.rs"]
mod load;
mod measure;

use std::hint::black_box;

use linq::contact_card::ContactCardRetrieveResponse;
use tokio::runtime::{Builder, Runtime};

use load::callers::{ByClient, ByHand, CALLERS, PlainCards};
use load::server::{Server, body};
use measure::in_turns;

const AT_ONCE: [usize; 3] = [1, 16, 64];
/// How many cards a response has, and how many calls one measurement takes.
const CARDS: [(usize, usize); 3] = [(1, 2_000), (100, 1_000), (10_000, 64)];

fn main() {
    let server = Server::start();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--bench")
        .collect();
    match words[..] {
        [] => report(&server),
        ["profile", caller, at_once, cards, calls] => {
            profile(&server, caller, [at_once, cards, calls])
        }
        _ => panic!("expected nothing, or `profile CALLER AT_ONCE CARDS CALLS`"),
    }
}

/// One thread, so that the time of the process is that of the calls.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn report(server: &Server) {
    println!("# what\tcards\tat once\treqwest\tlinq\tratio");
    for (cards, calls) in CARDS {
        for at_once in AT_ONCE {
            let runtime = runtime();
            let base_url = server.base_url(&cards.to_string());
            let callers = CALLERS.map(|(_, make)| make(&base_url));
            let [by_hand, by_client] = callers;
            let call = |caller| {
                let runtime = &runtime;
                move || runtime.block_on(load::run(caller, calls, at_once, cards))
            };
            let pair = in_turns(calls, call(&by_hand), call(&by_client));
            println!("CPU of a call, us\t{cards}\t{at_once}\t{pair}");
        }
    }
    let body = body(10_000);
    let plain = || {
        let cards: PlainCards = serde_json::from_str(black_box(&body)).unwrap();
        black_box(cards.contact_cards.len());
    };
    let generated = || {
        let cards: ContactCardRetrieveResponse = serde_json::from_str(black_box(&body)).unwrap();
        black_box(cards.contact_cards.len());
    };
    println!(
        "CPU of decoding, us\t10000\t\t{}",
        in_turns(1, plain, generated)
    );
    building();
}

/// With the certificates of the system, which take most of the time.
fn building() {
    let by_hand = || {
        black_box(ByHand::new("https://localhost"));
    };
    let by_client = || {
        black_box(ByClient::new("https://localhost"));
    };
    println!(
        "CPU of building a client, us\t\t\t{}",
        in_turns(1, by_hand, by_client)
    );
}

fn profile(server: &Server, caller: &str, numbers: [&str; 3]) {
    let [at_once, cards, calls]: [usize; 3] = numbers.map(|number| number.parse().unwrap());
    let (_, make) = CALLERS.iter().find(|(name, _)| *name == caller).unwrap();
    let caller = make(&server.base_url(&cards.to_string()));
    runtime().block_on(load::run(&caller, calls, at_once, cards));
}
