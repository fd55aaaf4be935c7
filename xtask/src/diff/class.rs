//! How a change is judged: its class, and the way that the changed value travels.

use serde::Serialize;

/// What a change means for those who call the API, from harmless to harmful.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nothing changed.
    None,
    /// Only what people read changed, or how the same is written down.
    Documentation,
    /// Callers need not change anything.
    Compatible,
    /// No rule covers the change: it may break callers, and counts as breaking.
    Unknown,
    /// Callers may have to change something.
    Breaking,
}

impl Class {
    /// The class of a change that is compatible unless it is harmful.
    pub(crate) fn breaking_if(harmful: bool) -> Self {
        if harmful {
            Self::Breaking
        } else {
            Self::Compatible
        }
    }

    /// The name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Documentation => "documentation",
            Self::Compatible => "compatible",
            Self::Unknown => "unknown",
            Self::Breaking => "breaking",
        }
    }

    /// A sign for those who can't tell colors apart.
    pub fn sign(self) -> &'static str {
        match self {
            Self::None => "=",
            Self::Documentation => "¶",
            Self::Compatible => "✓",
            Self::Unknown => "?",
            Self::Breaking => "✕",
        }
    }

    /// Whether the change must be approved.
    pub fn needs_approval(self) -> bool {
        self >= Self::Unknown
    }
}

/// Which way a value travels, as callers of the API see it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From callers to the service.
    Sent,
    /// From the service to callers.
    Received,
    /// Both ways.
    Both,
}

impl Direction {
    /// The name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Both => "both",
        }
    }

    /// The direction of responses to what travels this way.
    pub(crate) fn reversed(self) -> Self {
        match self {
            Self::Sent => Self::Received,
            Self::Received => Self::Sent,
            Self::Both => Self::Both,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::Both }
    }
}

/// The part of the version that has to be raised.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Semver {
    /// No release is needed.
    None,
    /// The third number.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

impl Semver {
    /// The name in a report.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}
