//! The committed corpus through every target, without libFuzzer: `cargo test` in this crate's folder.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use portcullis_fuzz::{TARGETS, compact_token, logout_form};

/// The bound on allocations and the clock are the process's.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let files = fs::read_dir(folder).expect("every target has a corpus");
    files.map(|file| fs::read(file.expect("a readable folder").path()).expect("a readable file")).collect()
}

#[test]
fn every_committed_input_is_handled_in_order() {
    let _guard = alone();
    for (target, check) in TARGETS {
        let inputs = corpus(target);
        assert!(inputs.len() > 5, "{target} has hardly a corpus");
        inputs.iter().for_each(|input| check(input));
    }
}

/// Else nothing behind the signature would be looked at.
#[test]
fn every_way_of_signing_reaches_what_is_behind_the_signature() {
    let _guard = alone();
    let payload = |issuer: &str| {
        format!(r#"{{"iss":"{issuer}","aud":"https://api.test","exp":1768482000,"iat":1768478400,"scope":"a b"}}"#)
    };
    let (local, public) = (payload("https://local.test"), payload("https://issuer.test"));
    for (mode, header, payload) in [
        ('h', r#"{"alg":"HS256","kid":"h"}"#, &local),
        ('i', r#"{"alg":"HS384"}"#, &local),
        ('j', r#"{"alg":"HS512","kid":"j"}"#, &local),
        ('e', r#"{"alg":"ES256","kid":"e"}"#, &public),
        ('d', r#"{"alg":"EdDSA","kid":"d"}"#, &public),
        ('d', r#"{"alg":"Ed25519","kid":"d"}"#, &public),
    ] {
        let signed = |payload: &str| format!("{mode}{header}\n{payload}");
        assert!(compact_token::is_accepted(signed(payload).as_bytes()), "{mode} {header}");
        let late = payload.replace("1768482000", "1768478000");
        assert!(!compact_token::is_accepted(signed(&late).as_bytes()), "{mode} {header}");
    }
}

#[test]
fn the_committed_corpus_has_tokens_that_get_in() {
    let _guard = alone();
    let inputs = corpus("compact_token");
    for mode in *b"rh" {
        let good = inputs.iter().filter(|input| input.first() == Some(&mode) && compact_token::is_accepted(input));
        assert!(good.count() >= 3, "{}", char::from(mode));
    }
}

#[test]
fn the_committed_corpus_has_logouts_that_are_carried_out() {
    let _guard = alone();
    let inputs = corpus("logout_form");
    let good = inputs.iter().filter(|input| logout_form::is_accepted(input)).count();
    assert!((3..inputs.len() - 3).contains(&good), "{good}");
}
