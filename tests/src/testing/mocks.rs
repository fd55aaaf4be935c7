//! A mock responds with typed values, and everything else is the real client.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use linq::chats::{self, ChatListResponse};
use linq::contact_card::{self, ContactCardRetrieveResponse};
use linq::reqwest::{Method, StatusCode};
use linq::testing::{self, Endpoint, Fault, Mock, MockCall, from_json};
use linq::{
    ApiCode, ContactCard, WriteOutcome, phone_numbers, webhook_events, webhook_subscriptions,
};
use linq_sandbox::EXAMPLE_CHAT_ID;
use serde_json::{Value, json};

use crate::operations::{EXAMPLE_LINE_ID, EXAMPLE_SUBSCRIPTION};

const NUMBER: &str = "+15551234567";

fn cards(cards: impl IntoIterator<Item = ContactCard>) -> ContactCardRetrieveResponse {
    from_json(json!({"contact_cards": cards.into_iter().collect::<Vec<_>>()})).unwrap()
}

fn ann() -> ContactCard {
    testing::contact_card(NUMBER, "Ann")
}

fn status(status: StatusCode) -> Fault {
    Fault::status(status)
}

/// Responds with what the API documents.
fn respond<O: Endpoint>(mock: &Mock, json: Value) {
    mock.on::<O>(move |_| Ok(from_json(json.clone()).unwrap()));
}

#[tokio::test]
async fn each_operation_returns_what_the_mock_gives() {
    let mock = Mock::new();
    let chat = json!({"id": EXAMPLE_CHAT_ID, "handles": []});
    let line = json!({"id": EXAMPLE_LINE_ID, "phone_number": NUMBER});
    let subscription = json!({
        "id": EXAMPLE_SUBSCRIPTION,
        "target_url": "https://example.com/",
        "subscribed_events": ["contact_card.received"],
        "is_active": true,
    });
    let mut created = subscription.clone();
    created["signing_secret"] = "whsec_c2VjcmV0".into();
    respond::<contact_card::Retrieve>(&mock, json!({"contact_cards": [ann()]}));
    respond::<contact_card::Create>(&mock, json!(ann()));
    respond::<contact_card::Update>(&mock, json!(ann()));
    respond::<chats::List>(&mock, json!({"chats": [chat]}));
    respond::<chats::Retrieve>(&mock, chat);
    respond::<chats::ShareContactCard>(&mock, Value::Null);
    respond::<phone_numbers::List>(&mock, json!({"phone_numbers": [line]}));
    let mut forwarded = line.clone();
    forwarded["forwarding_number"] = "+15557654321".into();
    respond::<phone_numbers::Update>(&mock, forwarded);
    respond::<webhook_subscriptions::List>(&mock, json!({"subscriptions": [subscription]}));
    respond::<webhook_subscriptions::Create>(&mock, created);
    respond::<webhook_subscriptions::Retrieve>(&mock, subscription.clone());
    respond::<webhook_subscriptions::Update>(&mock, subscription);
    respond::<webhook_subscriptions::Delete>(&mock, Value::Null);
    let events = json!({"events": ["contact_card.received"], "doc_url": "https://example.com/"});
    respond::<webhook_events::List>(&mock, events);

    let client = mock.client();
    let (contact_cards, chats) = (client.contact_card(), client.chats());
    let subscriptions = client.webhook_subscriptions();
    assert_eq!(
        contact_cards.retrieve().await.unwrap().contact_cards,
        [ann()]
    );
    assert_eq!(contact_cards.create(NUMBER, "Ann").await.unwrap(), ann());
    contact_cards
        .update(NUMBER)
        .first_name("Ann")
        .await
        .unwrap();
    assert_eq!(chats.list().await.unwrap().chats.len(), 1);
    chats.retrieve(EXAMPLE_CHAT_ID).await.unwrap();
    let shared = chats
        .share_contact_card(EXAMPLE_CHAT_ID)
        .send()
        .await
        .unwrap();
    assert_eq!(shared.status(), StatusCode::NO_CONTENT);
    client.phone_numbers().list().await.unwrap();
    let update = client.phone_numbers().update(EXAMPLE_LINE_ID);
    update.forwarding_number("+15557654321").await.unwrap();
    subscriptions.list().await.unwrap();
    let create = subscriptions.create("https://example.com/", ["contact_card.received"]);
    let created = create.send().await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(
        created.value().signing_secret.expose_secret(),
        "whsec_c2VjcmV0"
    );
    subscriptions.retrieve(EXAMPLE_SUBSCRIPTION).await.unwrap();
    subscriptions
        .update(EXAMPLE_SUBSCRIPTION)
        .is_active(true)
        .await
        .unwrap();
    subscriptions.delete(EXAMPLE_SUBSCRIPTION).await.unwrap();
    client.webhook_events().list().await.unwrap();
}

