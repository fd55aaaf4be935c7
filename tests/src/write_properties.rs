//! Whatever happens, in whatever order: the budget holds, and `ensure` converges.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use linq::{Client, Ensured};
use linq_sandbox::{Card, Fault, Sandbox};
use proptest::prelude::*;
use serde_json::json;

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
    /// A write succeeds, and returns this card.
    Return(Card),
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

fn wish() -> impl Strategy<Value = Wish> {
    let image = prop::option::of((0..2_usize, any::<bool>()));
    (0..3_usize, 0..3_usize, prop::option::of(0..3_usize), image).prop_map(
        |(number, first_name, last_name, image)| Wish {
            number,
            first_name,
            last_name,
            image,
        },
    )
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        2 => (0..3_usize, 0..3_usize).prop_map(|(number, name)| Event::Create(number, name)),
        2 => (0..3_usize, 0..3_usize).prop_map(|(number, name)| Event::Update(number, name)),
        4 => wish().prop_map(Event::Ensure),
        1 => (wish(), wish()).prop_map(|(one, two)| Event::Both(one, two)),
        2 => (0..900_u64).prop_map(Event::Pass),
        5 => (0..14_usize, prop_oneof![Just("GET"), Just("POST"), Just("PATCH")])
            .prop_map(|(kind, method)| Event::Fault(kind, method)),
        1 => (0..3_usize, 1..900_u64).prop_map(|(number, wait)| Event::LimitUpstream(number, wait)),
        1 => (0..3_usize).prop_map(Event::LeaveIncomplete),
        1 => (0..3_usize, 1..3_usize).prop_map(|(number, times)| Event::LeaveInactive(number, times)),
        2 => (0..3_usize, 0..3_usize, any::<bool>()).prop_map(|(number, name, is_active)| {
            Event::Return(Card {
                phone_number: NUMBERS[number].to_owned(),
                first_name: NAMES[name].to_owned(),
                is_active,
                ..Card::example()
            })
        }),
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
            let ensured = ensure(client, &wish).await;
            assert!(writes(sandbox) - before <= 2, "{wish:?}");
            if let Ok(ensured) = ensured {
                let card = ensured.card();
                assert!(card.is_active, "{wish:?}: {card:?}");
                assert_eq!(card.phone_number, NUMBERS[wish.number]);
                assert_eq!(card.first_name, NAMES[wish.first_name]);
                let last_name = wish.last_name.map(|last_name| NAMES[last_name]);
                assert!(last_name.is_none() || last_name == card.last_name.as_deref());
                assert!(wish.image.is_none() || card.image_url.is_some());
            }
        }
        Event::Both(one, two) => drop(tokio::join!(ensure(client, &one), ensure(client, &two))),
        Event::Pass(seconds) => clock.advance(Duration::from_secs(seconds)),
        Event::Fault(kind, method) => sandbox.misbehave(fault(kind).on(method)),
        Event::LimitUpstream(number, wait) => {
            sandbox.limit_upstream(NUMBERS[number], Duration::from_secs(wait));
        }
        Event::LeaveIncomplete(number) => sandbox.leave_incomplete(NUMBERS[number], 1),
        Event::LeaveInactive(number, times) => sandbox.leave_inactive(NUMBERS[number], times),
        Event::Return(card) => {
            let fault = Fault::status(200).json(json!(card));
            sandbox.misbehave(fault.clone().on("POST"));
            sandbox.misbehave(fault.on("PATCH"));
        }
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

/// A service that ignores some of the requested fields.
#[derive(Clone, Debug)]
struct Stubborn {
    first_name: bool,
    last_name: bool,
    image_url: bool,
}

/// The card after a change of `card` by a stubborn service, and the names of the fields that it
/// ignored.
fn changed(card: &Card, wish: &Wish, stubborn: &Stubborn) -> (Card, Vec<&'static str>) {
    let (mut after, mut ignored) = (card.clone(), Vec::new());
    let mut set = |name, is_ignored, change: &dyn Fn(&mut Card)| match is_ignored {
        true => ignored.push(name),
        false => change(&mut after),
    };
    let first_name = NAMES[wish.first_name];
    if card.first_name != first_name {
        set("first_name", stubborn.first_name, &|card| {
            card.first_name = first_name.to_owned();
        });
    }
    let last_name = wish.last_name.map(|last_name| NAMES[last_name]);
    if last_name.is_some() && card.last_name.as_deref() != last_name {
        set("last_name", stubborn.last_name, &|card| {
            card.last_name = last_name.map(str::to_owned);
        });
    }
    if wish
        .image
        .is_some_and(|(_, changed)| changed || card.image_url.is_none())
    {
        set("image_url", stubborn.image_url, &|card| {
            card.image_url = Some("https://cdn.linqapp.com/contact-card/new.jpg".to_owned());
        });
    }
    (after, ignored)
}

async fn be_stubborn(card: Card, wish: Wish, stubborn: Stubborn) {
    let card = Card {
        phone_number: NUMBERS[wish.number].to_owned(),
        is_active: true,
        ..card
    };
    let clock = TestClock::new();
    let sandbox = sandbox_on(&clock).cards([card.clone()]).start().await;
    let sandbox = sandbox.unwrap();
    let client = builder(&sandbox).clock(clock).build().unwrap();
    let (after, ignored) = changed(&card, &wish, &stubborn);
    sandbox.misbehave(Fault::status(200).json(json!(after)).on("PATCH").always());
    let ensured = ensure(&client, &wish).await;
    sandbox.set_cards([after]);
    if ignored.is_empty() {
        assert_eq!(ensured.unwrap().card().first_name, NAMES[wish.first_name]);
        return;
    }
    let error = ensured.unwrap_err();
    let named = format!("the requested {};", ignored.join(", "));
    assert!(error.to_string().contains(&named), "{error}");
    assert!(error.is_mismatch() && !error.is_retryable(), "{error}");
    assert_eq!(writes(&sandbox), 1);
    // A photo that is to be replaced in each run is worth a write in each run.
    if ignored.contains(&"image_url") || wish.image.is_none_or(|(_, changed)| !changed) {
        for _ in 0..3 {
            let again = ensure(&client, &wish).await.unwrap_err();
            assert!(again.is_mismatch(), "{again}");
            assert!(again.to_string().contains(&named), "{again}");
        }
        assert_eq!(writes(&sandbox), 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_budget_holds_and_ensure_converges(events in events()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(events));
    }

    #[test]
    fn a_stubborn_service_gets_one_write(
        (first_name, last_name, has_image) in (0..3_usize, prop::option::of(0..3_usize), any::<bool>()),
        wish in wish(),
        (ignores_first, ignores_last, ignores_image) in any::<(bool, bool, bool)>(),
    ) {
        let card = Card {
            first_name: NAMES[first_name].to_owned(),
            last_name: last_name.map(|name| NAMES[name].to_owned()),
            image_url: Card::example().image_url.filter(|_| has_image),
            ..Card::example()
        };
        let stubborn = Stubborn {
            first_name: ignores_first,
            last_name: ignores_last,
            image_url: ignores_image,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(be_stubborn(card, wish, stubborn));
    }
}
