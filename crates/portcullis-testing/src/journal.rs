//! What was asked of a scripted server, and how often.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Entries kept; the oldest go first. Counts by place are of what is kept, and no test sends more.
const MOST: usize = 100_000;

/// One request as it arrived. Credentials, tokens and bodies are not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, in upper case.
    pub method: String,
    /// The path without its query; for a [`ScriptedFetch`](crate::ScriptedFetch), the whole URL.
    pub path: String,
    /// The names of the header fields, in lower case, in the order received.
    pub header_names: Vec<String>,
    /// Names of form and query parameters, in the order received.
    pub parameter_names: Vec<String>,
    values: Vec<(String, String)>,
}

/// Whose values may be kept: nothing here is or holds a credential.
const HARMLESS: [&str; 11] = [
    "accept",
    "if-none-match",
    "content-type",
    "user-agent",
    "cache-control",
    "grant_type",
    "scope",
    "resource",
    "response_type",
    "code_challenge_method",
    "client_id",
];

impl RecordedRequest {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            header_names: Vec::new(),
            parameter_names: Vec::new(),
            values: Vec::new(),
        }
    }

    pub(crate) fn header(&mut self, name: &str, value: &[u8]) {
        self.header_names.push(name.into());
        self.keep(name, &String::from_utf8_lossy(value));
    }

    pub(crate) fn parameter(&mut self, name: &str, value: &str) {
        self.parameter_names.push(name.into());
        self.keep(name, value);
    }

    fn keep(&mut self, name: &str, value: &str) {
        if HARMLESS.contains(&name) {
            self.values.push((name.into(), value.into()));
        }
    }

    /// The first value of a header field or parameter that is harmless to keep: `accept`, `if-none-match`,
    /// `content-type`, `user-agent`, `cache-control`, `grant_type`, `scope`, `resource`, `response_type`,
    /// `code_challenge_method`, `client_id`. `None` for every other name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(kept, _)| kept == name).map(|(_, value)| value.as_str())
    }
}

/// Every request that arrived, oldest first. Clones are the same journal.
///
/// A request is written down before it is answered, and also when it is not answered at all.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {
    requests: Mutex<Vec<RecordedRequest>>,
    changed: watch::Sender<()>,
}

impl Journal {
    pub(crate) fn new() -> Self {
        Self { inner: Arc::new(Inner { requests: Mutex::new(Vec::new()), changed: watch::Sender::new(()) }) }
    }

    pub(crate) fn record(&self, request: RecordedRequest) {
        let mut requests = self.entries();
        if requests.len() == MOST {
            requests.remove(0);
        }
        requests.push(request);
        drop(requests);
        self.inner.changed.send_replace(());
    }

    /// All requests.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.entries().clone()
    }

    /// How many requests there were to that path, or URL.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        self.entries().iter().filter(|request| request.path == path).count()
    }

    /// How many requests there were at all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.entries().len()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.entries().clear();
    }

    /// Waits until there have been that many requests to that path, or URL. Waits for ever if they never come: give
    /// the test a limit of its own.
    pub async fn reached(&self, path: &str, count: usize) {
        let mut changed = self.inner.changed.subscribe();
        while self.count(path) < count {
            // The sender lives as long as this journal.
            let _ = changed.changed().await;
        }
    }

    fn entries(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        self.inner.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries().iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_named_and_not_kept() {
        let mut request = RecordedRequest::new("POST", "/token");
        request.header("authorization", b"Basic c2VjcmV0");
        request.header("accept", b"application/json");
        request.parameter("client_secret", "secret");
        request.parameter("code", "secret");
        request.parameter("grant_type", "client_credentials");
        assert_eq!(request.header_names, ["authorization", "accept"]);
        assert_eq!((request.value("accept"), request.value("authorization")), (Some("application/json"), None));
        assert_eq!(request.value("grant_type"), Some("client_credentials"));
        let shown = format!("{request:?}");
        assert!(!shown.contains("\"secret\"") && !shown.contains("c2Vj"), "{shown}");
    }

    #[tokio::test]
    async fn waiting_ends_with_the_request_that_was_waited_for() {
        let journal = Journal::new();
        let waiting = tokio::spawn({
            let journal = journal.clone();
            async move { journal.reached("/jwks", 2).await }
        });
        for path in ["/jwks", "/other", "/jwks"] {
            tokio::task::yield_now().await;
            assert!(!waiting.is_finished());
            journal.record(RecordedRequest::new("GET", path));
        }
        waiting.await.unwrap();
        assert_eq!((journal.count("/jwks"), journal.total()), (2, 3));
        journal.clear();
        assert_eq!(journal.total(), 0);
    }
}
