//! Finding chats: valid arguments, and responses that belong to them.

use futures_util::TryStreamExt as _;
use linq::chats::{ChatHealthStatus, HandleStatus, ServiceType};
use linq_sandbox::{EXAMPLE_CHAT_ID, Fault};
use serde_json::{Value, json};

use crate::support::start;

const OTHER_ID: &str = "00000000-0000-4000-8000-000000000001";

#[tokio::test]
async fn a_chat_has_its_people_and_its_state() {
    let (_sandbox, client, _) = start().await;
    let chat = client.chats().retrieve(EXAMPLE_CHAT_ID).await.unwrap();
    assert_eq!(chat.id.to_string(), EXAMPLE_CHAT_ID);
    let [mine, theirs] = chat.handles.as_slice() else {
        panic!("{chat:?}")
    };
    assert_eq!(
        (mine.handle.as_str(), mine.is_me),
        ("+15551234567", Some(true))
    );
    assert_eq!(theirs.status, Some(HandleStatus::Active));
    assert_eq!(chat.service, Some(ServiceType::IMessage));
    let health = chat.health_status.unwrap();
    assert_eq!(health.status, Some(ChatHealthStatus::Healthy));
    // The other methods accept the id in a response.
    let again = client.chats().retrieve(chat.id).await.unwrap();
    assert_eq!(again.id, chat.id);
}

/// New or missing values do not make a response fail.
#[tokio::test]
async fn odd_values_of_a_chat_are_kept_or_left_out() {
    let (sandbox, client, _) = start().await;
    let handle = json!({"handle": "ann@example.com", "service": "carrier pigeon", "is_me": null});
    let health = json!({"status": "FEVERISH", "updated_at": null});
    let chat = json!({"id": EXAMPLE_CHAT_ID, "handles": [handle], "health_status": health, "display_name": null});
    sandbox.misbehave(Fault::status(200).json(chat));
    let chat = client.chats().retrieve(EXAMPLE_CHAT_ID).await.unwrap();
    assert_eq!(chat.handles[0].service, Some("carrier pigeon".into()));
    assert_eq!(chat.health_status.unwrap().status, Some("FEVERISH".into()));
    assert_eq!((chat.display_name, chat.is_group), (None, None));
}

#[tokio::test]
async fn another_chat_is_an_error() {
    let (sandbox, client, _) = start().await;
    sandbox.misbehave(Fault::status(200).json(json!({"id": EXAMPLE_CHAT_ID, "handles": []})));
    let error = client.chats().retrieve(OTHER_ID).await.unwrap_err();
    assert!(error.is_mismatch() && !error.is_retryable(), "{error}");
    assert!(
        error.to_string().contains("another chat was returned"),
        "{error}"
    );
}

/// A chat of a line with one person.
fn chat(line: Value, person: &str) -> Value {
    json!({"id": EXAMPLE_CHAT_ID, "handles": [line, {"handle": person, "is_me": false}]})
}