#[tokio::test]
async fn a_call_has_its_input() {
    let mock = Mock::new();
    mock.on::<contact_card::Create>(|call| {
        let card = call.body();
        Ok(testing::contact_card(&card.phone_number, &card.first_name))
    });
    mock.on::<chats::ShareContactCard>(|_| Ok(()));
    mock.on::<contact_card::Retrieve>(|_| Ok(cards([])));
    let client = mock.client();
    client.contact_card().create(NUMBER, "Zoë").await.unwrap();
    client
        .chats()
        .share_contact_card(EXAMPLE_CHAT_ID)
        .await
        .unwrap();
    let retrieve = client.contact_card().retrieve().phone_number(NUMBER);
    retrieve
        .header("x-own", "1")
        .query("also", "a b")
        .await
        .unwrap();

    let created = &mock.calls::<contact_card::Create>()[0];
    assert_eq!(
        (&*created.body().phone_number, &*created.body().first_name),
        (NUMBER, "Zoë")
    );
    let shared = &mock.calls::<chats::ShareContactCard>()[0];
    assert_eq!(shared.parameter("chatId"), Some(EXAMPLE_CHAT_ID));
    let retrieved = &mock.calls::<contact_card::Retrieve>()[0];
    assert_eq!(retrieved.parameter("phone_number"), Some(NUMBER));
    assert_eq!(retrieved.parameter("also"), Some("a b"));
    assert_eq!(retrieved.parameter("other"), None);
    assert_eq!(retrieved.headers()["x-own"], "1");
    assert!(!format!("{retrieved:?}").contains("Bearer"));
}

#[tokio::test]
async fn an_unexpected_operation_is_named() {
    let mock = Mock::new();
    mock.on::<contact_card::Retrieve>(|_| Ok(cards([])));
    let client = mock.client();
    let error = client
        .contact_card()
        .ensure(NUMBER, "Ann")
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid input: the mock has no response to createContactCard (POST /v3/contact_card); \
         add one with `mock.on::<..>(..)`"
    );
    assert!(error.is_invalid_input());
    assert_eq!(error.write_outcome(), Some(WriteOutcome::NotSent));
    assert_eq!(
        mock.operations(),
        ["retrieveContactCard", "createContactCard"]
    );
    let error = client
        .request(Method::DELETE, "/v3/chats")
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("request (DELETE /v3/chats)"),
        "{error}"
    );
}

#[tokio::test]
async fn attempts_fail_and_succeed_in_order() {
    let mock = Mock::new();
    mock.once::<contact_card::Retrieve>(|_| Err(status(StatusCode::BAD_GATEWAY)));
    mock.once::<contact_card::Retrieve>(|_| Err(Fault::timeout()));
    mock.on::<contact_card::Retrieve>(|call| Ok(cards(vec![ann(); call.number()])));
    let retrieve = mock.client().contact_card().retrieve();
    let response = retrieve
        .timeout(Duration::from_secs(7))
        .send()
        .await
        .unwrap();
    assert_eq!(response.attempts(), 3);
    assert_eq!(response.value().contact_cards.len(), 3);
    assert_eq!(response.trace_id(), Some("mock-3"));
    assert_eq!(mock.clock().waits().len(), 2);
    let passed = mock
        .clock()
        .now()
        .duration_since(testing::FakeClock::new().now());
    let waited: Duration = mock.clock().waits().iter().sum();
    assert_eq!(passed.unwrap(), waited + Duration::from_secs(7));
}

