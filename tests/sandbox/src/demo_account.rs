//! The account of a sandbox that is used by hand.

use crate::{Card, Chat, EXAMPLE_CHAT_ID, Line};

const FIRST: &str = "+15551234567";
const SECOND: &str = "+15552345678";
const THIRD: &str = "+15553456789";

pub(crate) fn lines() -> Vec<Line> {
    vec![
        Line::new(FIRST),
        Line {
            reputation: "AT_RISK".into(),
            ..Line::new(SECOND)
        },
        Line::new(THIRD),
    ]
}

/// One for the first line, an inactive one for the second, and none for the third.
pub(crate) fn cards() -> Vec<Card> {
    vec![
        Card::example(),
        Card {
            phone_number: SECOND.into(),
            first_name: "Jane".into(),
            image_url: None,
            is_active: false,
            ..Card::example()
        },
    ]
}

pub(crate) fn chats() -> Vec<Chat> {
    let chat = |id: &str, line: &str| Chat::new(id, line);
    vec![
        chat(EXAMPLE_CHAT_ID, FIRST),
        chat("0f8b2c5e-6a1d-4d0b-9e3f-2b7c1a4d5e61", FIRST).handles(["ann@example.com"]),
        chat("1c9d3e7f-7b2e-4e1c-8f40-3c8d2b5e6f72", SECOND).handles(["+15557654322"]),
        chat("2dae4f80-8c3f-4f2d-9051-4d9e3c6f7083", FIRST)
            .handles(["+15557654321", "+15557654323", "bob@example.com"])
            .display_name("Book club"),
        chat("3ebf5091-9d40-4a3e-a162-5eaf4d708194", THIRD).handles(["+15557654324"]),
    ]
}
