//! One line of the suite.

use crate::answer::Answer;
use crate::setting::{Route, Settings};
use crate::tokens::Tokens;

/// A request, and the answer that every adapter must give.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) settings: Settings,
    pub(crate) route: Route,
    /// Path and query; names of tokens as in `head`.
    pub(crate) target: &'static str,
    /// Name and value; `{alice}` in a value stands for the token of that name.
    pub(crate) head: &'static [(&'static str, &'static str)],
    pub(crate) status: u16,
    /// `WWW-Authenticate`, whole.
    pub(crate) challenge: Option<&'static str>,
    /// The caller as JSON where the request is accepted; otherwise what the settings make of a refusal.
    pub(crate) body: &'static str,
}

/// A request before it belongs to a framework.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) head: Vec<(&'static str, String)>,
}

impl Row {
    pub(crate) fn request(&self, tokens: &Tokens) -> Request {
        let head = self.head.iter().map(|(name, value)| (*name, tokens.fill(value))).collect();
        Request { method: "GET", target: tokens.fill(self.target), head }
    }

    /// The whole answer: a refusal has its challenge (503: when to come back) and is never cached, a caller is JSON.
    pub(crate) fn answer(&self) -> Answer {
        let mut fields: Vec<(&str, &[u8])> = Vec::new();
        if self.status == 200 {
            fields.extend(self.route.says().map(|(name, value)| (name, value.as_bytes())));
        } else {
            fields.push(("cache-control", b"no-store"));
            fields.extend(self.settings.content_type().map(|value| ("content-type", value.as_bytes())));
            fields.extend(self.challenge.map(|value| ("www-authenticate", value.as_bytes())));
            // The token may be good, so there is no challenge: only when to come back.
            fields.extend((self.status == 503).then_some(("retry-after", &b"5"[..])));
        }
        Answer::new(self.status, fields.into_iter(), self.body.as_bytes())
    }
}
