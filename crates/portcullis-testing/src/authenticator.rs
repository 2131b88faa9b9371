//! Real authenticators that trust the test issuer: real tokens, real verification.

use std::time::SystemTime;

use portcullis::clock::Clock;
use portcullis::{Authenticator, AuthenticatorBuilder, ExportedKeys, Issuer};
use serde_json::{Value, json};

use crate::fetch::ScriptedFetch;
use crate::issuer::TestIssuer;
use crate::server::TestServer;

impl TestIssuer {
    /// An authenticator for this issuer's tokens, on this issuer's clock; no sockets.
    ///
    /// It has the keys of this moment and fetches later ones through a [`ScriptedFetch`] of its own, so that it
    /// follows a rotation inside a tokio runtime and also works outside of one.
    ///
    /// # Panics
    /// If the issuer's URL is neither https nor on loopback.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        self.authenticator_builder().build().expect("the test issuer's own configuration is valid")
    }

    /// The configuration behind [`authenticator`](Self::authenticator), for more settings.
    pub fn authenticator_builder(&self) -> AuthenticatorBuilder {
        self.trusted_as(Issuer::new(self.url(), self.audience()))
    }

    /// A configuration that trusts this issuer by rules of your own, such as a provider's:
    /// `issuer.trusted_as(Issuer::keycloak(issuer.url(), issuer.audience()))`.
    pub fn trusted_as(&self, rules: Issuer) -> AuthenticatorBuilder {
        Authenticator::trusting(rules)
            .clock(self.clock())
            .fetch_with(ScriptedFetch::new(self))
            .seed(self.exported_keys())
            .allow_loopback_http()
    }

    /// A configuration that trusts all of these issuers, on the clock of the first.
    ///
    /// # Panics
    /// If there is none.
    pub fn trusting_all(issuers: &[&Self]) -> AuthenticatorBuilder {
        let (first, others) = issuers.split_first().expect("at least one issuer");
        let rules = |issuer: &Self| Issuer::new(issuer.url(), issuer.audience());
        let mut builder = Authenticator::trusting(rules(first));
        for issuer in others {
            builder = builder.also_trust(rules(issuer));
        }
        let sources: Vec<Value> = issuers.iter().map(|issuer| issuer.exported_source()).collect();
        builder
            .clock(first.clock())
            .fetch_with(ScriptedFetch::for_issuers(issuers.iter().copied()))
            .seed(export(&sources))
            .allow_loopback_http()
    }

    /// The keys of this moment, for [`AuthenticatorBuilder::seed`].
    #[must_use]
    pub fn exported_keys(&self) -> ExportedKeys {
        export(&[self.exported_source()])
    }

    fn exported_source(&self) -> Value {
        let since = self.clock().now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        json!({
            "issuer": self.url(),
            "document": self.jwks(),
            "fetched_at": since.as_secs(),
            "url": self.jwks_url(),
        })
    }
}

impl TestServer {
    /// An authenticator for this server's tokens, on its clock, that fetches its keys over real HTTP.
    #[must_use]
    pub fn authenticator(&self) -> Authenticator {
        self.authenticator_builder().build().expect("the server's own configuration is valid")
    }

    /// The configuration behind [`authenticator`](Self::authenticator), for more settings.
    pub fn authenticator_builder(&self) -> AuthenticatorBuilder {
        let issuer = self.issuer();
        Authenticator::builder(issuer.url(), issuer.audience()).clock(issuer.clock()).allow_loopback_http()
    }
}

fn export(sources: &[Value]) -> ExportedKeys {
    let text = json!({ "version": 1, "sources": sources }).to_string();
    ExportedKeys::from_json(&text).expect("the form that an export has")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_test_issuers_are_trusted_each_with_its_own_keys() {
        let (a, b) = (TestIssuer::new(), TestIssuer::builder().url("https://other.test").seed(1).build());
        let auth = TestIssuer::trusting_all(&[&a, &b]).build().unwrap();
        assert!(auth.verify(&a.token().sign()).now().unwrap().is_ok());
        assert!(auth.verify(&b.token().sign()).now().unwrap().is_ok());
        let crossed = a.token().signed_by(&b.current_key()).kid(&a.current_kid()).sign();
        assert!(auth.verify(&crossed).now().unwrap().is_err());
    }

    #[tokio::test]
    async fn a_server_s_authenticator_accepts_its_tokens() {
        let server = TestServer::start();
        let auth = server.authenticator();
        assert!(auth.verify(&server.issuer().token().sign()).await.is_ok());
        assert!(auth.verify(&server.issuer().token().expired().sign()).await.is_err());
    }
}