#[tokio::test]
async fn a_listed_chat_is_of_the_requested_line_with_the_requested_person() {
    const LINE: &str = "+15551234567";
    const PERSON: &str = "Ann@Example.com";
    let mine = |number: &str| json!({"handle": number, "is_me": true});
    let unmarked = |number: &str| json!({"handle": number});
    let line = "another line's chat was returned";
    let person = "another person's chat was returned";
    for (chat, problem) in [
        (chat(mine(LINE), PERSON), None),
        (chat(unmarked(LINE), "ann@example.COM"), None),
        // Who is in it is not known.
        (json!({"id": EXAMPLE_CHAT_ID, "handles": []}), None),
        (chat(mine("+15551234568"), PERSON), Some(line)),
        (chat(unmarked("+15551234568"), PERSON), Some(line)),
        (chat(mine(LINE), "bob@example.com"), Some(person)),
        (chat(mine(LINE), "ann@example.com.au"), Some(person)),
    ] {
        let (sandbox, client, _) = start().await;
        let right = json!({"id": OTHER_ID, "handles": [mine(LINE), unmarked(PERSON)]});
        let page = json!({"chats": [right, chat], "next_cursor": null});
        sandbox.misbehave(Fault::status(200).json(page).always());
        let chats = client.chats();
        chats.list().await.unwrap();
        let page = chats.list().from(LINE).to(PERSON).await;
        let items: Result<Vec<_>, _> = chats
            .list()
            .from(LINE)
            .to(PERSON)
            .stream()
            .try_collect()
            .await;
        match (problem, page, items) {
            (None, Ok(page), Ok(items)) => assert_eq!((page.chats.len(), items.len()), (2, 2)),
            (Some(problem), Err(error), Err(of_stream)) => {
                let text = error.to_string();
                assert!(error.is_mismatch() && text.contains(problem), "{text}");
                assert!(
                    !text.contains("+1555") && !text.contains("example"),
                    "{text}"
                );
                assert!(of_stream.is_mismatch(), "{of_stream}");
            }
            (_, page, _) => panic!("{chat} {page:?}"),
        }
    }
}

/// A line can be the other side of a chat between two lines.
#[tokio::test]
async fn a_chat_of_a_line_is_not_one_with_it() {
    let (sandbox, client, _) = start().await;
    let other = json!({"handle": "+15557654321", "is_me": true});
    let page = json!({"chats": [chat(other, "+15551234567")]});
    sandbox.misbehave(Fault::status(200).json(page).always());
    client.chats().list().to("+15551234567").await.unwrap();
    let error = client.chats().list().from("+15551234567").await;
    assert!(error.unwrap_err().is_mismatch());
}

#[tokio::test]
async fn a_handle_is_a_phone_number_or_an_email_address() {
    let long = format!("{}@example.com", "a".repeat(243));
    for (handle, is_valid) in [
        ("+15557654321", true),
        ("ann@example.com", true),
        ("Ann.Lee+linq@mail.example.com", true),
        ("李@例子.中国", true),
        ("", false),
        ("+", false),
        ("15557654321", false),
        ("+1 555 765 4321", false),
        ("ann", false),
        ("@example.com", false),
        ("ann@", false),
        ("ann@localhost", false),
        ("ann@example..com", false),
        ("ann@example.com.", false),
        ("ann@-example.com", false),
        ("ann@b@example.com", false),
        ("ann lee@example.com", false),
        ("ann@example.com\n", false),
        ("Ann <ann@example.com>", false),
        ("ann@example.com,bob@example.com", false),
        (&long, false),
    ] {
        let (sandbox, client, _) = start().await;
        let outcome = client.chats().list().to(handle).await;
        match outcome {
            Ok(_) => assert!(is_valid, "{handle:?}"),
            Err(error) => {
                assert!(error.is_invalid_input() && !is_valid, "{handle:?}: {error}");
                let text = error.to_string();
                assert!(handle.len() < 4 || !text.contains(handle), "{text}");
            }
        }
        assert_eq!(
            sandbox.requests().len(),
            usize::from(is_valid),
            "{handle:?}"
        );
    }
}

#[tokio::test]
async fn an_id_that_is_not_a_uuid_is_not_sent() {
    let (sandbox, client, _) = start().await;
    for id in ["", "1", "..", "../phone_numbers", &"a".repeat(10_000)] {
        let chat = client.chats().retrieve(id).await.unwrap_err();
        assert!(
            chat.to_string().contains("the chat id is not a UUID"),
            "{chat}"
        );
        let line = client.phone_numbers().update(id).clear_forwarding_number();
        let line = line.await.unwrap_err();
        assert!(
            line.to_string().contains("the line id is not a UUID"),
            "{line}"
        );
        assert!(chat.is_invalid_input() && line.is_invalid_input());
        assert!(line.to_string().len() < 200);
    }
    assert_eq!(sandbox.requests().len(), 0);
}
