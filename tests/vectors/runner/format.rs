//! Which format a file has, by what is in it.

use serde_json::Value;

use super::case::Answer;
use super::{
    Unreadable, Vectors, caching, cookbook, discovery, dpop, key_documents, key_set, named_tokens, timeline, tokens,
    wycheproof,
};

/// The formats that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Wycheproof,
    Cookbook,
    Tokens,
    KeyDocuments,
    Dpop,
    NamedTokens,
    KeySet,
    Timeline,
    Discovery,
    Caching,
}

/// Unambiguous: no two of these can be true of one useful file, and the first that is true wins.
pub(super) fn recognise(json: &Value) -> Result<Format, Unreadable> {
    let has = |names: &[&str]| names.iter().all(|name| json.get(name).is_some());
    let first_case = json.get("cases").and_then(|cases| cases.get(0));
    let case_has = |name: &str| first_case.is_some_and(|case| case.get(name).is_some());
    let keys = json.get("keys");
    Ok(if has(&["testGroups"]) {
        Format::Wycheproof
    } else if case_has("proofs") || case_has("proof") {
        Format::Dpop
    } else if has(&["policy"]) && case_has("body") {
        Format::KeyDocuments
    } else if has(&["policy", "jwks"]) && case_has("jwt") {
        Format::Tokens
    } else if has(&["jwks", "tokens"]) {
        Format::NamedTokens
    } else if has(&["input", "signing", "output"]) {
        Format::Cookbook
    } else if keys.is_some_and(Value::is_array) {
        Format::KeySet
    } else if keys.is_some_and(Value::is_object) && has(&["states"]) {
        Format::Timeline
    } else if has(&["issuer"]) && (has(&["jwks_uri"]) || has(&["authorization_endpoint"]) || has(&["token_endpoint"])) {
        Format::Discovery
    } else if caching::are_headers(json) {
        Format::Caching
    } else {
        return Err(Unreadable::new("JSON, but of no format that is known here"));
    })
}

impl Format {
    /// What a list calls the format.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Wycheproof => "wycheproof",
            Self::Cookbook => "cookbook",
            Self::Tokens => "tokens",
            Self::KeyDocuments => "key-documents",
            Self::Dpop => "dpop",
            Self::NamedTokens => "named-tokens",
            Self::KeySet => "key-set",
            Self::Timeline => "timeline",
            Self::Discovery => "discovery",
            Self::Caching => "caching",
        }
    }

    pub(super) fn answers(self, vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
        match self {
            Self::Wycheproof => wycheproof::answers(vectors),
            Self::Cookbook => cookbook::answers(vectors),
            Self::Tokens => tokens::answers(vectors),
            Self::KeyDocuments => key_documents::answers(vectors),
            Self::Dpop => dpop::answers(vectors),
            Self::NamedTokens => named_tokens::answers(vectors),
            Self::KeySet => key_set::answers(vectors),
            Self::Timeline => timeline::answers(vectors),
            Self::Discovery => discovery::answers(vectors),
            Self::Caching => caching::answers(vectors),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_format_is_told_by_its_content_and_anything_else_is_not_guessed() {
        for (text, format) in [
            (json!({"testGroups": []}), Format::Wycheproof),
            (json!({"policy": {}, "cases": [{"proofs": []}]}), Format::Dpop),
            (json!({"policy": {}, "cases": [{"body": "", "tokens": []}]}), Format::KeyDocuments),
            (json!({"policy": {}, "jwks": {}, "cases": [{"jwt": ""}]}), Format::Tokens),
            (json!({"jwks": {}, "tokens": {}}), Format::NamedTokens),
            (json!({"input": {}, "signing": {}, "output": {}}), Format::Cookbook),
            (json!({"keys": []}), Format::KeySet),
            (json!({"keys": {}, "states": []}), Format::Timeline),
            (json!({"issuer": "", "jwks_uri": ""}), Format::Discovery),
            (json!({"okta/jwks": {"cache-control": "no-cache"}}), Format::Caching),
        ] {
            assert_eq!(recognise(&text), Ok(format), "{text}");
        }
        for text in [json!({}), json!([]), json!(null), json!({"keys": 1}), json!({"a/jwks": {"b": 1}}), json!("keys")]
        {
            assert!(recognise(&text).is_err(), "{text}");
        }
    }
}
