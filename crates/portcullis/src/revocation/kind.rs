//! What a revocation names.

use serde::{Deserialize, Serialize};

/// What a [`Revocation`](super::Revocation) names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationKind {
    /// One token, by `jti`.
    Token,
    /// The tokens of a session, by `sid`.
    Session,
    /// The tokens of a subject from before a time, by `sub` and `iat`.
    Subject,
    /// The tokens of a client from before a time, by [`Caller::client`](crate::Caller::client) and `iat`.
    Client,
    /// One API key, by its id.
    Key,
}

impl RevocationKind {
    /// Every kind, in the order in which they are looked up.
    pub const ALL: [Self; 5] = [Self::Token, Self::Session, Self::Subject, Self::Client, Self::Key];

    /// The stable name: the label of the metric, the field of the event, and `kind` of the JSON form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Subject => "subject",
            Self::Client => "client",
            Self::Key => "key",
        }
    }

    /// What an operator is told that a caller was refused by.
    pub(super) const fn claim(self) -> &'static str {
        match self {
            Self::Token => "jti",
            Self::Session => "sid",
            Self::Subject => "sub",
            Self::Client => "client_id",
            Self::Key => "key",
        }
    }

    /// Does it spare what was issued later?
    pub(super) const fn has_a_date(self) -> bool {
        matches!(self, Self::Subject | Self::Client)
    }
}
