//! Parts that are spelled differently, and tokens that are put together differently.

use crate::encoding::base64url;
use crate::token::{Compact, Members, TokenBuilder};

const URL_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) fn reshape(mut token: TokenBuilder, reshape: fn(Compact) -> String) -> TokenBuilder {
    token.reshape = Some(reshape);
    token
}

/// The header's octets changed, and signed so.
pub(super) fn header_octets(mut token: TokenBuilder, change: fn(String) -> Vec<u8>) -> TokenBuilder {
    token.raw_header = Some(change(token.header.render("", "")));
    token
}

/// The payload's octets changed, and signed so.
pub(super) fn payload_octets(mut token: TokenBuilder, change: fn(String) -> Vec<u8>) -> TokenBuilder {
    token.raw_payload = Some(change(token.claims.render("", "")));
    token
}

pub(super) fn respell_header(mut token: TokenBuilder, respell: fn(String) -> String) -> TokenBuilder {
    fill(&mut token.header);
    token.respell_header = Some(respell);
    token
}

pub(super) fn respell_payload(mut token: TokenBuilder, respell: fn(String) -> String) -> TokenBuilder {
    fill(&mut token.claims);
    token.respell_payload = Some(respell);
    token
}

/// Makes sure that a part has spare bits, and characters that the two alphabets write differently.
fn fill(members: &mut Members) {
    for padding in ["????>>>>", "????>>>>.", "????>>>>.."] {
        members.set_text("padding", padding);
        if !members.render("", "").len().is_multiple_of(3) {
            return;
        }
    }
}

pub(super) fn pretty(mut token: TokenBuilder) -> TokenBuilder {
    token.raw_header = Some(token.header.render("\n  ", " ").into_bytes());
    token.raw_payload = Some(token.claims.render("\r\n\t", " ").into_bytes());
    token
}

/// Same octets, other last character: one of the bits that stand for nothing is set.
pub(super) fn trailing_bits(mut part: String) -> String {
    let spare = part.len() % 4;
    let Some(last) = part.pop() else { return part };
    let place = URL_ALPHABET.iter().position(|letter| char::from(*letter) == last).unwrap_or(0);
    // Without spare bits, a character too many is the nearest thing.
    if spare == 0 {
        part.push(last);
    }
    part.push(char::from(URL_ALPHABET[place ^ 1]));
    part
}

pub(super) fn standard_alphabet(part: String) -> String {
    if part.contains(['-', '_']) {
        return part.replace('-', "+").replace('_', "/");
    }
    // A signature without any of the two; one in a million.
    part.replacen(|_: char| true, "+", 1)
}

pub(super) fn padded(part: String) -> String {
    let missing = (4 - part.len() % 4) % 4;
    part + &"=".repeat(missing.max(1))
}

/// Five characters too many of four: no octets have such a length.
pub(super) fn impossible_length(mut part: String) -> String {
    while part.len() % 4 != 1 {
        part.push('A');
    }
    part
}

pub(super) fn utf16(text: String) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

pub(super) fn with_bom(text: String) -> Vec<u8> {
    format!("\u{feff}{text}").into_bytes()
}

pub(super) fn with_trailing_text(text: String) -> Vec<u8> {
    format!("{text}x").into_bytes()
}

/// Ends the last member with an octet that UTF-8 never has.
pub(super) fn with_invalid_utf8(mut text: String) -> Vec<u8> {
    text.pop();
    [text.as_bytes(), b",\"x\":\"\xff\"}"].concat()
}

/// `/` in two octets instead of one.
pub(super) fn with_overlong_utf8(mut text: String) -> Vec<u8> {
    text.pop();
    [text.as_bytes(), b",\"x\":\"\xc0\xaf\"}"].concat()
}

pub(super) fn with_trailing_comma(mut text: String) -> Vec<u8> {
    text.pop();
    (text + ",}").into_bytes()
}

/// The token inside a token, as often as fits into twelve kibibytes.
pub(super) fn nested(mut token: TokenBuilder) -> TokenBuilder {
    let inner = token.claims.render("", "");
    token = token.header("cty", "JWT");
    let mut payload = base64url(inner);
    while payload.len() < 9 * 1024 {
        payload = base64url(format!("eyJjdHkiOiJKV1QifQ.{payload}.AA"));
    }
    token.raw_payload = Some(payload.into_bytes());
    token
}

pub(super) fn nested_once(token: TokenBuilder) -> TokenBuilder {
    let inner = token.issuer.token().sign();
    token.header("cty", "JWT").raw_payload(inner)
}

pub(super) fn json_flattened(token: Compact) -> String {
    let Compact { header, payload, signature, .. } = token;
    format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#)
}

pub(super) fn json_general(token: Compact) -> String {
    let Compact { header, payload, signature, .. } = token;
    format!(r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#)
}

/// A good token with somebody else's payload in it.
pub(super) fn grafted_payload(token: Compact) -> String {
    let other = token.issuer.token().subject("somebody-else").sign();
    let payload = other.split('.').nth(1).unwrap_or_default();
    format!("{}.{payload}.{}", token.header, token.signature)
}

/// The same claims in other octets, under the signature of the first ones.
pub(super) fn reencoded_payload(token: Compact) -> String {
    let octets = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(&token.payload).unwrap_or_default();
    format!("{}.{}.{}", token.header, base64url([b" ", octets.as_slice()].concat()), token.signature)
}

pub(super) fn grafted_signature(token: Compact) -> String {
    let other = token.issuer.token().subject("somebody-else").algorithm(token_algorithm(&token)).sign();
    let signature = other.rsplit('.').next().unwrap_or_default();
    format!("{}.{}.{signature}", token.header, token.payload)
}

fn token_algorithm(token: &Compact) -> portcullis::Algorithm {
    let octets = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(&token.header).unwrap_or_default();
    let header: serde_json::Value = serde_json::from_slice(&octets).unwrap_or_default();
    header["alg"].as_str().and_then(portcullis::Algorithm::from_name).unwrap_or(token.issuer.algorithm())
}
