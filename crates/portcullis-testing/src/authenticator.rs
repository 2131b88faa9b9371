//! A real authenticator that trusts the test issuer: real tokens, real verification, no sockets.

use std::time::SystemTime;

use portcullis::clock::Clock;
use portcullis::{Authenticator, AuthenticatorBuilder, ExportedKeys, Issuer};
use serde_json::json;

use crate::fetch::ScriptedFetch;
use crate::issuer::TestIssuer;

impl TestIssuer {
    /// An authenticator for this issuer's tokens, on this issuer's clock.
    ///
    /// It has the keys of this moment and fetches later ones through a [`ScriptedFetch`] of its own, so that it
    /// follows a rotation inside a tokio runtime and also works outside of one.
    ///
    /// # Panics
    /// Never for an issuer whose URL is https, as it is by default.
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
        let builder = Authenticator::trusting(rules).clock(self.clock()).fetch_with(ScriptedFetch::new(self));
        builder.seed(self.exported_keys())
    }

    /// The keys of this moment, for [`AuthenticatorBuilder::seed`].
    ///
    /// # Panics
    /// Never: the export is written in the form that is read.
    #[must_use]
    pub fn exported_keys(&self) -> ExportedKeys {
        let since = self.clock().now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let source = json!({
            "issuer": self.url(),
            "document": self.jwks(),
            "fetched_at": since.as_secs(),
            "url": self.jwks_url(),
        });
        ExportedKeys::from_json(&json!({ "version": 1, "sources": [source] }).to_string())
            .expect("the form of an export")
    }
}
