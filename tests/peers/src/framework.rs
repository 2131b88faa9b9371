//! What servers are built in.

use crate::servers::open;
use crate::{Asked, Server};

/// What a server is built in, and the time without authentication to count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    Axum,
    Axum07,
    Actix,
}

impl Framework {
    pub const ALL: [Self; 3] = [Self::Axum, Self::Axum07, Self::Actix];

    /// The row of the route without authentication.
    #[must_use]
    pub fn open(self) -> &'static str {
        match self {
            Self::Axum => "no authentication, axum 0.8",
            Self::Axum07 => "no authentication, axum 0.7",
            Self::Actix => "no authentication, actix-web 4",
        }
    }

    /// The adapter of ours to compare with: the two versions of axum have one.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::Axum | Self::Axum07 => "axum",
            Self::Actix => "actix-web",
        }
    }

    /// That route.
    #[must_use]
    pub fn build(self) -> Box<dyn Asked> {
        match self {
            Self::Axum => Box::new(Server::new(async || open::axum())),
            Self::Axum07 => Box::new(Server::new(async || open::axum07())),
            Self::Actix => Box::new(Server::new(open::actix)),
        }
    }
}
