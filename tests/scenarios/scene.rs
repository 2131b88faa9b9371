//! One issuer, its scripted endpoints and a verifier, all on one clock.

use std::future::Future;
use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, KeyStatus, Reason, Refusal};
use portcullis_testing::{ManualClock, Script, ScriptedFetch, TestIssuer};

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) const fn minutes(minutes: u64) -> Duration {
    seconds(60 * minutes)
}

pub(crate) const fn hours(hours: u64) -> Duration {
    minutes(60 * hours)
}

pub(crate) struct Scene {
    pub(crate) issuer: TestIssuer,
    pub(crate) fetch: ScriptedFetch,
    pub(crate) clock: ManualClock,
    pub(crate) auth: Authenticator,
}

impl Scene {
    /// Nothing fetched yet.
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(configure: impl FnOnce(AuthenticatorBuilder) -> AuthenticatorBuilder) -> Self {
        let issuer = TestIssuer::builder().algorithm(Algorithm::Ed25519).build();
        let (fetch, clock) = (ScriptedFetch::new(&issuer), issuer.clock());
        let builder = Authenticator::builder(issuer.url(), issuer.audience());
        let auth = configure(builder.clock(clock.clone()).fetch_with(fetch.clone())).build().unwrap();
        Self { issuer, fetch, clock, auth }
    }

    /// With the issuer's first keys.
    pub(crate) async fn started() -> Self {
        let scene = Self::new();
        scene.start().await;
        scene
    }

    pub(crate) async fn start(&self) {
        assert_eq!(ask(&self.auth, &self.token()).await, Ok(()));
        assert_eq!(self.fetches(), 1);
    }

    /// A good token of this moment.
    pub(crate) fn token(&self) -> String {
        self.issuer.token().sign()
    }

    pub(crate) fn keys(&self) -> Script {
        self.fetch.at(&self.issuer.jwks_url())
    }

    /// How often the key set was asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.fetch.count(&self.issuer.jwks_url())
    }

    pub(crate) async fn ask(&self, token: &str) -> Result<(), Reason> {
        ask(&self.auth, token).await
    }

    pub(crate) fn decide(&self, token: &str) -> Result<(), Reason> {
        decide(&self.auth, token)
    }

    pub(crate) fn status(&self) -> KeyStatus {
        self.auth.status().remove(0)
    }

    pub(crate) async fn pass(&self, duration: Duration) {
        pass(&self.clock, duration).await;
    }
}

/// What a request with that token is told, after whatever wait.
pub(crate) async fn ask(auth: &Authenticator, token: &str) -> Result<(), Reason> {
    promptly(auth.verify(token)).await.map(drop).map_err(|error| error.reason())
}

/// The same for a request that must not wait.
pub(crate) fn decide(auth: &Authenticator, token: &str) -> Result<(), Reason> {
    let outcome = auth.verify(token).now().expect("decided without waiting");
    outcome.map(drop).map_err(|error| error.reason())
}

/// The answer to a request that is refused.
pub(crate) async fn refusal(auth: &Authenticator, token: &str) -> Refusal {
    auth.refuse(&promptly(auth.verify(token)).await.expect_err("refused"))
}

/// PC-RSP-2, DEC-10: 503 says when to come back, and says nothing against the token.
pub(crate) fn assert_unavailable(refusal: &Refusal) {
    assert_eq!(refusal.status, 503);
    let field = |name: &str| refusal.headers.iter().find(|(field, _)| *field == name).map(|(_, value)| value);
    let retry_after: u64 = field("retry-after").expect("Retry-After").parse().expect("seconds");
    assert!((1..=60).contains(&retry_after), "{retry_after}");
    assert_eq!(field("www-authenticate"), None);
}

/// Fails instead of hanging.
pub(crate) async fn promptly<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(seconds(60), future).await.expect("an end within the guard time")
}

/// Lets every task of this thread's runtime run until none has anything to do.
pub(crate) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// Lets time pass, from one sleeper to the next, and everybody do what is due.
pub(crate) async fn pass(clock: &ManualClock, duration: Duration) {
    let until = clock.monotonic() + duration;
    settle().await;
    loop {
        let left = until - clock.monotonic();
        clock.advance(clock.until_next_wake().map_or(left, |next| next.min(left)));
        settle().await;
        if clock.monotonic() == until {
            return;
        }
    }
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
