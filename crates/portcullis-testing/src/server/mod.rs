//! An authorization server on loopback.

mod authorize;
mod body;
mod builder;
mod clients;
mod exchange;
mod form;
mod listen;
mod token;

pub use builder::{TestServerBuilder, WellKnown};

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::issuer::TestIssuer;
use crate::journal::Journal;
use crate::script::{EVERYWHERE, Playbook, Script};
use clients::{Clients, Codes};
use listen::Listener;

/// A place of the server that can be scripted and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// The discovery document, at each of its well-known paths.
    Discovery,
    /// The key set.
    Jwks,
    /// The token endpoint.
    Token,
    /// The authorization endpoint.
    Authorize,
}

impl Endpoint {
    fn place(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Jwks => "jwks",
            Self::Token => "token",
            Self::Authorize => "authorize",
        }
    }
}

/// A scripted authorization server that speaks real HTTP/1.1 on 127.0.0.1, on a port of the system's choice.
///
/// It has a thread and a runtime of its own, so it lives on when a test's runtime does not, and ends when the last
/// handle is dropped. Clones are handles to the same server. What it serves:
///
/// | path, below the issuer | what |
/// |---|---|
/// | the well-known ones | discovery (RFC 8414 §3, OpenID Connect Discovery §4), at all forms of path |
/// | `/jwks` | the key set, with `ETag` and 304 |
/// | `/token` | `client_credentials` and `authorization_code` with PKCE (RFC 6749 §4.4 and §4.1.3, RFC 7636) |
/// | `/authorize` | the authorization endpoint; approves at once for the configured user (RFC 6749 §4.1.1, RFC 9207) |
///
/// A client `test-client` with the secret `test-secret` is there from the start. `resource` (RFC 8707) chooses the
/// audience of a token; without it, it is the issuer's.
///
/// ```
/// use portcullis_testing::{Endpoint, TestServer};
///
/// let server = TestServer::start();
/// server.at(Endpoint::Jwks).times(3).status(503);
/// server.issuer().rotate();
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// assert_eq!(server.count(Endpoint::Jwks), 0);
/// ```
#[derive(Clone)]
pub struct TestServer {
    inner: Arc<Handle>,
}

struct Handle {
    state: Arc<State>,
    listener: Listener,
}

/// What the handle and the server's thread share.
struct State {
    issuer: TestIssuer,
    /// The issuer's path, without a slash at the end.
    path: String,
    well_known: Vec<WellKnown>,
    user: String,
    clients: Clients,
    codes: Codes,
    playbook: Arc<Playbook>,
    journal: Journal,
}

impl TestServer {
    /// A server with default settings.
    ///
    /// # Panics
    ///
    /// When the system has no free port on loopback, or no thread.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// A server with other settings.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::new()
    }

    /// Its issuer identifier: `http://127.0.0.1:PORT`, and the path if one was set. Plain http, so what is under test
    /// must have been told to allow that for loopback.
    #[must_use]
    pub fn url(&self) -> &str {
        self.state().issuer.url()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.inner.listener.address()
    }

    /// Its issuing half: for rotating and withdrawing keys, moving the clock, and minting tokens without a request.
    #[must_use]
    pub fn issuer(&self) -> &TestIssuer {
        &self.state().issuer
    }

    /// The URL of the token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}/token", self.issuer().base())
    }

    /// The URL of the authorization endpoint.
    #[must_use]
    pub fn authorize_url(&self) -> String {
        format!("{}/authorize", self.issuer().base())
    }

    /// Scripts one endpoint.
    pub fn at(&self, endpoint: Endpoint) -> Script {
        self.state().playbook.at(endpoint.place())
    }

    /// Scripts every endpoint that has no script of its own.
    pub fn everywhere(&self) -> Script {
        self.state().playbook.at(EVERYWHERE)
    }

    /// The requests that arrived, those to unknown paths too.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.state().journal
    }

    /// How many requests there were to that endpoint.
    #[must_use]
    pub fn count(&self, endpoint: Endpoint) -> usize {
        let state = self.state();
        state.journal.requests().iter().filter(|request| state.endpoint(&request.path) == Some(endpoint)).count()
    }

    /// Refuses connections from now on, and closes those there are: a hard outage. Returns once nothing listens.
    pub fn stop(&self) {
        self.inner.listener.stop();
    }

    /// Listens again, on the same port, after [`stop`](Self::stop).
    ///
    /// # Errors
    ///
    /// When something else has taken the port in the meantime.
    pub fn resume(&self) -> std::io::Result<()> {
        self.inner.listener.resume()
    }

    fn state(&self) -> &State {
        &self.inner.state
    }
}

impl State {
    fn endpoint(&self, path: &str) -> Option<Endpoint> {
        if let Some(rest) = path.strip_prefix(&self.path) {
            match rest {
                "/jwks" => return Some(Endpoint::Jwks),
                "/token" => return Some(Endpoint::Token),
                "/authorize" => return Some(Endpoint::Authorize),
                _ => {}
            }
        }
        self.well_known.iter().any(|form| form.path(&self.path) == path).then_some(Endpoint::Discovery)
    }
}

impl fmt::Debug for TestServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer").field("issuer", self.issuer()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
