//! Field lines into a credential.
//!
//! Input: `w` and one line that may hold any octet, or anything else and then lines that end at line feeds.

use std::sync::LazyLock;

use portcullis::internals::credential;
use portcullis::{Authenticator, Reason};

use crate::allocation::bounded;
use crate::{clock, setting};

static AUTHENTICATOR: LazyLock<Authenticator> = LazyLock::new(setting::authenticator);

pub fn check(input: &[u8]) {
    let Some((mode, rest)) = input.split_first() else { return one_answer(&[]) };
    if *mode == b'w' {
        one_answer(&[rest])
    } else {
        one_answer(&rest.split(|octet| *octet == b'\n').collect::<Vec<_>>())
    }
}

fn one_answer(lines: &[&[u8]]) {
    let head: Vec<(&str, &[u8])> = lines.iter().map(|line| ("Authorization", *line)).collect();
    let size = lines.iter().map(|line| line.len()).sum();
    let answer = bounded(size, 1, || credential::of(head.as_slice()));
    match (lines, answer) {
        ([], answer) => assert_eq!(answer, Ok(None)),
        ([_, _, ..], answer) => assert_eq!(answer, Err(Reason::CredentialAmbiguous)),
        ([line], Ok(Some(token))) => is_taken_rightly(line, token),
        ([_], Ok(None)) => panic!("a line that is there is not absent"),
        ([_], Err(reason)) => {
            assert!(matches!(reason, Reason::CredentialMalformed | Reason::SchemeUnsupported), "{reason:?}");
        }
    }
    clock::set(clock::NOW);
    // The whole way says the same, and only nothing at all is anonymous.
    let required = AUTHENTICATOR.authenticate(head.as_slice()).now().expect("its keys are fixed");
    let optional = AUTHENTICATOR.authenticate_optional(head.as_slice()).now().expect("its keys are fixed");
    if let Err(reason) = answer {
        assert_eq!(required.as_ref().err().map(|error| error.reason()), Some(reason));
    }
    assert_eq!(optional.as_ref().is_ok_and(|caller| caller.is_anonymous()), lines.is_empty());
    if let Err(error) = required {
        setting::is_orderly(&AUTHENTICATOR.refuse(&error));
    }
}

/// `token` is a part of the line, of the characters of `token68`, after the scheme and nothing but spaces.
fn is_taken_rightly(line: &[u8], token: &str) {
    let start = token.as_ptr() as usize - line.as_ptr() as usize;
    assert_eq!(line.get(start..start + token.len()), Some(token.as_bytes()), "not a part of the line");
    assert!(!token.is_empty() && !token.starts_with('='));
    assert!(token.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._~+/=".contains(&octet)), "{token:?}");
    let outer = |octet: &u8| matches!(octet, b' ' | b'\t');
    assert!(line[start + token.len()..].iter().all(outer), "something follows the token");
    let before = &line[..start];
    let scheme = before.trim_ascii_end();
    assert!(before.len() > scheme.len() && before[scheme.len()..].iter().all(|octet| *octet == b' '));
    let leading = scheme.iter().take_while(|octet| outer(octet)).count();
    assert!(scheme[leading..].eq_ignore_ascii_case(b"bearer"));
    // The plainest form of the same request is the same request.
    let plain = format!("Bearer {token}");
    assert_eq!(credential::of([("authorization", plain.as_bytes())].as_slice()), Ok(Some(token)));
}
