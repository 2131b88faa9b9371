//! base64url, as JOSE writes it.

/// base64url without padding (RFC 7515 §2).
pub(crate) fn base64url(octets: impl AsRef<[u8]>) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets)
}

/// A JSON string literal.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
