//! The two documents that every issuer serves, with their validators.

use aws_lc_rs::digest;

use crate::encoding::base64url;
use crate::issuer::TestIssuer;
use crate::script::{Answer, apply_headers};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    Discovery,
    KeySet,
}

/// 200 with an entity tag, or 304 when the caller has that very document (RFC 9110 §13.1.2).
pub(crate) fn serve(
    issuer: &TestIssuer,
    document: Document,
    if_none_match: Option<&str>,
    headers: Vec<(String, String)>,
) -> Answer {
    let body = match document {
        Document::Discovery => issuer.discovery(),
        Document::KeySet => issuer.jwks(),
    };
    let hash = digest::digest(&digest::SHA256, body.as_bytes());
    let mut answer = Answer::json(200, body).header("etag", format!("\"{}\"", base64url(&hash.as_ref()[..12])));
    apply_headers(&mut answer, headers);
    let tag = answer.field("etag");
    let held = if_none_match.unwrap_or_default();
    if tag.is_some_and(|tag| held.split(',').any(|held| held.trim() == tag)) {
        answer.status = 304;
        answer.body.clear();
        answer.headers.retain(|(name, _)| name != "content-type");
    }
    answer
}
