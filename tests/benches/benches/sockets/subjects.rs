//! What is measured: which server, sent which tokens.

use std::io;

use axum::Router;
use axum::routing::get;
use portcullis::Authenticator;
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_benches::Mint;

/// Different tokens, where there are many.
pub(crate) const MANY: usize = 10_000;

/// One row of the table.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    /// How many different tokens are sent, in turn.
    pub(crate) tokens: usize,
    pub(crate) application: Router,
    /// The one without auth that is sent the same.
    pub(crate) baseline: &'static str,
    auth: Option<Authenticator>,
}

pub(crate) const OPEN_ONE: &str = "no auth, one token";
pub(crate) const OPEN_MANY: &str = "no auth, 10,000 tokens";

impl Subject {
    /// All that are compared.
    pub(crate) fn all(mint: &Mint) -> Vec<Self> {
        vec![
            Self::open(OPEN_ONE, 1),
            Self::open(OPEN_MANY, MANY),
            Self::guarded("hit, one token", 1, OPEN_ONE, mint, MANY),
            Self::guarded("hit, 10,000 tokens", MANY, OPEN_MANY, mint, MANY),
            Self::guarded("miss, 10,000 tokens", MANY, OPEN_MANY, mint, 0),
        ]
    }

    /// The server without auth. It is sent the tokens all the same, and reads them as it reads every header field.
    fn open(name: &'static str, tokens: usize) -> Self {
        let application = Router::new().route("/", get(answer));
        Self { name, tokens, application, baseline: name, auth: None }
    }

    /// The same server, for callers with a good token.
    fn guarded(name: &'static str, tokens: usize, baseline: &'static str, mint: &Mint, cached: usize) -> Self {
        let auth = mint.published().authenticator().cached_tokens(cached).build().expect("the configuration is valid");
        let answer = |_: Authenticated| answer();
        let application = Router::new().route("/", get(answer)).layer(AuthLayer::new(auth.clone()));
        Self { name, tokens, application, baseline, auth: Some(auth) }
    }

    /// Fails unless its tokens were found in its cache, if it has one: a figure of something else would be worse than
    /// none.
    ///
    /// # Errors
    /// When they were not.
    pub(crate) fn check(&self) -> io::Result<()> {
        let Some(status) = self.auth.as_ref().map(Authenticator::cache_status).filter(|status| status.capacity > 0)
        else {
            return Ok(());
        };
        // Each was verified once, in the round that warmed up, or twice if two connections had it at once.
        if status.misses <= self.tokens as u64 * 2 && status.hits > status.misses {
            return Ok(());
        }
        Err(io::Error::other(format!("{}: {status:?}", self.name)))
    }
}

/// As little as a health check answers, so that what is left of a request is the framework's.
async fn answer() -> &'static str {
    "well"
}
