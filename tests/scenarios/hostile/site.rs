//! An issuer whose metadata and keys are at two places, either of which may turn hostile.

use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use portcullis::fetch::HttpFetch;
use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder};
use portcullis_testing::{ManualClock, TestIssuer};

use super::endpoint::Endpoint;
use super::play::{Good, ok};
use super::step::Step;

const AUTHORITY: &str = include_str!("../../vectors/tls/authority.pem");
const LOCALHOST: &str = include_str!("../../vectors/tls/localhost.pem");

/// The built-in client, which trusts one authority.
static CLIENT: LazyLock<HttpFetch> = LazyLock::new(|| {
    let builder = HttpFetch::builder().no_proxy().root_certificate_pem(AUTHORITY).only_given_root_certificates();
    builder.build().unwrap()
});

/// Which of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Metadata,
    Keys,
}

pub(crate) struct Site {
    pub(crate) issuer: TestIssuer,
    /// Stands still at the system's time, so that tokens are good by either.
    pub(crate) clock: ManualClock,
    tls: bool,
    metadata: Endpoint,
    keys: Endpoint,
    /// Where nobody is ever to be sent.
    pub(crate) elsewhere: Endpoint,
}

impl Site {
    /// Both documents served well, over TLS or without.
    pub(crate) async fn open(tls: bool) -> Self {
        let (metadata, keys, elsewhere) = (Endpoint::open().await, Endpoint::open().await, Endpoint::open().await);
        let clock = ManualClock::starting_at(SystemTime::now());
        let issuer = TestIssuer::builder().url(origin(tls, &metadata)).algorithm(Algorithm::Ed25519);
        let site = Self { issuer: issuer.clock(clock.clone()).build(), clock, tls, metadata, keys, elsewhere };
        site.turn_good(Which::Metadata);
        site.turn_good(Which::Keys);
        let served = site.server_of(Which::Keys);
        site.elsewhere.play(served);
        site
    }

    pub(crate) fn endpoint(&self, which: Which) -> &Endpoint {
        match which {
            Which::Metadata => &self.metadata,
            Which::Keys => &self.keys,
        }
    }

    pub(crate) fn turn_good(&self, which: Which) {
        self.endpoint(which).play(self.server_of(which));
    }

    /// What a play may use of what is served here at this moment.
    pub(crate) fn good(&self, which: Which) -> Good {
        Good {
            issuer: self.issuer.clone(),
            document: self.document(which)().into_bytes(),
            url: format!("{}/jwks", origin(self.tls, self.endpoint(which))),
            elsewhere: format!("{}/jwks", origin(self.tls, &self.elsewhere)),
        }
    }

    /// A resource server with the built-in client, and no keys yet.
    pub(crate) fn resource_server(&self) -> AuthenticatorBuilder {
        let builder = Authenticator::builder(self.issuer.url(), self.issuer.audience());
        builder.fetch_with(CLIENT.clone()).allow_loopback_http()
    }

    fn document(&self, which: Which) -> Arc<dyn Fn() -> String + Send + Sync> {
        let (issuer, keys) = (self.issuer.clone(), origin(self.tls, &self.keys));
        match which {
            Which::Metadata => Arc::new(move || format!(r#"{{"issuer":"{}","jwks_uri":"{keys}/jwks"}}"#, issuer.url())),
            Which::Keys => Arc::new(move || issuer.jwks()),
        }
    }

    fn server_of(&self, which: Which) -> impl Fn() -> Vec<Step> + Send + Sync + 'static {
        let (document, tls) = (self.document(which), self.tls);
        move || {
            let answer = [Step::Hear, Step::Say(ok(document().as_bytes()))];
            tls.then_some(Step::Tls(LOCALHOST)).into_iter().chain(answer).collect()
        }
    }
}

fn origin(tls: bool, endpoint: &Endpoint) -> String {
    let port = endpoint.port();
    if tls { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") }
}
