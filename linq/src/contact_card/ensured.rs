//! The result of `ensure`.

use linq_gen::types::ContactCard;

use super::plan::Step;
use super::returned;

/// What [`ContactCardResource::ensure`](super::ContactCardResource::ensure) did, with the card as
/// it is now.
///
/// For a dry run: what it would do, with the card as it would be, and the `image_url` that was
/// given.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Ensured {
    /// The active card already matched.
    #[non_exhaustive]
    Unchanged {
        /// The card.
        card: ContactCard,
        /// Whether the card kept a photo that may not be the given one; see
        /// [`previous_image_url`](crate::Request::previous_image_url).
        image_kept: bool,
    },
    /// There was no active card; one was set up.
    #[non_exhaustive]
    Created {
        /// The card.
        card: ContactCard,
    },
    /// The card was changed.
    #[non_exhaustive]
    Updated {
        /// The card.
        card: ContactCard,
        /// The names of the fields that were written, such as `first_name`.
        fields: Vec<&'static str>,
        /// See [`Ensured::Unchanged`].
        image_kept: bool,
    },
}

impl Ensured {
    /// What a step did.
    pub(super) fn from_step(step: Option<Step>, card: ContactCard, image_kept: bool) -> Self {
        match step {
            None => Self::Unchanged { card, image_kept },
            Some(Step::Create(_)) => Self::Created { card },
            Some(Step::Update(changes)) => Self::Updated {
                card,
                fields: returned::names(&changes),
                image_kept,
            },
        }
    }

    /// The card.
    pub fn card(&self) -> &ContactCard {
        match self {
            Self::Unchanged { card, .. } | Self::Created { card } | Self::Updated { card, .. } => {
                card
            }
        }
    }

    /// Whether the card kept a photo that may not be the given one; see
    /// [`previous_image_url`](crate::Request::previous_image_url).
    pub fn image_kept(&self) -> bool {
        match self {
            Self::Unchanged { image_kept, .. } | Self::Updated { image_kept, .. } => *image_kept,
            Self::Created { .. } => false,
        }
    }

    /// The card alone.
    pub fn into_card(self) -> ContactCard {
        match self {
            Self::Unchanged { card, .. } | Self::Created { card } | Self::Updated { card, .. } => {
                card
            }
        }
    }
}
