//! Who calls.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use linq::contact_card::Retrieve;
use linq::{Client, Request};
use serde::Deserialize;

pub const API_KEY: &str = "0123456789abcdef0123456789abcdef";

/// The deadline of each call. It is the client's default, and what a hand-written client must set.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Retrieves all contact cards.
pub trait Caller: Send + Sync {
    /// How many cards there are.
    fn cards(&self) -> Pin<Box<dyn Future<Output = usize> + Send + '_>>;
}

/// Makes a caller for a base URL.
pub type Make = fn(&str) -> Arc<dyn Caller>;

/// The names of the callers, and how to make each.
pub const CALLERS: [(&str, Make); 2] = [
    ("reqwest", |base_url| Arc::new(ByHand::new(base_url))),
    ("linq", |base_url| Arc::new(ByClient::new(base_url))),
];

/// What someone would write who needs this one call.
pub struct ByHand {
    http: reqwest::Client,
    url: String,
}

/// Types that someone would write by hand who trusts every response.
#[derive(Deserialize)]
pub struct PlainCards {
    pub contact_cards: Vec<PlainCard>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding it is the point")]
pub struct PlainCard {
    phone_number: String,
    first_name: String,
    last_name: Option<String>,
    image_url: Option<String>,
    is_active: bool,
}

impl ByHand {
    pub fn new(base_url: &str) -> Self {
        let http = reqwest::Client::builder()
            .user_agent("by-hand/1.0")
            .timeout(TIMEOUT)
            .no_proxy()
            .tls_backend_rustls()
            .build();
        Self {
            http: http.unwrap(),
            url: format!("{base_url}/v3/contact_card"),
        }
    }

    pub async fn retrieve(&self) -> reqwest::Result<PlainCards> {
        let request = self.http.get(&self.url).bearer_auth(API_KEY);
        request.send().await?.error_for_status()?.json().await
    }
}

impl Caller for ByHand {
    fn cards(&self) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        Box::pin(async { self.retrieve().await.unwrap().contact_cards.len() })
    }
}

/// What the client's documentation shows.
pub struct ByClient(Client);

impl ByClient {
    pub fn new(base_url: &str) -> Self {
        let client = Client::builder()
            .api_key(API_KEY)
            .base_url(base_url)
            .timeout(TIMEOUT)
            .build();
        Self(client.unwrap())
    }

    pub fn retrieve(&self) -> Request<Retrieve> {
        self.0.contact_card().retrieve()
    }
}

impl Caller for ByClient {
    fn cards(&self) -> Pin<Box<dyn Future<Output = usize> + Send + '_>> {
        Box::pin(async { self.retrieve().await.unwrap().contact_cards.len() })
    }
}
