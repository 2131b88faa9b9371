//! Everything that we accept and the oracle refuses, with the reason why that is right.
//!
//! A difference excuses a token only if nothing else is the matter with it: the oracle has to accept the same payload
//! under a header that is mended in that one point, signed anew.

use serde_json::{Map, Value};

use crate::encoding::{base64url, decoded};
use crate::oracle::Oracle;
use crate::scene::Scene;

pub(crate) struct Difference {
    pub(crate) kind: &'static str,
    pub(crate) reason: &'static str,
    /// Makes the header one that the oracle can read; whether there was anything to mend.
    mend: fn(&mut Header, &Scene) -> bool,
}

type Header = Map<String, Value>;

pub(crate) const LISTED: &[Difference] = &[
    Difference {
        kind: "alg is Ed25519",
        reason: "RFC 9864 §2.2 registers that name for EdDSA on Ed25519; the oracle knows only the older name EdDSA",
        mend: rename_ed25519,
    },
    Difference {
        kind: "a header member that means nothing here has a type that the oracle does not expect",
        reason: "keys, certificates and thumbprints that a token brings are never used, so their syntax is not judged \
                 (RFC 7515 §4: what is not understood is ignored); `url` and `nonce` belong to ACME",
        mend: remove_mistyped,
    },
];

fn rename_ed25519(header: &mut Header, scene: &Scene) -> bool {
    if header.get("alg").is_none_or(|alg| alg != "Ed25519") {
        return false;
    }
    header.insert("alg".to_owned(), "EdDSA".into());
    if let (Some(kid), Some(key)) = (header.get_mut("kid"), scene.key_for("EdDSA")) {
        *kid = key.kid().into();
    }
    true
}

fn remove_mistyped(header: &mut Header, _: &Scene) -> bool {
    let before = header.len();
    header.retain(|name, value| match &**name {
        "jku" | "x5u" | "x5t" | "x5t#S256" | "url" | "nonce" => value.is_string() || value.is_null(),
        "x5c" => value.is_null() || value.as_array().is_some_and(|chain| chain.iter().all(Value::is_string)),
        "jwk" => value.is_null() || value.is_object(),
        _ => true,
    });
    header.len() < before
}

/// The place in [`LISTED`] of the difference that explains why we accept that token.
pub(crate) fn explaining(scene: &Scene, oracle: &Oracle, token: &str) -> Option<usize> {
    let (header, rest) = token.split_once('.')?;
    let (payload, _) = rest.split_once('.')?;
    let mut header: Header = serde_json::from_slice(&decoded(header)?).ok()?;
    let mended: Vec<bool> = LISTED.iter().map(|difference| (difference.mend)(&mut header, scene)).collect();
    let first = mended.iter().position(|mended| *mended)?;
    let key = scene.key_for(header.get("alg")?.as_str()?)?;
    let input = format!("{}.{payload}", base64url(Value::from(header).to_string()));
    let twin = format!("{input}.{}", base64url(key.sign(input.as_bytes())));
    oracle.verify(&twin).is_ok().then_some(first)
}
