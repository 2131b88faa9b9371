//! Members dropped, doubled, retyped, escaped, renamed, nested, added.

use fastrand::Rng;

use super::Stage::Members;
use super::{Draft, Member, Mutation, Object, at, one_of, quoted};

pub(super) const ALL: &[Mutation] = &[
    at(Members, "member dropped", drop_one),
    at(Members, "member doubled", double),
    at(Members, "member retyped", retype),
    at(Members, "name escaped", escape_name),
    at(Members, "value escaped", escape_value),
    at(Members, "name in other case", recase),
    at(Members, "value nested", nest),
    at(Members, "members in other order", reorder),
    at(Members, "header member added", add_to_header),
    at(Members, "header member of any type added", add_any_to_header),
    at(Members, "claim added", add_claim),
];

/// Values of every JSON type, and some of none.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "1e3",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"x\"",
    "[]",
    "{}",
    "[null]",
    "[\"x\"]",
    "[1,\"x\"]",
    "{\"x\":1}",
    "{\"x\":1,\"x\":2}",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "01",
    "NaN",
    "'x'",
    "\"x",
    "",
    "[1,]",
    "0x10",
];

fn either<'d>(draft: &'d mut Draft<'_>, rng: &mut Rng) -> &'d mut Object {
    if rng.u32(..5) < 2 { &mut draft.header } else { &mut draft.payload }
}

fn any_member<'d>(draft: &'d mut Draft<'_>, rng: &mut Rng) -> Option<&'d mut Member> {
    let object = either(draft, rng);
    let at = rng.usize(..object.0.len().max(1));
    object.0.get_mut(at)
}

fn drop_one(draft: &mut Draft<'_>, rng: &mut Rng) {
    let object = either(draft, rng);
    if !object.0.is_empty() {
        object.0.remove(rng.usize(..object.0.len()));
    }
}

/// The same again, or with another value, before or after, its name perhaps escaped.
fn double(draft: &mut Draft<'_>, rng: &mut Rng) {
    let object = either(draft, rng);
    if object.0.is_empty() {
        return;
    }
    let mut second = object.0[rng.usize(..object.0.len())].clone();
    if rng.bool() {
        second.value = one_of(rng, VALUES).to_owned();
    }
    if rng.bool() {
        second.name = escaped(&second.name, rng);
    }
    object.0.insert(rng.usize(..=object.0.len()), second);
}

fn retype(draft: &mut Draft<'_>, rng: &mut Rng) {
    let Some(member) = any_member(draft, rng) else { return };
    member.value = match rng.u32(..4) {
        0 => format!("[{}]", member.value),
        1 => quoted(member.value.trim_matches('"')),
        2 => member.value.trim_matches('"').to_owned(),
        _ => one_of(rng, VALUES).to_owned(),
    };
}

fn escape_name(draft: &mut Draft<'_>, rng: &mut Rng) {
    if let Some(member) = any_member(draft, rng) {
        member.name = escaped(&member.name, rng);
    }
}

fn escape_value(draft: &mut Draft<'_>, rng: &mut Rng) {
    if let Some(member) = any_member(draft, rng).filter(|member| member.value.starts_with('"')) {
        member.value = escaped(&member.value, rng);
    }
}

/// One character of a JSON string as `\uXXXX`.
fn escaped(text: &str, rng: &mut Rng) -> String {
    let inner: Vec<char> = text.trim_matches('"').chars().collect();
    if inner.is_empty() || inner.contains(&'\\') {
        return text.to_owned();
    }
    let at = rng.usize(..inner.len());
    let spelled = |(index, letter): (usize, &char)| {
        if index == at { format!("\\u{:04x}", u32::from(*letter)) } else { letter.to_string() }
    };
    format!("\"{}\"", inner.iter().enumerate().map(spelled).collect::<String>())
}

