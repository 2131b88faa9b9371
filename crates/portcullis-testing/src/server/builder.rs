//! Settings of a scripted server.

use std::sync::Arc;

use super::clients::{Client, Clients, Codes};
use super::listen::{self, Listener};
use super::{Handle, State, TestServer};
use crate::issuer::{TestIssuer, TestIssuerBuilder};
use crate::journal::Journal;
use crate::script::Playbook;

/// A form of the discovery document's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WellKnown {
    /// `/.well-known/oauth-authorization-server` between host and path (RFC 8414 §3).
    OAuth,
    /// `/.well-known/openid-configuration` after the path (OpenID Connect Discovery §4).
    OpenId,
    /// `/.well-known/openid-configuration` between host and path (RFC 8414 §5).
    OpenIdInserted,
}

impl WellKnown {
    /// The path for an issuer with that path, which has no slash at its end.
    pub(super) fn path(self, issuer: &str) -> String {
        match self {
            Self::OAuth => format!("/.well-known/oauth-authorization-server{issuer}"),
            Self::OpenId => format!("{issuer}/.well-known/openid-configuration"),
            Self::OpenIdInserted => format!("/.well-known/openid-configuration{issuer}"),
        }
    }
}

/// Builds a [`TestServer`].
#[derive(Debug, Clone)]
#[must_use]
pub struct TestServerBuilder {
    issuer: TestIssuerBuilder,
    path: String,
    well_known: Vec<WellKnown>,
    user: String,
    clients: Vec<Client>,
}

impl TestServerBuilder {
    pub(super) fn new() -> Self {
        Self {
            // Whoever speaks real HTTP lives in real time, unless told otherwise.
            issuer: TestIssuer::builder().real_time(),
            path: String::new(),
            well_known: vec![WellKnown::OAuth, WellKnown::OpenId, WellKnown::OpenIdInserted],
            user: "test-user".into(),
            clients: vec![Client::confidential("test-client", "test-secret")],
        }
    }

    /// Settings of its issuing half: algorithm, audience, clock, seed. The URL is the server's own. Default: its time is
    /// the system's; give it a [`ManualClock`](crate::ManualClock) to stop it.
    pub fn issuer(mut self, configure: impl FnOnce(TestIssuerBuilder) -> TestIssuerBuilder) -> Self {
        self.issuer = configure(self.issuer);
        self
    }

    /// Gives the issuer a path: `/tenant`, or `/tenant/` for an issuer that ends in a slash. Default: none.
    pub fn path(mut self, path: &str) -> Self {
        self.path = path.into();
        self
    }

    /// Serves discovery only under these forms. Default: all.
    pub fn serve_forms(mut self, forms: impl IntoIterator<Item = WellKnown>) -> Self {
        self.well_known = forms.into_iter().collect();
        self
    }

    /// The user who approves at the authorization endpoint: `sub` of the tokens. Default: `test-user`.
    pub fn user(mut self, subject: &str) -> Self {
        self.user = subject.into();
        self
    }

    /// Registers a client with a secret, for `client_credentials`; it authenticates by HTTP Basic or in the form.
    pub fn client(mut self, id: &str, secret: &str) -> Self {
        self.clients.push(Client::confidential(id, secret));
        self
    }

    /// Registers a client without a secret, for `authorization_code` with PKCE, and its one redirect URI.
    pub fn public_client(mut self, id: &str, redirect_uri: &str) -> Self {
        self.clients.push(Client::public(id, redirect_uri));
        self
    }

    /// The server, listening.
    ///
    /// # Panics
    ///
    /// When the system has no free port on loopback, or no thread.
    #[must_use]
    pub fn start(self) -> TestServer {
        let (socket, address) = listen::bind().expect("loopback has a free port");
        let state = Arc::new(State {
            issuer: self.issuer.url(format!("http://{address}{}", self.path)).build(),
            path: self.path.trim_end_matches('/').into(),
            well_known: self.well_known,
            user: self.user,
            clients: Clients::new(self.clients),
            codes: Codes::new(),
            playbook: Playbook::new(),
            journal: Journal::new(),
        });
        let listener = Listener::start(socket, address, state.clone()).expect("the system has a thread to spare");
        TestServer { inner: Arc::new(Handle { state, listener }) }
    }
}
