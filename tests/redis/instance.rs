//! One instance of a service: a list, what keeps it in step, and an authenticator with a cache.

use std::future::Future;
use std::time::{Duration, SystemTime};

use portcullis::{Algorithm, Authenticator, Issuer, Reason, RevocationKind, Revocations};
use portcullis_redis::{RedisRevocations, RedisRevocationsBuilder, StartError};
use portcullis_testing::TestIssuer;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const REVOKED: Result<(), Reason> = Err(Reason::TokenRevoked);
pub(crate) const UNAVAILABLE: Result<(), Reason> = Err(Reason::RevocationsUnavailable);

pub(crate) struct Instance {
    pub(crate) list: Revocations,
    pub(crate) shared: RedisRevocations,
    pub(crate) auth: Authenticator,
}

pub(crate) fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithm(Algorithm::Ed25519).build()
}

/// Looks often, so that tests end soon.
pub(crate) fn quick(url: &str) -> RedisRevocationsBuilder {
    RedisRevocations::builder(url).look_every(Duration::from_millis(20)).timeout(Duration::from_millis(500))
}

impl Instance {
    /// In step.
    pub(crate) async fn connect(url: &str, issuer: &TestIssuer) -> Self {
        Self::with(quick(url), issuer).await.expect("a Redis that works")
    }

    pub(crate) async fn with(settings: RedisRevocationsBuilder, issuer: &TestIssuer) -> Result<Self, StartError> {
        let list = Revocations::with_clock(issuer.clock());
        let shared = settings.connect(&list).await?;
        Ok(Self::of(list, shared, issuer))
    }

    /// In step or not.
    pub(crate) fn start(url: &str, issuer: &TestIssuer) -> Self {
        let list = Revocations::with_clock(issuer.clock());
        let shared = quick(url).start(&list).expect("good settings");
        Self::of(list, shared, issuer)
    }

    fn of(list: Revocations, shared: RedisRevocations, issuer: &TestIssuer) -> Self {
        let rules = Issuer::new(issuer.url(), issuer.audience()).key_set(issuer.jwks());
        let auth = Authenticator::trusting(rules).clock(issuer.clock()).revocations(list.clone());
        Self { list, shared, auth: auth.build().expect("a good configuration") }
    }

    pub(crate) fn decide(&self, token: &str) -> Result<(), Reason> {
        let outcome = self.auth.verify(token).now().expect("decided without waiting");
        outcome.map(drop).map_err(|error| error.reason())
    }

    pub(crate) async fn refuses(&self, token: &str) {
        until(|| self.decide(token) == REVOKED).await;
    }

    /// Accepts it, and knows it from then on.
    pub(crate) fn assert_accepts(&self, token: &str) {
        assert_eq!([self.decide(token), self.decide(token)], [Ok(()); 2]);
    }

    pub(crate) fn knows_key(&self, id: &str) -> bool {
        let snapshot = self.list.snapshot();
        snapshot.iter().any(|one| one.kind() == RevocationKind::Key && one.value() == id)
    }
}

pub(crate) fn token(issuer: &TestIssuer, jti: &str) -> String {
    issuer.token().claim("jti", jti).subject("somebody").expires_in(100 * HOUR).sign()
}

/// By the clock of Redis, which drops what has ended and cannot be moved: the issuer's stands in its past.
pub(crate) fn later() -> SystemTime {
    SystemTime::now() + 100 * HOUR
}

/// Returns as soon as it is so. Another process does it, at its own pace: there is no clock that could be moved.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    promptly(waiting).await;
}

/// Fails instead of hanging.
pub(crate) async fn promptly<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("an end within the guard time")
}

/// To do what no instance does.
pub(crate) struct Hand(redis::aio::MultiplexedConnection);

impl Hand {
    pub(crate) async fn on(url: &str) -> Self {
        let client = redis::Client::open(url).expect("a good address");
        Self(client.get_multiplexed_async_connection().await.expect("a Redis that works"))
    }

    pub(crate) async fn ask<T: redis::FromRedisValue>(&mut self, command: &str) -> T {
        let mut words = command.split(' ');
        let mut command = redis::cmd(words.next().expect("a command"));
        for word in words {
            command.arg(word);
        }
        self.run(&command).await
    }

    pub(crate) async fn run<T: redis::FromRedisValue>(&mut self, command: &redis::Cmd) -> T {
        command.query_async(&mut self.0).await.expect("a command that works")
    }
}

pub(crate) const ENTRIES: &str = "{portcullis}:revocations";
pub(crate) const STATE: &str = "{portcullis}:revocations:state";
pub(crate) const CHANNEL: &str = "{portcullis}:revocations:added";
