//! Setting up and updating cards.

use linq_sandbox::{Card, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{
    CONTACT_CARD, EXAMPLE_CARD, SHARE, client, code, get, header, json_of, send, status_and_code,
    trace_id,
};

const NEW: &str = "+15550000001";

fn jane() -> Value {
    json!({"phone_number": NEW, "first_name": "Jane"})
}

#[tokio::test]
async fn a_card_that_was_set_up_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();
    let response = send(&sandbox, "POST", CONTACT_CARD, &jane()).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), Some("application/json"));
    trace_id(&response);
    let card = json!({"phone_number": NEW, "first_name": "Jane", "is_active": true});
    assert_eq!(json_of(response).await, card);

    let found = get(&sandbox, "/v3/contact_card?phone_number=%2B15550000001").await;
    assert_eq!(json_of(found).await, json!({"contact_cards": [card]}));
    assert_eq!(sandbox.cards().len(), 2);
}

#[tokio::test]
async fn an_active_card_is_a_conflict_and_an_inactive_one_is_set_up_again() {
    let sandbox = Sandbox::builder().cards([]).start().await.unwrap();
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &jane()).await, 0);
    let response = send(&sandbox, "POST", CONTACT_CARD, &jane()).await;
    assert_eq!(status_and_code(response).await, (409, 2014));

    let inactive = Card {
        is_active: false,
        ..sandbox.cards().remove(0)
    };
    sandbox.set_cards([inactive]);
    assert_eq!(code(&sandbox, "POST", CONTACT_CARD, &jane()).await, 0);
    assert!(sandbox.cards()[0].is_active);
}

#[tokio::test]
async fn each_photo_gets_a_new_url() {
    let sandbox = Sandbox::start().await.unwrap();
    let photo = json!({"image_url": "https://example.com/photo.jpg"});
    let mut urls = vec![sandbox.cards()[0].image_url.clone().unwrap()];
    for _ in 0..2 {
        let answer = json_of(send(&sandbox, "PATCH", EXAMPLE_CARD, &photo).await).await;
        let url = answer["image_url"].as_str().unwrap().to_owned();
        assert!(
            url.starts_with("https://cdn.linqapp.com/contact-card/"),
            "{url}"
        );
        assert_eq!(sandbox.cards()[0].image_url.as_ref(), Some(&url));
        assert!(!urls.contains(&url), "{url}");
        urls.push(url);
    }
}

#[tokio::test]
async fn an_update_is_checked_in_this_order() {
    let sandbox = Sandbox::builder().cards([]).start().await.unwrap();
    let name = json!({"first_name": "Jane"});
    let number = "phone_number=%2B15551234567";
    for (query, body, refusal) in [
        ("".to_owned(), &Value::Null, (400, 1001)),
        ("?phone_number=".to_owned(), &name, (400, 1002)),
        (
            "?phone_number=+15551234567".to_owned(),
            &Value::Null,
            (400, 1002),
        ),
        (format!("?{number}&{number}"), &name, (400, 1005)),
        (format!("?{number}"), &json!({}), (400, 1003)),
        (
            format!("?{number}"),
            &json!({"first_name": ""}),
            (400, 1005),
        ),
        (format!("?{number}"), &name, (404, 2012)),
        (format!("?{number}"), &Value::Null, (429, 1007)),
    ] {
        let path = format!("{CONTACT_CARD}{query}");
        let response = send(&sandbox, "PATCH", &path, body).await;
        assert_eq!(status_and_code(response).await, refusal, "{query} {body}");
    }
}

#[tokio::test]
async fn a_set_up_is_checked_in_this_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let number = "+15551234567";
    for (body, refusal) in [
        (json!([]), (400, 1003)),
        (json!({"phone_number": 1, "first_name": 1}), (400, 1003)),
        (json!({"first_name": 1}), (400, 1001)),
        (json!({"phone_number": "1", "first_name": 1}), (400, 1002)),
        (
            json!({"phone_number": number, "first_name": ""}),
            (400, 1005),
        ),
        (
            json!({"phone_number": number, "first_name": "Jane", "image_url": "photo.jpg"}),
            (400, 1005),
        ),
        (
            json!({"phone_number": number, "first_name": "Jane"}),
            (409, 2014),
        ),
        (
            json!({"phone_number": number, "first_name": ""}),
            (429, 1007),
        ),
    ] {
        let response = send(&sandbox, "POST", CONTACT_CARD, &body).await;
        assert_eq!(status_and_code(response).await, refusal, "{body}");
    }
    assert_eq!(sandbox.cards(), [Card::example()]);
}

#[tokio::test]
async fn every_partner_has_an_account_of_its_own() {
    let theirs = Card {
        first_name: "Jane".into(),
        ..Card::example()
    };
    let sandbox = Sandbox::builder()
        .partner("their-key", [theirs])
        .start()
        .await
        .unwrap();
    let name = json!({"first_name": "Joan"});
    for _ in 0..3 {
        assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 0);
    }
    assert_eq!(code(&sandbox, "PATCH", EXAMPLE_CARD, &name).await, 1007);

    let their = |method: Method, path: &str| {
        client()
            .request(method, format!("{}{path}", sandbox.base_url()))
            .bearer_auth("their-key")
    };
    let cards = their(Method::GET, CONTACT_CARD);
    let cards = json_of(cards.send().await.unwrap()).await;
    assert_eq!(cards["contact_cards"][0]["first_name"], "Jane");

    let update = their(Method::PATCH, EXAMPLE_CARD).body(r#"{"first_name":"June"}"#);
    assert_eq!(update.send().await.unwrap().status(), 200);
    assert_eq!(sandbox.cards()[0].first_name, "Joan");

    let share = their(Method::POST, SHARE);
    assert_eq!(
        status_and_code(share.send().await.unwrap()).await,
        (404, 2001)
    );
}
