//! A contact card.

use serde::{Deserialize, Serialize};

/// A contact card as the service stores it and sends it.
///
/// Fields that are `None` are left out of the JSON.
///
/// ```
/// use linq_sandbox::Card;
///
/// let card = Card {
///     last_name: None,
///     ..Card::example()
/// };
/// assert_eq!(card.first_name, "John");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The phone number that the card belongs to, in E.164 format.
    pub phone_number: String,
    /// First name on the card.
    pub first_name: String,
    /// Last name on the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// URL of the photo on the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Whether the card has been applied to the device.
    pub is_active: bool,
}

impl Card {
    /// The card of the API reference: John Doe, `+15551234567`, active.
    pub fn example() -> Self {
        Self {
            phone_number: "+15551234567".into(),
            first_name: "John".into(),
            last_name: Some("Doe".into()),
            image_url: Some("https://cdn.linqapp.com/contact-card/example.jpg".into()),
            is_active: true,
        }
    }
}
