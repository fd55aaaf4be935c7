//! A small account for manual use.

use crate::{Card, Chat, EXAMPLE_CHAT_ID, Line};

const FIRST: &str = "+15551234567";
const SECOND: &str = "+15557654321";
const THIRD: &str = "+15550000001";

pub(crate) fn lines() -> Vec<Line> {
    let second = Line {
        reputation: "AT_RISK".into(),
        ..Line::new(SECOND)
    };
    vec![Line::new(FIRST), second, Line::new(THIRD)]
}

/// An active card for the first line, an inactive one for the second, and none for the third.
pub(crate) fn cards() -> Vec<Card> {
    let second = Card {
        phone_number: SECOND.into(),
        first_name: "Zoe".into(),
        last_name: None,
        image_url: None,
        is_active: false,
    };
    vec![Card::example(), second]
}

pub(crate) fn chats() -> Vec<Chat> {
    let chat = |id: &str, line: &str| Chat::new(id, line);
    vec![
        chat(EXAMPLE_CHAT_ID, FIRST).handles(["+15558675301"]),
        chat("0f8b2c5e-6a1d-4d0b-9e3f-2b7c1a4d5e61", THIRD).handles(["ann@example.com"]),
        chat("1c9d3e7f-7b2e-4e1c-8f40-3c8d2b5e6f72", FIRST)
            .handles(["+15558675301", "+15558675302", "bob@example.com"])
            .display_name("Book club"),
        chat("2dae4f80-8c3f-4f2d-9051-4d9e3c6f7083", SECOND).handles(["+15558675303"]),
        chat("3ebf5091-9d40-4a3e-a162-5eaf4d708194", FIRST).handles(["+15558675304"]),
    ]
}
