//! A whole story: subscribe, fix the line without a card, share the card, see the events.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use futures_util::TryStreamExt as _;
use linq::WriteOutcome;
use linq::contact_card::{CardState, LineCard};
use linq::webhook::{Event, EventKind, Verifier};
use linq_sandbox::Sandbox;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{builder, soon};
use crate::webhooks::{serve, webhook_server};

/// A server that knows its secret only once it has subscribed.
struct Receiver {
    verifier: OnceLock<Verifier>,
    events: mpsc::UnboundedSender<Event>,
}

async fn receive(
    State(receiver): State<&'static Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let verifier = receiver.verifier.get().unwrap();
    match verifier.verify(&headers, &body) {
        Ok(event) => {
            receiver.events.send(event).unwrap();
            StatusCode::NO_CONTENT
        }
        Err(_) => StatusCode::UNAUTHORIZED,
    }
}

#[tokio::test]
async fn from_a_line_without_a_card_to_its_event() {
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let (events, mut inbox) = mpsc::unbounded_channel();
    let receiver: &Receiver = Box::leak(Box::new(Receiver {
        verifier: OnceLock::new(),
        events,
    }));
    let url = serve(
        Router::new()
            .route("/webhooks", post(receive))
            .with_state(receiver),
    )
    .await;

    let cards = client.contact_card().for_lines().await.unwrap();
    let missing: Vec<&LineCard> = cards
        .lines
        .iter()
        .filter(|line| line.state() == CardState::Missing)
        .collect();
    let [LineCard { line, .. }] = missing.as_slice() else {
        panic!("{cards:?}")
    };

    let types = ["contact_card.created", "phone_number.forwarding_updated"];
    let subscriptions = client.webhook_subscriptions();
    let subscription = subscriptions
        .create(&url, types)
        .phone_numbers([line.phone_number.as_str()])
        .await
        .unwrap();
    let verifier = Verifier::for_subscription(&subscription).unwrap();
    assert!(receiver.verifier.set(verifier).is_ok());

    // Events of other lines are not delivered, so the first event is about this one.
    let other = cards
        .lines
        .iter()
        .find(|it| it.state() == CardState::Inactive);
    let other = other.unwrap().line.phone_number.as_str();
    client.contact_card().create(other, "Jane").await.unwrap();
    let number = line.phone_number.as_str();
    let card = client.contact_card().create(number, "Ann").await.unwrap();
    assert!(card.is_active);
    let event = soon(inbox.recv()).await.unwrap();
    let EventKind::ContactCardCreated(created) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!(created.phone_number.as_deref(), Some(number));
    assert_eq!(
        created.contact_card.unwrap().first_name.as_deref(),
        Some("Ann")
    );

    let chats = client.chats().list().from(number).limit(1).stream();
    let chats: Vec<_> = chats.try_collect().await.unwrap();
    client
        .chats()
        .share_contact_card(chats[0].id)
        .await
        .unwrap();

    let forward = client.phone_numbers().update(line.id);
    forward.forwarding_number("+15559876543").await.unwrap();
    let event = soon(inbox.recv()).await.unwrap();
    let EventKind::PhoneNumberForwardingUpdated(changed) = event.kind else {
        panic!("{event:?}")
    };
    assert_eq!(changed.phone_number.as_deref(), Some(number));

    let update = subscriptions.update(&subscription.id);
    let narrowed = update.events(["contact_card.created"]).every_phone_number();
    let narrowed = narrowed.await.unwrap();
    assert_eq!(narrowed.phone_numbers.unwrap_or_default(), [""; 0]);
    let listed = subscriptions.list().await.unwrap().subscriptions;
    assert_eq!(listed.len(), 1);

    subscriptions.delete(&subscription.id).await.unwrap();
    let error = subscriptions.retrieve(&subscription.id).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let error = subscriptions.delete(&subscription.id).await.unwrap_err();
    assert!(error.is_not_found() && error.attempts() == 1, "{error}");
    let forward = client.phone_numbers().update(line.id);
    forward.clear_forwarding_number().await.unwrap();
    assert!(inbox.try_recv().is_err());
    let cards = client.contact_card().for_lines().await.unwrap();
    assert!(
        cards
            .lines
            .iter()
            .all(|line| line.state() != CardState::Missing)
    );
}

/// Real pages of a stateful service.
#[tokio::test]
async fn every_chat_is_returned_once_for_any_limit() {
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let all = client.chats().list().await.unwrap();
    assert_eq!(all.next_cursor.filter(|cursor| !cursor.is_empty()), None);
    for limit in 1..=6 {
        let chats = client.chats().list().limit(limit).stream();
        let chats: Vec<_> = chats.try_collect().await.unwrap();
        assert_eq!(chats, all.chats, "{limit}");
    }
    let with_bob = client
        .chats()
        .list()
        .to("bob@example.com")
        .limit(1)
        .stream();
    let with_bob: Vec<_> = with_bob.try_collect().await.unwrap();
    assert_eq!(with_bob.len(), 1);
    assert_eq!(with_bob[0].display_name.as_deref(), Some("Book club"));
}

/// By the advice in the error of a lost creation.
#[tokio::test]
async fn a_lost_creation_can_be_recovered() {
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let subscriptions = client.webhook_subscriptions();
    let url = "https://example.com/webhooks/linq?version=2026-02-03";
    let create = || subscriptions.create(url, ["message.sent"]);
    sandbox.misbehave(linq_sandbox::Fault::cut().after_applying());
    let error = create().await.unwrap_err();
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    // Each URL can be subscribed once.
    assert!(create().await.unwrap_err().is_bad_request());

    let existing = subscriptions.list().await.unwrap().subscriptions;
    let existing = existing.iter().find(|it| it.target_url == url).unwrap();
    subscriptions.delete(&existing.id).await.unwrap();
    let created = create().await.unwrap();
    assert_ne!(created.id, existing.id);
    assert!(Verifier::for_subscription(&created).is_ok());
}

/// The deletion was applied, but its response was lost.
#[tokio::test]
async fn a_lost_deletion_succeeds() {
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let subscriptions = client.webhook_subscriptions();
    let url = "https://example.com/webhooks/linq";
    let created = subscriptions.create(url, ["message.sent"]).await.unwrap();
    sandbox.misbehave(linq_sandbox::Fault::cut().after_applying());
    let deleted = subscriptions.delete(&created.id).send().await.unwrap();
    assert_eq!((deleted.status().as_u16(), deleted.attempts()), (404, 2));
    let left = subscriptions.list().await.unwrap().subscriptions;
    assert_eq!(left, []);
}

#[tokio::test]
async fn the_example_subscribes_while_it_runs() {
    let sandbox = Sandbox::builder().demo_account().start().await.unwrap();
    let client = builder(&sandbox).build().unwrap();
    let subscriptions = async || {
        let list = client.webhook_subscriptions().list().await;
        list.unwrap().subscriptions.len()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    webhook_server::subscribed(&client, &url, async |verifier| {
        tokio::spawn(axum::serve(listener, webhook_server::router(verifier)).into_future());
        assert_eq!(subscriptions().await, 1);
        let card = json!({ "first_name": "Jane", "last_name": "Roe", "owner_handle": "+15551234567",
            "sender_handle": "+15557654321" });
        let delivery = sandbox.send_webhook("contact_card.received", card);
        assert_eq!(delivery.report().await.statuses, [Some(204)]);
        Err(std::io::Error::other("interrupted"))
    })
    .await
    .unwrap_err();
    assert_eq!(subscriptions().await, 0);
}
