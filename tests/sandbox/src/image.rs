//! The copies of photos that the service keeps.

use uuid::Uuid;

/// A new URL for the service's copy of a photo. The sandbox does not fetch the photo.
pub(crate) fn rehosted() -> String {
    format!(
        "https://cdn.linqapp.com/contact-card/{}.jpg",
        Uuid::new_v4()
    )
}