#[tokio::test]
async fn a_lost_write_is_not_sent_again_and_one_that_was_not_sent_is() {
    let mock = Mock::new();
    mock.once::<contact_card::Create>(|_| Err(Fault::no_connection()));
    mock.on::<contact_card::Create>(|_| Err(Fault::connection_lost()));
    let create = mock.client().contact_card().create(NUMBER, "Ann");
    let error = create.await.unwrap_err();
    assert!(error.is_connect());
    assert_eq!(error.write_outcome(), Some(WriteOutcome::Unknown));
    assert_eq!(mock.calls::<contact_card::Create>().len(), 2);
}

#[tokio::test]
async fn the_checks_of_the_client_stay_in_force() {
    let mock = Mock::new();
    let client = mock.client();
    let cards = client.contact_card();

    // Of arguments.
    assert!(
        cards
            .create("5551234567", "Ann")
            .await
            .unwrap_err()
            .is_invalid_input()
    );
    assert!(mock.operations().is_empty());

    // Of the returned resource.
    mock.on::<contact_card::Update>(|_| Ok(ann()));
    let error = cards.update(NUMBER).first_name("Eve").await.unwrap_err();
    assert!(error.is_mismatch(), "{error}");
    let error = cards
        .update("+15557654321")
        .first_name("Ann")
        .await
        .unwrap_err();
    assert!(error.is_mismatch(), "{error}");

    // Of the body.
    mock.on::<contact_card::Retrieve>(|_| Err(status(StatusCode::OK).body("<html>")));
    assert!(cards.retrieve().await.unwrap_err().is_decode());
    let small = mock.builder().max_response_bytes(3).build().unwrap();
    mock.on::<contact_card::Retrieve>(|_| Err(status(StatusCode::OK).body("12345")));
    let error = small.contact_card().retrieve().await.unwrap_err();
    assert!(error.to_string().contains("max_response_bytes"), "{error}");

    // Of budgets.
    for _ in 0..2 {
        cards.update(NUMBER).first_name("Ann").await.unwrap();
    }
    let error = cards.update(NUMBER).first_name("Ann").await.unwrap_err();
    assert!(error.is_rate_limited());
    mock.clock().advance(error.retry_after().unwrap());
    cards.update(NUMBER).first_name("Ann").await.unwrap();
}

#[tokio::test]
async fn ensure_reads_and_then_writes() {
    let mock = Mock::new();
    let card = Arc::new(Mutex::new(None::<ContactCard>));
    let stored = Arc::clone(&card);
    mock.on::<contact_card::Retrieve>(move |_| match &*stored.lock().unwrap() {
        Some(card) => Ok(cards([card.clone()])),
        None => Err(status(StatusCode::NOT_FOUND).code(ApiCode::CONTACT_CARD_NOT_FOUND)),
    });
    let stored = Arc::clone(&card);
    mock.on::<contact_card::Create>(move |call| {
        *stored.lock().unwrap() = Some(testing::contact_card(NUMBER, &call.body().first_name));
        Err(Fault::connection_lost())
    });
    let ensured = mock
        .client()
        .contact_card()
        .ensure(NUMBER, "Ann")
        .await
        .unwrap();
    assert_eq!(ensured.card(), card.lock().unwrap().as_ref().unwrap());
    let expected = [
        "retrieveContactCard",
        "createContactCard",
        "retrieveContactCard",
    ];
    assert_eq!(mock.operations(), expected);
}

