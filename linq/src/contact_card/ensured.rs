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
    Unchanged {
        /// The card.
        card: ContactCard,
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
    },
}

impl Ensured {
    /// What a step has done.
    pub(super) fn by(step: Step, card: ContactCard) -> Self {
        match step {
            Step::Nothing => Self::Unchanged { card },
            Step::Create(_) => Self::Created { card },
            Step::Update(changes) => {
                let fields = [
                    ("first_name", changes.first_name),
                    ("last_name", changes.last_name),
                    ("image_url", changes.image_url),
                ];
                let written = fields.into_iter().filter(|(_, value)| value.is_some());
                Self::Updated {
                    card,
                    fields: written.map(|(name, _)| name).collect(),
                }
            }
        }
    }

    /// The card.
    pub fn card(&self) -> &ContactCard {
        match self {
            Self::Unchanged { card } | Self::Created { card } | Self::Updated { card, .. } => card,
        }
    }

    /// The card alone.
    pub fn into_card(self) -> ContactCard {
        match self {
            Self::Unchanged { card } | Self::Created { card } | Self::Updated { card, .. } => card,
        }
    }
}