fn recase(draft: &mut Draft<'_>, rng: &mut Rng) {
    let Some(member) = any_member(draft, rng) else { return };
    member.name = match rng.u32(..3) {
        0 => member.name.to_uppercase(),
        1 => member.name.to_lowercase(),
        _ => {
            let at = rng.usize(..member.name.len());
            let other = |(index, letter): (usize, char)| {
                if index == at { letter.to_ascii_uppercase() } else { letter }
            };
            member.name.chars().enumerate().map(other).collect()
        }
    };
}

fn nest(draft: &mut Draft<'_>, rng: &mut Rng) {
    let Some(member) = any_member(draft, rng) else { return };
    let depth = one_of(rng, &[1, 1, 2, 30, 31, 32, 33, 127, 200]);
    member.value = if rng.bool() {
        format!("{}{}{}", "[".repeat(depth), member.value, "]".repeat(depth))
    } else {
        format!("{}{}{}", format!("{{{}:", member.name).repeat(depth), member.value, "}".repeat(depth))
    };
}

fn reorder(draft: &mut Draft<'_>, rng: &mut Rng) {
    let object = either(draft, rng);
    rng.shuffle(&mut object.0);
}

fn add_to_header(draft: &mut Draft<'_>, rng: &mut Rng) {
    const ADDED: &[(&str, &str)] = &[
        ("crit", r#"["exp"]"#),
        ("crit", "[]"),
        ("crit", "null"),
        ("b64", "false"),
        ("b64", "true"),
        ("enc", r#""A256GCM""#),
        ("zip", r#""DEF""#),
        ("cty", r#""JWT""#),
        ("cty", r#""json""#),
        ("jku", r#""https://evil.test/jwks""#),
        ("jwk", r#"{"kty":"oct","k":"AAAA"}"#),
        ("x5u", r#""https://evil.test/chain""#),
        ("x5c", r#"["MIIB"]"#),
        ("x5t", r#""abc""#),
        ("x5t#S256", r#""abc""#),
        ("url", r#""https://api.test""#),
        ("nonce", r#""n""#),
        ("x", r#"{"y":[1,null,2.5]}"#),
        ("$serde_json::private::RawValue", r#""{}""#),
        ("$serde_json::private::Number", r#""1""#),
    ];
    let (name, value) = one_of(rng, ADDED);
    draft.header.set(name, value);
}

fn add_any_to_header(draft: &mut Draft<'_>, rng: &mut Rng) {
    const NAMES: &[&str] = &[
        "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "url", "nonce", "cty", "typ", "kid", "crit", "b64", "enc",
        "zip", "x",
    ];
    let name = one_of(rng, NAMES);
    draft.header.set(name, one_of(rng, VALUES));
}

fn add_claim(draft: &mut Draft<'_>, rng: &mut Rng) {
    const ADDED: &[(&str, &str)] = &[
        ("at_hash", r#""x""#),
        ("token_use", r#""id""#),
        ("token_use", r#""access""#),
        ("typ", r#""ID""#),
        ("typ", r#""Bearer""#),
        ("events", r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#),
        ("cnf", r#"{"jkt":"x"}"#),
        ("cnf", r#"{"zz":1}"#),
        ("azp", r#""x""#),
        ("azp", "1"),
        ("scp", r#"["a"]"#),
        ("nonce", "[]"),
        ("", "0"),
        ("alg", r#""none""#),
        ("x", r#"{"exp":0,"iss":1}"#),
        ("x", "1e400"),
        ("$serde_json::private::RawValue", r#""{\"exp\":1}""#),
    ];
    match rng.u32(..10) {
        0 => draft.payload.set("x", one_of(rng, VALUES)),
        1 => (0..one_of(rng, &[20, 900, 1100])).for_each(|n| draft.payload.set(&format!("m{n}"), "0")),
        _ => {
            let (name, value) = one_of(rng, ADDED);
            draft.payload.set(name, value);
        }
    }
}
