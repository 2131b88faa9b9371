//! Values that say something else: times at their edges, audiences, issuers, algorithms, key names.

use fastrand::Rng;
use portcullis::defaults::LEEWAY;

use super::Stage::Members;
use super::{Draft, Mutation, Sign, at, one_of, quoted};

pub(super) const ALL: &[Mutation] = &[
    at(Members, "time moved to an edge", move_time),
    at(Members, "time moved to an edge", move_time),
    at(Members, "time moved anywhere", move_time_anywhere),
    at(Members, "audience changed", change_audience),
    at(Members, "issuer changed", change_issuer),
    at(Members, "algorithm renamed", rename_algorithm),
    at(Members, "key named otherwise", rename_key),
    at(Members, "key and algorithm swapped", swap_key),
    at(Members, "typ changed", change_typ),
];

const TIMES: [&str; 3] = ["exp", "nbf", "iat"];

/// A second, or less, on either side of every edge there is.
fn move_time(draft: &mut Draft<'_>, rng: &mut Rng) {
    let leeway = LEEWAY.as_secs();
    let second = draft.scene.now() + one_of(rng, &[0, leeway, 3600]) + 3 - rng.u64(..6);
    let second = if rng.bool() { second - leeway } else { second };
    let time = match rng.u32(..8) {
        0 => format!("{second}.{}", one_of(rng, &["0", "5", "4", "499", "4999999", "9", "999", "9999999", "0001"])),
        1 => format!("{second}e0"),
        2 => format!("{second}0E-1"),
        3 => quoted(&second.to_string()),
        4 => format!("-{second}"),
        _ => second.to_string(),
    };
    draft.payload.set(one_of(rng, &TIMES), time);
}

fn move_time_anywhere(draft: &mut Draft<'_>, rng: &mut Rng) {
    const TIMES_OF_NO_DAY: &[&str] = &[
        "0",
        "-0",
        "-0.0",
        "-1",
        "1",
        "1e9",
        "4.1e9",
        "9e9",
        "1e18",
        "1e19",
        "1e300",
        "1e400",
        "2147483647",
        "2147483648",
        "4294967295",
        "4294967296",
        "253402300799",
        "253402300799.5",
        "253402300800",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "null",
        "true",
        "\"\"",
        "\"9999999999\"",
        "[9999999999]",
        "{\"$date\":9999999999}",
    ];
    draft.payload.set(one_of(rng, &TIMES), one_of(rng, TIMES_OF_NO_DAY));
}

fn change_audience(draft: &mut Draft<'_>, rng: &mut Rng) {
    let own = draft.scene.audience();
    let text = respelled(own, rng);
    let (own, other) = (quoted(own), quoted(&text));
    let changed = match rng.u32(..12) {
        0 => format!("[{own}]"),
        1 => format!("[{other},{own}]"),
        2 => format!("[{own},{other}]"),
        3 => format!("[{other}]"),
        4 => "[]".to_owned(),
        5 => format!("[{own},1]"),
        6 => format!("[[{own}]]"),
        7 => format!("{{{own}:{own}}}"),
        8 => format!("[{own},{own}]"),
        9 => format!("[{}{own}]", format!("{other},").repeat(50)),
        _ => other,
    };
    draft.payload.set("aud", changed);
}

fn change_issuer(draft: &mut Draft<'_>, rng: &mut Rng) {
    let own = draft.key.issuer.clone();
    match rng.u32(..5) {
        // The other issuer that is trusted, whose key this is not.
        0 => draft.payload.set_text("iss", draft.scene.other_issuer(&own)),
        1 => draft.payload.set("iss", format!("[{}]", quoted(&own))),
        2 => draft.payload.set("iss", quoted(&own).replace('/', "\\/")),
        _ => draft.payload.set_text("iss", &respelled(&own, rng)),
    }
}

/// Something like it, and not it.
fn respelled(text: &str, rng: &mut Rng) -> String {
    match rng.u32(..12) {
        0 => format!("{text}/"),
        1 => text.to_uppercase(),
        2 => text[..text.len() - 1].to_owned(),
        3 => format!("{text}x"),
        4 => format!(" {text}"),
        5 => format!("{text} https://other.test"),
        6 => text.replace("https", "http"),
        7 => String::new(),
        8 => "*".to_owned(),
        9 => format!("{text}\0"),
        10 => text.replace('.', "\u{3002}"),
        _ => "https://other.test".to_owned(),
    }
}

fn rename_algorithm(draft: &mut Draft<'_>, rng: &mut Rng) {
    const NAMES: &[&str] = &[
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
        "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448", "rs256", "RS256 ", "dir", "RSA-OAEP",
    ];
    draft.header.set_text("alg", one_of(rng, NAMES));
}

fn rename_key(draft: &mut Draft<'_>, rng: &mut Rng) {
    let own = draft.key.kid().to_owned();
    match rng.u32(..8) {
        0 => draft.header.remove("kid"),
        1 => draft.header.set_text("kid", &own.to_uppercase()),
        2 => draft.header.set_text("kid", &format!("{own}\0")),
        3 => draft.header.set_text("kid", ""),
        4 => draft.header.set_text("kid", &"k".repeat(600)),
        5 => draft.header.set_text("kid", "../../dev/null"),
        _ => {
            let kid = draft.scene.any_key(rng).kid().to_owned();
            draft.header.set_text("kid", &kid);
        }
    }
}

/// Signed by another key of the scene; the header names its algorithm, or its `kid`, or both, or neither.
fn swap_key(draft: &mut Draft<'_>, rng: &mut Rng) {
    let other = draft.scene.any_signing_key(rng);
    if rng.bool() {
        draft.header.set_text("alg", other.algorithm().name());
    }
    if rng.bool() {
        draft.header.set_text("kid", other.kid());
    }
    draft.sign = Sign::Other(other);
}

fn change_typ(draft: &mut Draft<'_>, rng: &mut Rng) {
    const TYPES: &[&str] = &[
        "JWT",
        "jwt",
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "application/jwt",
        "dpop+jwt",
        "logout+jwt",
        "",
        "x",
        "id+jwt",
    ];
    draft.header.set_text("typ", one_of(rng, TYPES));
}
