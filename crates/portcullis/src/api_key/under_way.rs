//! Look-ups under way: who waits for them, and what was changed here since they were asked for.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::watch;

use super::known::KnownKey;

/// By id.
pub(super) type Flights = HashMap<Box<str>, UnderWay>;

/// A look-up under way.
pub(super) struct UnderWay {
    pub(super) landing: Landing,
    pub(super) is_strange: bool,
    /// What was changed here since it was asked for.
    pub(super) changed: Changed,
}

/// What is not in an answer that was asked for before.
pub(super) enum Changed {
    Nothing,
    /// The keys of these owners, each in a tenant or in none.
    Of(Vec<(Option<String>, String)>),
    This,
}

impl Changed {
    pub(super) fn concerns(&self, answer: Option<&KnownKey>) -> bool {
        match self {
            Self::Nothing => false,
            Self::Of(owners) => {
                answer.is_some_and(|known| owners.iter().any(|(tenant, owner)| known.is_of(tenant.as_deref(), owner)))
            }
            Self::This => true,
        }
    }

    pub(super) fn add(&mut self, tenant: Option<&str>, owner: &str) {
        /// Beyond this it is asked for again, whosever it is.
        const MOST: usize = 16;
        match self {
            Self::Nothing => *self = Self::Of(vec![(tenant.map(str::to_owned), owner.to_owned())]),
            Self::Of(owners) if owners.len() < MOST => owners.push((tenant.map(str::to_owned), owner.to_owned())),
            Self::Of(_) => *self = Self::This,
            Self::This => {}
        }
    }
}

/// A look-up to be waited for.
#[derive(Clone)]
pub(super) struct Landing {
    pub(super) number: u64,
    pub(super) landed: watch::Receiver<Option<Landed>>,
}

/// How a look-up ended.
#[derive(Clone)]
pub(super) enum Landed {
    Known(Arc<KnownKey>),
    Unknown,
    Failed,
}
