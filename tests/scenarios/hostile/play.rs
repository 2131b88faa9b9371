//! What a hostile server may do, and how it must end for the client.

use portcullis::fetch::FetchError;
use portcullis::{DocumentError, RefreshError};
use portcullis_testing::TestIssuer;

use super::step::Step;

/// One thing that a server may do instead of serving its document.
pub(crate) struct Play {
    pub(crate) name: String,
    /// What the client must take it for: any one of these.
    pub(crate) ends: &'static [Ends],
    pub(crate) act: Act,
}

type Steps = Box<dyn Fn(&Good) -> Vec<Step> + Send + Sync>;

pub(crate) enum Act {
    /// With every connection.
    Converse(Steps),
    /// There are no connections.
    Vanish,
}

/// What is served when all is well.
pub(crate) struct Good {
    pub(crate) issuer: TestIssuer,
    pub(crate) document: Vec<u8>,
    pub(crate) url: String,
    /// Another server, with the same keys.
    pub(crate) elsewhere: String,
}

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    Timeout,
    TooLarge,
    /// No connection, or no TLS.
    Connect,
    /// No HTTP.
    Broken,
    Status(u16),
    /// A whole document that is not to be used.
    Unusable,
}

impl Play {
    pub(crate) fn new(
        name: impl Into<String>,
        ends: &'static [Ends],
        steps: impl Fn(&Good) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), ends, act: Act::Converse(Box::new(steps)) }
    }
}

impl Ends {
    pub(crate) fn of(error: &RefreshError) -> Self {
        let error = match error {
            RefreshError::Discovery(error) | RefreshError::KeySet(error) => error,
            RefreshError::TookTooLong => return Self::Timeout,
            other => panic!("{other}"),
        };
        match error {
            DocumentError::Fetch(FetchError::Timeout) => Self::Timeout,
            DocumentError::Fetch(FetchError::TooLarge) => Self::TooLarge,
            DocumentError::Fetch(FetchError::Connect(_)) => Self::Connect,
            DocumentError::Fetch(_) => Self::Broken,
            DocumentError::Status(status) => Self::Status(*status),
            _ => Self::Unusable,
        }
    }
}

/// A whole answer, its length told.
pub(crate) fn ok(body: &[u8]) -> Vec<u8> {
    with_head(&format!("Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close", body.len()), body)
}

/// 200 with these field lines and this body.
pub(crate) fn with_head(fields: &str, body: &[u8]) -> Vec<u8> {
    let end = if fields.is_empty() { "\r\n" } else { "\r\n\r\n" };
    [b"HTTP/1.1 200 OK\r\n", fields.as_bytes(), end.as_bytes(), body].concat()
}
