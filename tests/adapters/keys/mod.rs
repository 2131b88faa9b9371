//! API keys and personal access tokens through every adapter: the same callers, policies and refusals as for tokens.

mod caching;
mod guest;
mod injected;
mod matrix;
mod outage;
mod places;
mod refusals;
mod weakening;

use portcullis::api_key::ApiKeys;
use portcullis::{Algorithm, AuthenticatorBuilder};
use portcullis_testing::{IssuedKey, TestIssuer, TestKeys};

use crate::answer::Answer;
use crate::drivers::Driver;
use crate::row::Request;
use crate::setting::Route;

const BEARER: &str = "Bearer realm=\"api\"";
const API_KEY: &str = "ApiKey realm=\"api\"";
const BASIC: &str = "Basic realm=\"api\", charset=\"UTF-8\"";
const INVALID_REQUEST: &str = "Bearer realm=\"api\", error=\"invalid_request\"";
const INVALID_TOKEN: &str = "Bearer realm=\"api\", error=\"invalid_token\"";
const DENIED: &str = "Bearer realm=\"api\", error=\"insufficient_scope\"";

/// An issuer, keys on its clock, and how both are taken.
struct Scene {
    issuer: TestIssuer,
    keys: TestKeys,
    configure: Box<dyn Fn(AuthenticatorBuilder) -> AuthenticatorBuilder>,
}

impl Scene {
    fn new() -> Self {
        Self::with(|config| config)
    }

    fn with(configure: impl Fn(AuthenticatorBuilder) -> AuthenticatorBuilder + 'static) -> Self {
        // Short tokens: one that is longer than any key is told from one by that alone.
        let issuer = TestIssuer::builder().algorithm(Algorithm::ES256).build();
        Self { keys: TestKeys::new(&issuer), issuer, configure: Box::new(configure) }
    }

    fn configured(&self, keys: ApiKeys) -> AuthenticatorBuilder {
        let rules = portcullis::Issuer::new(self.issuer.url(), self.issuer.audience()).tenant_from(["tenant"]);
        (self.configure)(self.issuer.trusted_as(rules).api_keys(keys))
    }

    /// The one answer of all adapters: each with an authenticator that has looked up nothing, and once more when it has.
    async fn answer(&self, route: Route, request: &Request) -> Answer {
        let mut answers = Vec::new();
        for driver in Driver::ALL {
            let auth = self.configured(self.keys.elsewhere()).build().expect("a good configuration");
            for time in ["the first time", "the second time"] {
                answers.push((driver, time, driver.send(auth.clone(), route, request).await));
            }
        }
        let (_, _, first) = &answers[0];
        for (driver, time, answer) in &answers {
            assert_eq!(answer, first, "{driver:?}, {time}");
        }
        first.clone()
    }

    /// Of a request with these field lines.
    async fn of(&self, route: Route, head: &[(&'static str, &str)]) -> Answer {
        self.answer(route, &get("/", head)).await
    }

    fn key(&self) -> IssuedKey {
        self.keys.api_key("billing").create()
    }
}

fn get(target: &str, head: &[(&'static str, &str)]) -> Request {
    let head = head.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Request { method: "GET", target: target.to_owned(), head }
}

/// A refusal with these challenges, whole.
fn refused(status: u16, challenges: &[&str]) -> Answer {
    let mut fields: Vec<(&str, &[u8])> = vec![("cache-control", b"no-store")];
    fields.extend(challenges.iter().map(|challenge| ("www-authenticate", challenge.as_bytes())));
    fields.extend((status == 503).then_some(("retry-after", &b"5"[..])));
    Answer::new(status, fields.into_iter(), b"")
}

/// What a route without rights answers to a key that is not good, or to none.
fn unauthorized() -> Answer {
    refused(401, &[BEARER, API_KEY])
}
