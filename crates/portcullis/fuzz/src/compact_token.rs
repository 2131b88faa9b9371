//! A token through the whole verifier.
//!
//! Input: one octet that says how the rest becomes a token. `r`: it is the token. `s`: header, payload and signature,
//! each ended by a line feed. Anything else: header and payload, which the harness signs, so that what comes after the
//! signature is reached: `h`, `i`, `j` by HMAC, `e` by ECDSA, `d` by EdDSA. The same in upper case: the clock comes first,
//! in eight octets (seconds from 1970, signed).

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use portcullis::{Algorithm, AuthError, Authentication, Authenticator, RegisteredClaims};

use crate::allocation::bounded;
use crate::clock;
use crate::oracle::Oracle;
use crate::setting::{self, SigningKeys};

struct Setting {
    auth: Authenticator,
    keys: SigningKeys,
    oracle: Oracle,
}

static SETTING: LazyLock<Setting> =
    LazyLock::new(|| Setting { auth: setting::authenticator(), keys: SigningKeys::new(), oracle: Oracle::new() });

pub fn check(input: &[u8]) {
    is_accepted(input);
}

/// Whether the input is a token that gets in; with every check of it.
pub fn is_accepted(input: &[u8]) -> bool {
    LazyLock::force(&SETTING);
    let Some(token) = token(input) else { return false };
    // The lists of strings on a path grow by doubling, so that old and new stand side by side.
    match bounded(token.len(), 64, || verify(&token)) {
        Ok(authentication) => {
            let caller = authentication.caller().expect("a token is somebody's");
            SETTING.oracle.agrees(&token, caller);
            has_one_spelling(&token);
            no_other_token_is_it(&token);
            no_respelling_is_it(&token);
            // What the policy has passed fits the types that the library offers for it.
            assert!(authentication.principal::<RegisteredClaims>().is_ok(), "{}", caller.claims_json());
            true
        }
        Err(error) => {
            is_refused_in_order(&token, &error);
            false
        }
    }
}

fn verify(token: &str) -> Result<Authentication, AuthError> {
    SETTING.auth.verify(token).now().expect("its keys are fixed")
}

/// The token that an input stands for; sets the clock.
pub(crate) fn token(input: &[u8]) -> Option<String> {
    let (how, mut rest) = input.split_first()?;
    clock::set(clock::NOW);
    if how.is_ascii_uppercase() {
        let (seconds, after) = rest.split_first_chunk::<8>()?;
        clock::set(i64::from_le_bytes(*seconds));
        rest = after;
    }
    let how = how.to_ascii_lowercase();
    if how == b'r' {
        return String::from_utf8(rest.to_vec()).ok();
    }
    let mut lines = rest.splitn(3, |octet| *octet == b'\n');
    let (header, payload) = (lines.next()?, lines.next().unwrap_or_default());
    let message = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(payload));
    let keys = &SETTING.keys;
    let signature = match how {
        b's' => lines.next().unwrap_or_default().to_vec(),
        b'e' => keys.p256(message.as_bytes()),
        b'd' => keys.ed25519(message.as_bytes()),
        b'i' => setting::hmac(Algorithm::HS384, message.as_bytes()),
        b'j' => setting::hmac(Algorithm::HS512, message.as_bytes()),
        _ => setting::hmac(Algorithm::HS256, message.as_bytes()),
    };
    Some(format!("{message}.{}", BASE64URL.encode(signature)))
}

fn is_refused_in_order(token: &str, error: &AuthError) {
    let refusal = SETTING.auth.refuse(error);
    assert_eq!(refusal.status, 401, "{error:?}");
    setting::is_orderly(&refusal);
    // With the signature of a token one has the token.
    if let Some((_, signature)) = token.rsplit_once('.').filter(|(_, signature)| signature.len() > 40) {
        setting::keeps_secret(error, signature);
        setting::keeps_secret(&error.to_string(), signature);
        setting::keeps_secret(&refusal, signature);
    }
}

/// Decoding and encoding again, by another library, gives the same token.
fn has_one_spelling(token: &str) {
    let again: Vec<String> = token
        .split('.')
        .map(|part| BASE64URL.encode(BASE64URL.decode(part).expect("an accepted token is base64url")))
        .collect();
    assert_eq!(again.len(), 3);
    assert_eq!(again.join("."), token);
}

/// Changing, adding or leaving out one character gives a token that is refused. Some of the places only.
fn no_other_token_is_it(token: &str) {
    const CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/~ ";
    let mut random = fnv(token.as_bytes());
    let mut draw = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let last = token.len() - 1;
    // The last character is the one with spare bits.
    for (place, kind) in [(draw(token.len()), 0), (last, 0), (draw(token.len()), 1), (draw(token.len()), 2)] {
        let mut other = token.as_bytes().to_vec();
        let character = CHARACTERS[draw(CHARACTERS.len())];
        match kind {
            0 => other[place] = character,
            1 => other.insert(place, character),
            _ => drop(other.remove(place)),
        }
        is_refused_beside(&String::from_utf8(other).expect("ASCII"), token);
    }
}

/// What lenient decoders take for the same: padding, white space, the other alphabet, spare bits, further parts.
fn no_respelling_is_it(token: &str) {
    let parts: Vec<&str> = token.split('.').collect();
    for place in 0..parts.len() {
        let with = |part: String| {
            let mut parts = parts.clone();
            parts[place] = &part;
            is_refused_beside(&parts.join("."), token);
        };
        let part = parts[place];
        let (rest, last) = part.split_at(part.len() - 1);
        for ending in ["=", "==", " ", "\n", "\0"] {
            with(format!("{part}{ending}"));
        }
        with(format!(" {part}"));
        with(part.replace('-', "+").replace('_', "/"));
        with(format!("{rest}{}", char::from(last.as_bytes()[0] + 1)));
    }
    is_refused_beside(&format!("{token}."), token);
    is_refused_beside(&format!(".{token}"), token);
}

fn is_refused_beside(other: &str, token: &str) {
    assert!(other == token || verify(other).is_err(), "{other} is accepted beside {token}");
}

fn fnv(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3))
}
