//! What webhook events need beyond the contract; `generated.rs` has their types.

use serde::de::DeserializeOwned;

/// An event that this crate has no data type for, or whose data does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherEvent {
    /// What happened, such as `message.received`; empty if the delivery has no type.
    pub event_type: String,
    /// The event's `data` as JSON, byte for byte as it came; `null` if there is none.
    pub data: String,
    /// Why the data of a known type is here: the path and what was expected there, without values,
    /// such as `data.first_name: expected a string, found null`. `None` for a type that this crate
    /// does not know.
    pub reason: Option<String>,
}

impl OtherEvent {
    #[doc(hidden)]
    pub fn new(event_type: String, data: String, reason: Option<String>) -> Self {
        Self {
            event_type,
            data,
            reason,
        }
    }
}

/// Reads the data of an event as the type that the contract has for it.
pub trait ReadData {
    /// Why the data does not fit the type.
    type Error;

    /// Reads the data.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Self::Error>;
}
