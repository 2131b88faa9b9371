//! A key as the user or the password of HTTP Basic (RFC 7617).

use base64_simd::STANDARD;

use crate::error::Reason;

/// Where in the pair the key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The user; the password is empty.
    User,
    /// The password; the user is not looked at.
    Password,
}

/// The key of a Basic credential: padded base64, cut at the first colon (RFC 7617 §2).
pub(super) fn key(encoded: &[u8], part: Part) -> Result<String, Reason> {
    // As much as a key of the longest kind and a user may take.
    if encoded.len() > 4 * crate::defaults::MAX_KEY_BYTES {
        return Err(Reason::CredentialMalformed);
    }
    let pair = STANDARD.decode_to_vec(encoded).map_err(|_| Reason::CredentialMalformed)?;
    let pair = String::from_utf8(pair).map_err(|_| Reason::ApiKeyMalformed)?;
    if pair.chars().any(char::is_control) {
        return Err(Reason::ApiKeyMalformed);
    }
    let (user, password) = pair.split_once(':').ok_or(Reason::CredentialMalformed)?;
    match part {
        // What else there is would be ignored, and might be a second credential.
        Part::User if !password.is_empty() => Err(Reason::ApiKeyMalformed),
        Part::User => Ok(user.to_owned()),
        Part::Password => Ok(password.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pair: &str, part: Part) -> Result<String, Reason> {
        key(STANDARD.encode_to_string(pair).as_bytes(), part)
    }

    /// RFC7617-2-a: cut at the first colon, control characters refused.
    #[test]
    fn the_pair_is_cut_at_the_first_colon() {
        assert_eq!(of("key:", Part::User).as_deref(), Ok("key"));
        assert_eq!(of("user:se:cr:et", Part::Password).as_deref(), Ok("se:cr:et"));
        assert_eq!(of(":secret", Part::Password).as_deref(), Ok("secret"));
        assert_eq!(of("key:other", Part::User), Err(Reason::ApiKeyMalformed));
        for control in ["ke\u{0}y:", "key\n:", "k\u{7f}:", "k\u{85}:"] {
            assert_eq!(of(control, Part::User), Err(Reason::ApiKeyMalformed), "{control:?}");
        }
    }

    /// RFC7617-2-a: padded base64 of the standard alphabet.
    #[test]
    fn what_is_no_base64_of_a_pair_is_malformed() {
        assert_eq!(of("no colon", Part::User), Err(Reason::CredentialMalformed));
        for text in ["a2V5Og", "a2V5Og==x", "a2V5Og=", "****", ""] {
            assert_eq!(key(text.as_bytes(), Part::User), Err(Reason::CredentialMalformed), "{text}");
        }
        assert_eq!(key(b"a2V5Og==", Part::User).as_deref(), Ok("key"));
        assert_eq!(key(&[b'A'; 4096], Part::User), Err(Reason::CredentialMalformed));
    }
}
