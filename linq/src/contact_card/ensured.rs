//! What making sure of a card has come to.

use linq_gen::types::ContactCard;

use super::plan::Step;

/// What [`ContactCardResource::ensure`](super::ContactCardResource::ensure) has done, with the card as it is
/// now. Of a dry run: what it would do, with the card as it would be, where `image_url` is the one that was
/// given.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Ensured {
    /// The active card matched already.
    #[non_exhaustive]
    Unchanged {
        /// The card.
        card: ContactCard,
        /// Whether the card kept its photo for the only reason that nothing told whether it is the one that
        /// was given; see [`previous_image_url`](crate::Request::previous_image_url).
        image_kept: bool,
    },
    /// There was no active card; it has been set up.
    #[non_exhaustive]
    Created {
        /// The card.
        card: ContactCard,
    },
    /// The card has been changed.
    #[non_exhaustive]
    Updated {
        /// The card.
        card: ContactCard,
        /// The names of the fields that were written, such as `first_name`.
        fields: Vec<&'static str>,
        /// As that of [`Ensured::Unchanged`].
        image_kept: bool,
    },
}

impl Ensured {
    /// What a step has done.
    pub(super) fn by(step: Option<Step>, card: ContactCard, image_kept: bool) -> Self {
        match step {
            None => Self::Unchanged { card, image_kept },
            Some(Step::Create(_)) => Self::Created { card },
            Some(Step::Update(changes)) => {
                let fields = [
                    ("first_name", changes.first_name),
                    ("last_name", changes.last_name),
                    ("image_url", changes.image_url),
                ];
                let written = fields.into_iter().filter(|(_, value)| value.is_some());
                Self::Updated {
                    card,
                    fields: written.map(|(name, _)| name).collect(),
                    image_kept,
                }
            }
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

    /// Whether the card kept its photo for the only reason that nothing told whether it is the one that was
    /// given; see [`previous_image_url`](crate::Request::previous_image_url).
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
