//! The story: one request after the other, and what is expected of each.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use portcullis_axum::portcullis::{AuthError, Reason};
use portcullis_testing::{Defect, TestServer};

use crate::client::{Answer, Client};

/// One request and its answer.
pub(crate) struct Row {
    pub(crate) request: &'static str,
    pub(crate) expected: Expected,
    pub(crate) answer: Answer,
    pub(crate) reason: Option<Reason>,
}

/// A status, and the error code of the challenge (RFC 6750 §3.1).
pub(crate) type Expected = (u16, Option<&'static str>);

const FINE: Expected = (200, None);
const UNAUTHENTICATED: Expected = (401, None);
const INVALID_REQUEST: Expected = (400, Some("invalid_request"));
const INVALID_TOKEN: Expected = (401, Some("invalid_token"));
const INSUFFICIENT_SCOPE: Expected = (403, Some("insufficient_scope"));

impl Row {
    /// Every refusal must have a challenge, with the right code or none, and nothing else may have one.
    pub(crate) fn is_as_expected(&self) -> bool {
        let challenge = &self.answer.challenge;
        let error = challenge.split("error=\"").nth(1).and_then(|rest| rest.split('"').next());
        let challenged = challenge.starts_with("Bearer ");
        (self.answer.status, error) == self.expected && challenged == (self.expected != FINE)
    }
}

/// The reason of the last refusal.
#[derive(Clone, Default)]
pub(crate) struct OperatorLog(Arc<Mutex<Option<Reason>>>);

impl OperatorLog {
    pub(crate) fn note(&self, error: &AuthError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.reason());
    }

    fn take(&self) -> Option<Reason> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What happened, and two tokens that are good for a while.
pub(crate) struct Told {
    pub(crate) rows: Vec<Row>,
    pub(crate) good: String,
    pub(crate) narrow: String,
}

pub(crate) async fn tell(client: &Client, server: &TestServer, log: &OperatorLog) -> Result<Told, Box<dyn Error>> {
    let mut story = Story { client, log, rows: Vec::new() };

    story.row("no token", &[], UNAUTHENTICATED).await?;
    let first = client.token("invoices:read", None).await?;
    story.row("a good token", &[bearer(&first)], FINE).await?;
    let narrow = client.token("invoices:list", None).await?;
    story.row("a token with too little scope", &[bearer(&narrow)], INSUFFICIENT_SCOPE).await?;

    // No server gives these out, so they are minted here.
    let minted = || server.issuer().token().scope("invoices:read");
    let expired = minted().expired().sign();
    story.row("an expired token", &[bearer(&expired)], INVALID_TOKEN).await?;
    let forged = minted().defect(Defect::ForeignKey).sign();
    story.row("a token signed by somebody else", &[bearer(&forged)], INVALID_TOKEN).await?;
    let unsigned = minted().defect(Defect::AlgNone).sign();
    story.row("an unsigned token", &[bearer(&unsigned)], INVALID_TOKEN).await?;

    let elsewhere = client.token("invoices:read", Some("https://other.example.com")).await?;
    story.row("a token for another API", &[bearer(&elsewhere)], INVALID_TOKEN).await?;
    let basic = "Basic dGVzdC1jbGllbnQ6dGVzdC1zZWNyZXQ=".to_owned();
    story.row("another scheme", &[basic], UNAUTHENTICATED).await?;
    story.row("a malformed line", &["Bearer not one token".to_owned()], INVALID_REQUEST).await?;
    story.row("two Authorization lines", &[bearer(&first), bearer(&first)], INVALID_REQUEST).await?;

    server.issuer().rotate();
    let good = client.token("invoices:read", None).await?;
    story.row("keys rotated: a new token", &[bearer(&good)], FINE).await?;
    story.row("keys rotated: the old token", &[bearer(&first)], FINE).await?;

    server.stop();
    story.row("authorization server stopped", &[bearer(&good)], FINE).await?;
    story.row("still stopped: the expired token", &[bearer(&expired)], INVALID_TOKEN).await?;
    server.resume()?;

    Ok(Told { rows: story.rows, good, narrow })
}

struct Story<'a> {
    client: &'a Client,
    log: &'a OperatorLog,
    rows: Vec<Row>,
}

impl Story<'_> {
    async fn row(&mut self, request: &'static str, lines: &[String], expected: Expected) -> Result<(), Box<dyn Error>> {
        let answer = self.client.get(lines).await?;
        self.rows.push(Row { request, expected, answer, reason: self.log.take() });
        Ok(())
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
