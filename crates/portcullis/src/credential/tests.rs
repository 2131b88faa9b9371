//! Tokens in `Authorization`.

use super::*;
use crate::config::Problems;

fn of(lines: &[&[u8]]) -> Result<String, Reason> {
    let head: Vec<(&str, &[u8])> = lines.iter().map(|line| ("Authorization", *line)).collect();
    match bearer(head.as_slice())? {
        None => Ok("absent".to_owned()),
        Some(presented) if presented.is_token68() => presented.text().map(str::to_owned),
        Some(_) => Err(Reason::CredentialMalformed),
    }
}

/// RFC6750-2.1-a, RFC9110-11.1-a, RFC6750-2.1-b: any case, any number of spaces.
#[test]
fn a_bearer_token_is_taken_whatever_the_case_of_its_scheme() {
    for line in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "bEaReR   a.b.c", "Bearer a.b.c ", " Bearer a.b.c"] {
        assert_eq!(of(&[line.as_bytes()]).as_deref(), Ok("a.b.c"), "{line:?}");
    }
    for token in ["-._~+/09azAZ==", "a=.b=.c="] {
        assert_eq!(of(&[format!("Bearer {token}").as_bytes()]).as_deref(), Ok(token));
    }
    assert_eq!(of(&[]).as_deref(), Ok("absent"));
}

/// RFC6750-2.1-b, RFC6750-2.1-c, RFC6750-3.1-a, RFC9110-5.5-a, ATK-19, ATK-49, ATK-52
#[test]
fn what_is_not_token68_is_malformed() {
    let lines: [&[u8]; 25] = [
        b"Bearer",
        b"Bearer ",
        b"Bearer\ta.b.c",
        b"Bearer \ta.b.c",
        b"Bearer a,b",
        b"Bearer a.b.c, Bearer d.e.f",
        b"Bearer \"a\"",
        b"Bearer {}",
        b"Bearer a b",
        b"Bearer =a",
        b"Bearer =",
        b"Bearer a\xc3\xa9",
        b"Bearer\xc2\xa0a",
        b"\xef\xbc\xa2earer a",
        b"Bearer a\0",
        b"Bearer a\r\nb",
        b"Bearer a\x0b",
        b"Bearer a\x0c",
        b" Bearer a\x0c",
        b"bearer a\x0c",
        b"\x0cBearer a",
        b"Bearer a\xc2\xa0",
        b"Basic a\0b",
        b"Negotiate caf\xc3\xa9",
        b"",
    ];
    for line in lines {
        assert_eq!(of(&[line]), Err(Reason::CredentialMalformed), "{line:?}");
    }
}

/// RFC6750-2.1-b: octet by octet, since the comparisons are not written as the grammar is.
#[test]
fn the_characters_of_token68_are_those_of_the_grammar() {
    for octet in 0..=255_u8 {
        let expected = octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet);
        assert_eq!(bearer::is_token68(octet), expected, "{octet:#x}");
        assert_eq!(Presented::new(&[octet]).is_token68(), expected, "{octet:#x}");
        assert_eq!(Presented::new(&[b'a', octet]).is_token68(), expected || octet == b'=', "{octet:#x}");
    }
}

/// The same once more as the grammar has it, by text and one step after another.
fn by_the_grammar(value: &[u8]) -> Result<String, Reason> {
    let value = str::from_utf8(value).map_err(|_| Reason::CredentialMalformed)?.trim_matches([' ', '\t']);
    if !value.chars().all(|c| matches!(c, '\t' | ' '..='~')) {
        return Err(Reason::CredentialMalformed);
    }
    let is_tchar = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let (scheme, rest) = value.split_at(value.find(|c| !is_tchar(c)).unwrap_or(value.len()));
    if scheme.is_empty() || !(rest.is_empty() || rest.starts_with(' ')) {
        return Err(Reason::CredentialMalformed);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Reason::SchemeUnsupported);
    }
    let token = rest.trim_start_matches(' ');
    let is_token68 = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let good = !token.is_empty() && !token.starts_with('=') && token.chars().all(is_token68);
    if good { Ok(token.to_owned()) } else { Err(Reason::CredentialMalformed) }
}

/// RFC6750-2.1-b: each value that four pieces can make, where parsing has a shorter way for what is usual.
#[test]
fn parsing_agrees_with_the_grammar_step_by_step() {
    const PIECES: [&[u8]; 20] = [
        b"",
        b"Bearer",
        b"bEARER",
        b"Bearer ",
        b"Basic",
        b" ",
        b"\t",
        b"a.b",
        b"=",
        b"~",
        b"/",
        b",",
        b"\"",
        b"{",
        b"\0",
        b"\r\n",
        b"\x7f",
        b"\xff",
        b"\xc2\xa0",
        b"\x0b",
    ];
    let mut bearers = 0;
    for n in 0..PIECES.len().pow(4) {
        let value = (0..4).flat_map(|at| PIECES[n / PIECES.len().pow(at) % PIECES.len()]);
        let value: Vec<u8> = value.copied().collect();
        let expected = by_the_grammar(&value);
        bearers += usize::from(expected.is_ok());
        assert_eq!(of(&[&value]), expected, "{}", value.escape_ascii());
    }
    assert!(bearers > 500, "{bearers}");
}

/// RFC6750-3.1-b, ATK-49
#[test]
fn two_lines_are_ambiguous_even_when_equal() {
    assert_eq!(of(&[b"Bearer a", b"Bearer a"]), Err(Reason::CredentialAmbiguous));
    assert_eq!(of(&[b"Bearer a", b"Basic a"]), Err(Reason::CredentialAmbiguous));
    assert_eq!(of(&[b"Bearer a"]).as_deref(), Ok("a"));
}

/// RFC6750-3.1-c
#[test]
fn another_scheme_is_not_a_malformed_bearer() {
    for line in ["Negotiate x", "Basic dTpw", "DPoP a.b.c", "Bearerx a", "Digest username=\"u\", realm=\"r\""] {
        assert_eq!(of(&[line.as_bytes()]), Err(Reason::SchemeUnsupported), "{line}");
    }
}

/// PC-KEY-1: an empty key is none, in every place that can be empty and well-formed; a scheme alone is half a credential.
#[test]
fn an_empty_place_for_a_key_is_no_malformed_one() {
    let of = |place: KeyPlace, line: (&str, &[u8])| {
        let places = Places::build(vec![place], true, None, &mut Problems::default());
        places.find(&[line][..]).map(|_| "found")
    };
    for empty in [&b"Basic Og=="[..], b"Basic dXNlcjo="] {
        assert_eq!(of(KeyPlace::basic_password(), ("authorization", empty)), Err(Reason::CredentialEmpty));
    }
    assert_eq!(of(KeyPlace::basic_user(), ("authorization", b"Basic Og==")), Err(Reason::CredentialEmpty));
    assert_eq!(of(KeyPlace::header("api-key"), ("api-key", b" ")), Err(Reason::CredentialEmpty));
    assert_eq!(of(KeyPlace::dangerous_query("k"), (":path", b"/?k")), Err(Reason::CredentialEmpty));
    assert_eq!(
        of(KeyPlace::authorization_scheme("ApiKey"), ("authorization", b"ApiKey")),
        Err(Reason::CredentialMalformed)
    );
    assert_eq!(of(KeyPlace::basic_user(), ("authorization", b"Basic YTo=")), Ok("found"));
}