#[tokio::test]
async fn a_list_has_pages() {
    let mock = Mock::new();
    mock.on::<chats::List>(|call: &MockCall<()>| {
        let next = match call.parameter("cursor") {
            None => json!("2"),
            Some(_) => Value::Null,
        };
        let chat = json!({"id": EXAMPLE_CHAT_ID, "handles": []});
        let page: ChatListResponse =
            from_json(json!({"chats": [chat], "next_cursor": next})).unwrap();
        Ok(page)
    });
    let chats: Vec<_> = mock
        .client()
        .chats()
        .list()
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(chats.len(), 2);
    assert_eq!(
        mock.calls::<chats::List>()[1].parameter("cursor"),
        Some("2")
    );
}

#[tokio::test]
async fn other_endpoints_can_be_mocked() {
    let mock = Mock::new();
    mock.on_request(Method::POST, "/v3/letters", |call| {
        Ok(json!({"got": call.body()}))
    });
    let client = mock
        .builder()
        .base_url("http://localhost/base")
        .build()
        .unwrap();
    let letter = client
        .request(Method::POST, "/v3/letters")
        .body(&json!({"to": "Ann"}));
    assert_eq!(letter.await.unwrap(), json!({"got": {"to": "Ann"}}));
    client
        .request(Method::POST, "/v3/letters/1")
        .await
        .unwrap_err();
}

#[tokio::test]
async fn an_operation_and_a_request_to_its_path_are_mocked_apart() {
    let (mock, path) = (Mock::new(), "/v3/contact_card");
    mock.on::<contact_card::Retrieve>(|_| Ok(cards([ann()])));
    let client = mock.client();
    let error = client.request(Method::GET, path).await.unwrap_err();
    assert!(error.is_invalid_input(), "{error}");

    mock.on_request(Method::GET, path, |_| Ok(json!("raw")));
    let raw = client.request(Method::GET, path).await.unwrap();
    assert_eq!(raw, json!("raw"));
    let typed = client.contact_card().retrieve().await.unwrap();
    assert_eq!(typed.contact_cards, [ann()]);
    assert_eq!(mock.calls::<contact_card::Retrieve>().len(), 1);
    let operations = ["request", "request", "retrieveContactCard"];
    assert_eq!(mock.operations(), operations);
}

#[test]
fn what_a_replaced_response_owns_may_use_the_mock_when_it_is_dropped() {
    struct Last(Mock, mpsc::Sender<usize>);

    impl Drop for Last {
        fn drop(&mut self) {
            self.1.send(self.0.operations().len()).unwrap();
        }
    }

    let (send, receive) = mpsc::channel();
    std::thread::spawn(|| {
        let mock = Mock::new();
        let last = Last(mock.clone(), send);
        mock.on::<contact_card::Retrieve>(move |_| {
            let _ = &last;
            Ok(cards([]))
        });
        mock.on::<contact_card::Retrieve>(|_| Ok(cards([])));
    });
    // Nothing comes if it can't.
    let dropped = receive.recv_timeout(Duration::from_secs(60));
    assert_eq!(dropped, Ok(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_share_a_mock() {
    let mock = Mock::new();
    let calls = mock.clone();
    mock.on::<contact_card::Retrieve>(move |_| {
        // What responds may use the mock.
        assert!(!calls.operations().is_empty());
        Ok(cards([]))
    });
    let client = mock.client();
    let tasks = (0..50).map(|_| tokio::spawn(client.contact_card().retrieve().into_future()));
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    let mut numbers: Vec<_> = mock
        .calls::<contact_card::Retrieve>()
        .iter()
        .map(MockCall::number)
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
}

#[test]
fn blocking_calls_can_be_mocked() {
    let mock = Mock::new();
    mock.on::<contact_card::Retrieve>(|_| Ok(cards([ann()])));
    let found = mock.client().contact_card().get(NUMBER).call().unwrap();
    assert_eq!(found, Some(ann()));
}

#[test]
fn what_responds_can_fail_the_test() {
    let mock = Mock::new();
    mock.on::<contact_card::Retrieve>(|_| panic!("not this one"));
    let call = std::thread::spawn(move || mock.client().contact_card().retrieve().call());
    assert!(call.join().is_err());
}
