//! The copies of photos that the service keeps.

use uuid::Uuid;

/// Where the service keeps the photo that it fetched: somewhere new every time.
///
/// The sandbox fetches nothing.
pub(crate) fn rehosted() -> String {
    format!(
        "https://cdn.linqapp.com/contact-card/{}.jpg",
        Uuid::new_v4()
    )
}
