//! An issuer whose documents are served word for word, and a verifier that fetches them, on one clock.

use std::future::Future;
use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::{
    Authenticator, AuthenticatorBuilder, ConfigError, DocumentError, KeyStatus, MetadataError, RefreshError,
};
use portcullis_testing::{Answer, ManualClock, ScriptedFetch};
use serde_json::{Value, json};

use super::Unreadable;
use super::case::Got;

pub(super) const ISSUER: &str = "https://issuer.test";
pub(super) const AUDIENCE: &str = "https://vectors.test";
pub(super) const KEYS_URL: &str = "https://issuer.test/keys";

pub(super) struct Network {
    pub(super) fetch: ScriptedFetch,
    pub(super) clock: ManualClock,
    pub(super) auth: Authenticator,
}

impl Network {
    pub(super) fn new(config: AuthenticatorBuilder) -> Result<Self, ConfigError> {
        let (fetch, clock) = (ScriptedFetch::for_issuers([]), ManualClock::new());
        let auth = config.fetch_with(fetch.clone()).clock(clock.clone()).build()?;
        Ok(Self { fetch, clock, auth })
    }

    /// Serves that text at that URL from now on.
    pub(super) fn serve(&self, url: &str, text: &str) {
        self.fetch.at(url).json(text);
    }

    /// Fetches what is served, and says what became of it.
    pub(super) async fn refreshed(&self) -> KeyStatus {
        self.auth.refresh().await;
        self.auth.status().remove(0)
    }

    /// Lets time pass until that URL has been fetched that often; `None` if it was not within `limit`.
    pub(super) async fn until_fetched(&self, url: &str, count: usize, limit: Duration) -> Option<Duration> {
        let start = self.clock.monotonic();
        loop {
            settle().await;
            let passed = self.clock.monotonic() - start;
            if self.fetch.count(url) >= count {
                return Some(passed);
            }
            match self.clock.until_next_wake().filter(|next| passed + *next <= limit) {
                Some(next) => self.clock.advance(next),
                None => return None,
            }
        }
    }

    /// What is told to somebody whose token names that key, and has no signature of it.
    pub(super) async fn probe(&self, kid: &str, algorithm: &str) -> Got {
        let encode = |json: Value| base64_simd::URL_SAFE_NO_PAD.encode_to_string(json.to_string());
        let header = encode(json!({ "alg": algorithm, "kid": kid }));
        let payload =
            encode(json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "nobody", "exp": ManualClock::START + 3600 }));
        let signature = base64_simd::URL_SAFE_NO_PAD.encode_to_string([0x2a; 64]);
        self.auth.verify(&format!("{header}.{payload}.{signature}")).await.into()
    }
}

/// 200 with those header fields and that text.
pub(super) fn with_fields(fields: &[(&str, &str)], text: &str) -> Answer {
    fields.iter().fold(Answer::new(200), |answer, (name, value)| answer.header(name, *value)).body(text)
}

/// Runs on this thread alone, so that what is due is done when there is nothing left to do.
pub(super) fn run<T>(work: impl Future<Output = T>) -> Result<T, Unreadable> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(runtime.map_err(|error| Unreadable(format!("no runtime: {error}")))?.block_on(work))
}

async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// A short word for why a refresh failed.
pub(super) fn refused(error: &RefreshError) -> Got {
    let document = match error {
        RefreshError::Discovery(error) | RefreshError::KeySet(error) => error,
        _ => return Got::outcome(error.to_string()),
    };
    let word = match document {
        DocumentError::Url(_) => "url",
        DocumentError::Metadata(MetadataError::NotAnObject) => "not_an_object",
        DocumentError::Metadata(MetadataError::Issuer) => "issuer",
        DocumentError::Metadata(MetadataError::NoKeySet) => "no_key_set",
        DocumentError::Keys(_) => "no_usable_key",
        _ => return Got::outcome(error.to_string()),
    };
    Got::because(word, error.to_string())
}
