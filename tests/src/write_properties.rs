//! Whatever happens, in whatever order: the budget holds, and `ensure` gets there.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use linq::{Client, Ensured};
use linq_sandbox::{Card, Fault, Sandbox};
use proptest::prelude::*;

use crate::support::{TestClock, builder, sandbox_on, writes};

const NUMBERS: [&str; 3] = ["+15551234567", "+15557654321", "+15550000001"];
const NAMES: [&str; 3] = ["John", "Ann", "李"];
const IMAGES: [&str; 2] = ["https://example.com/1.jpg", "https://example.com/2.jpg"];

#[derive(Clone, Debug)]
enum Event {
    Create(usize, usize),
    Update(usize, usize),
    Ensure(Wish),
    /// Two of them at the same time.
    Both(Wish, Wish),
    Pass(u64),
    Fault(usize, &'static str),
    LimitUpstream(usize, u64),
    LeaveIncomplete(usize),
    LeaveInactive(usize, usize),
}

#[derive(Clone, Debug)]
struct Wish {
    number: usize,
    first_name: usize,
    last_name: Option<usize>,
    image: Option<(usize, bool)>,
}

fn fault(kind: usize) -> Fault {
    match kind {
        0 => Fault::cut(),
        1 => Fault::cut().after_applying(),
        2 => Fault::none().cut_after(5),
        3 => Fault::error(500, 3006, "Internal server error"),
        4 => Fault::error(500, 3006, "Internal server error").after_applying(),
        5 => Fault::error(500, 2022, "Contact card setup did not complete"),
        6 => Fault::error(429, 1007, "Rate limit exceeded").retry_after(30),
        7 => Fault::error(429, 1007, "Rate limit exceeded"),
        8 => Fault::error(503, 4004, "Upstream rate limit exceeded"),
        9 => Fault::status(502).body("<h1>Bad Gateway</h1>"),
        10 => Fault::status(504).after_applying(),
        11 => Fault::error(409, 2014, "A contact card already exists"),
        12 => Fault::error(404, 2012, "Contact card not found"),
        _ => Fault::status(307).header("location", "/api/partner/v3/contact_card"),
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let wish = (
        0..3_usize,
        0..3_usize,
        prop::option::of(0..3_usize),
        prop::option::of((0..2_usize, any::<bool>())),
    )
        .prop_map(|(number, first_name, last_name, image)| Wish {
            number,
            first_name,
            last_name,
            image,
        });
    let event = prop_oneof![
        2 => (0..3_usize, 0..3_usize).prop_map(|(number, name)| Event::Create(number, name)),
        2 => (0..3_usize, 0..3_usize).prop_map(|(number, name)| Event::Update(number, name)),
        4 => wish.clone().prop_map(Event::Ensure),
        1 => (wish.clone(), wish).prop_map(|(one, two)| Event::Both(one, two)),
        2 => (0..900_u64).prop_map(Event::Pass),
        5 => (0..14_usize, prop_oneof![Just("GET"), Just("POST"), Just("PATCH")])
            .prop_map(|(kind, method)| Event::Fault(kind, method)),
        1 => (0..3_usize, 1..900_u64).prop_map(|(number, wait)| Event::LimitUpstream(number, wait)),
        1 => (0..3_usize).prop_map(Event::LeaveIncomplete),
        1 => (0..3_usize, 1..3_usize).prop_map(|(number, times)| Event::LeaveInactive(number, times)),
    ];
    prop::collection::vec(event, 1..40)
}

async fn ensure(client: &Client, wish: &Wish) -> linq::Result<Ensured> {
    let cards = client.contact_card();
    let mut request = cards.ensure(NUMBERS[wish.number], NAMES[wish.first_name]);
    if let Some(last_name) = wish.last_name {
        request = request.last_name(NAMES[last_name]);
    }
    if let Some((image, changed)) = wish.image {
        request = request.image_url(IMAGES[image]).image_changed(changed);
    }
    request.await
}

async fn happen(event: Event, sandbox: &Sandbox, client: &Client, clock: &TestClock) {
    let cards = client.contact_card();
    match event {
        Event::Create(number, name) => drop(cards.create(NUMBERS[number], NAMES[name]).await),
        Event::Update(number, name) => {
            drop(cards.update(NUMBERS[number]).first_name(NAMES[name]).await);
        }
        Event::Ensure(wish) => {
            let before = writes(sandbox);
            drop(ensure(client, &wish).await);
            assert!(writes(sandbox) - before <= 2, "{wish:?}");
        }
        Event::Both(one, two) => drop(tokio::join!(ensure(client, &one), ensure(client, &two))),
        Event::Pass(seconds) => clock.advance(Duration::from_secs(seconds)),
        Event::Fault(kind, method) => sandbox.misbehave(fault(kind).on(method)),
        Event::LimitUpstream(number, wait) => {
            sandbox.limit_upstream(NUMBERS[number], Duration::from_secs(wait));
        }
        Event::LeaveIncomplete(number) => sandbox.leave_incomplete(NUMBERS[number], 1),
        Event::LeaveInactive(number, times) => sandbox.leave_inactive(NUMBERS[number], times),
    }
}

/// When the writes for each number arrived.
fn arrivals(sandbox: &Sandbox) -> HashMap<&'static str, Vec<SystemTime>> {
    let mut arrivals: HashMap<_, Vec<_>> = HashMap::new();
    for request in sandbox.requests() {
        if request.method == "GET" {
            continue;
        }
        let text = format!(
            "{}{}",
            request.query.unwrap_or_default(),
            String::from_utf8_lossy(&request.body)
        );
        let number = NUMBERS
            .into_iter()
            .find(|number| text.contains(&number[1..]))
            .unwrap();
        arrivals
            .entry(number)
            .or_default()
            .push(request.received_at);
    }
    arrivals
}

async fn play(events: Vec<Event>) {
    let clock = TestClock::new();
    let inactive = Card {
        phone_number: NUMBERS[1].to_owned(),
        is_active: false,
        ..Card::example()
    };
    let sandbox = sandbox_on(&clock)
        .cards([Card::example(), inactive])
        .start()
        .await
        .unwrap();
    let client = builder(&sandbox).clock(clock.clone()).build().unwrap();
    for event in events {
        happen(event, &sandbox, &client, &clock).await;
    }
    for (number, times) in arrivals(&sandbox) {
        for four in times.windows(4) {
            let span = four[3].duration_since(four[0]).unwrap();
            assert!(
                span >= Duration::from_secs(600),
                "{number}: 4 writes in {span:?}"
            );
        }
    }

    sandbox.behave();
    clock.advance(Duration::from_secs(3600));
    for (number, text) in NUMBERS.into_iter().enumerate() {
        sandbox.leave_incomplete(text, 0);
        sandbox.leave_inactive(text, 0);
        let wish = Wish {
            number,
            first_name: 2,
            last_name: Some(1),
            image: Some((0, false)),
        };
        let card = ensure(&client, &wish).await.unwrap().into_card();
        assert_eq!(
            (card.first_name.as_str(), card.last_name.as_deref()),
            ("李", Some("Ann"))
        );
        assert!(card.is_active && card.image_url.is_some());
        let before = writes(&sandbox);
        let again = ensure(&client, &wish).await.unwrap();
        assert!(matches!(again, Ensured::Unchanged { .. }), "{again:?}");
        assert_eq!(writes(&sandbox), before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_budget_holds_and_ensure_converges(events in events()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(events));
    }
}
