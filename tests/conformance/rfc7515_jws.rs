//! RFC 7515: the signed token's form, its header and its signature; RFC 7518, RFC 8037 and RFC 9864: algorithms.

use portcullis::{Algorithm, KeyKind, Reason, SkipReason};
use portcullis_testing::TestIssuer;

use crate::api::{ACCEPTED, Api, BACKENDS, INVALID_REQUEST, INVALID_TOKEN, issuer};

/// RFC8725bis-3.2-a, RFC9068-4-a: a list of good ones that can grow, and none that is no signature or a broken one.
#[test]
#[deny(unreachable_patterns)]
fn only_current_algorithms_are_offered_and_one_more_breaks_no_match() {
    let names: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    let current = "RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 Ed25519 EdDSA HS256 HS384 HS512";
    assert_eq!(names.join(" "), current);
    for name in ["none", "None", "NONE", "nOnE", "none ", "", "RS1", "HS1", "RSA1_5", "ES256K", "dir", "A128KW"] {
        assert_eq!(Algorithm::from_name(name), None, "{name:?}");
    }
    // With a complete list in hand the last arm would be unreachable; it is not, as the list may grow.
    use Algorithm::*;
    let family = |algorithm: &Algorithm| match algorithm {
        HS256 | HS384 | HS512 => "hash",
        RS256 | RS384 | RS512 | PS256 | PS384 | PS512 => "RSA",
        ES256 | ES384 | ES512 | Ed25519 | EdDSA => "curve",
        _ => "one more",
    };
    assert!(Algorithm::ALL.iter().all(|algorithm| family(algorithm) != "one more"));
}

/// RFC9068-2.1-a, RFC8037-3.1-a, RFC9864-2.2-a
#[test]
fn every_algorithm_of_the_list_signs_and_verifies_on_every_backend() {
    for backend in BACKENDS {
        for algorithm in Algorithm::ALL {
            let issuer = TestIssuer::builder().algorithm(algorithm).build();
            let token = issuer.token().sign();
            let api = if algorithm.key_kind() == KeyKind::Secret {
                let rules = portcullis::Issuer::new(issuer.url(), issuer.audience());
                let rules = rules.local_secret(algorithm, issuer.shared_secret(), None);
                Api::trusting(&issuer, rules, |config| config.crypto(backend))
            } else if (backend, algorithm) == (portcullis::CryptoBackend::RustCrypto, Algorithm::ES512) {
                // Published beside others, the key that this backend lacks is the only one missed.
                let all = self::issuer();
                let api = Api::set(&all, |rules| rules, |config| config.crypto(backend));
                let skipped: Vec<SkipReason> = api.auth.status()[0].skipped.iter().map(|key| key.reason).collect();
                assert_eq!(skipped, [SkipReason::UnsupportedByBackend]);
                assert_eq!(api.answer(&all.token().algorithm(algorithm).sign()), INVALID_TOKEN);
                continue;
            } else {
                Api::set(&issuer, |rules| rules, |config| config.crypto(backend))
            };
            assert_eq!(api.answer(&token), ACCEPTED, "{backend:?} {algorithm}");
            let foreign = issuer.token().signed_by(&portcullis_testing::TestKey::foreign(algorithm)).sign();
            assert_eq!(api.reason(&foreign), Some(Reason::SignatureInvalid), "{backend:?} {algorithm}");
        }
    }
}

/// RFC7515-5.2-a, RFC8725bis-3.3-a
#[test]
fn a_token_has_exactly_two_periods() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let parts = [
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{header}..{payload}.{signature}"),
        format!("{token}.{payload}.{signature}"),
    ];
    for token in parts {
        assert_eq!(api.answer(&token), INVALID_TOKEN, "{}", token.matches('.').count());
    }
    assert_eq!(api.answer(&token), ACCEPTED);
}

/// RFC8725bis-3.14-a, RFC7515-5.2-b, ATK-18, ATK-19: past the header field, where a space is no end of anything, too.
#[test]
fn characters_outside_the_alphabet_are_refused_in_every_part() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    let starts = [0, token.find('.').expect("two periods") + 1, token.rfind('.').expect("two periods") + 1];
    for start in starts {
        for (character, answer) in [
            ('+', INVALID_TOKEN),
            ('/', INVALID_TOKEN),
            ('~', INVALID_TOKEN),
            ('=', INVALID_TOKEN),
            (' ', INVALID_REQUEST),
            ('\t', INVALID_REQUEST),
            ('\n', INVALID_REQUEST),
            ('\r', INVALID_REQUEST),
            ('{', INVALID_REQUEST),
            ('"', INVALID_REQUEST),
        ] {
            let mut with = token.clone();
            with.insert(start + 4, character);
            assert_eq!(api.answer(&with), answer, "{character} at {start}");
            with.remove(start + 5);
            assert_eq!(api.answer(&with), answer, "{character} instead, at {start}");
            assert_eq!(
                api.auth.verify(&with).now().expect("keys").err().map(|e| e.reason()),
                Some(Reason::TokenMalformed)
            );
        }
    }
    for padded in ["=", "=="].map(|padding| format!("{token}{padding}")) {
        assert_eq!(api.answer(&padded), INVALID_TOKEN, "token68, and still no JWS");
    }
    assert_eq!(api.answer(&token), ACCEPTED);
    assert!(api.auth.verify(&token).now().expect("keys").is_ok());
}

/// RFC4648-3.5-a, RFC7515-5.2-d, ATK-17, ATK-36: one spelling per token, and the signature covers all of it.
#[test]
fn no_single_character_can_be_changed_left_out_or_doubled() {
    let issuer = TestIssuer::builder().algorithm(Algorithm::ES256).build();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    for (index, was) in token.char_indices() {
        let (before, after) = (&token[..index], &token[index + 1..]);
        let other = if was == 'A' { 'B' } else { 'A' };
        // The neighbour in the alphabet: in the last character of a part it may differ in spare bits alone.
        let neighbour = char::from(was as u8 ^ 1);
        for changed in
            [format!("{before}{other}{after}"), format!("{before}{after}"), format!("{before}{was}{was}{after}")]
        {
            assert_eq!(api.answer(&changed), INVALID_TOKEN, "{was} at {index}");
        }
        assert!(api.outcome(&format!("{before}{neighbour}{after}")).is_err(), "{was} at {index}");
    }
    assert_eq!(api.answer(&token), ACCEPTED);
}

/// RFC8725bis-3.14-b, ATK-16
#[test]
fn the_json_serialization_is_no_token() {
    let issuer = issuer();
    let (api, token) = (Api::of(&issuer), issuer.token().sign());
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let flattened = format!(r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#);
    let general = format!(
        r#"{{"payload":"{payload}","signatures":[{{"protected":"{header}","signature":"{signature}"}}],"x":"{token}"}}"#
    );
    for json in [flattened, general] {
        assert_eq!(api.answer(&json), INVALID_REQUEST);
        let error = api.auth.verify(&json).now().expect("keys").expect_err("no compact token");
        assert_eq!(error.reason(), Reason::TokenMalformed);
    }
    assert_eq!(api.answer(&token), ACCEPTED);
}

/// RFC7515-4.1.4-a, RFC8725bis-3.10-a
#[test]
fn a_kid_names_a_key_exactly() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let kid = issuer.current_kid();
    assert_eq!(api.answer(&issuer.token().kid(&kid).sign()), ACCEPTED);
    for other in [kid.to_uppercase(), format!("{kid} "), format!(" {kid}"), kid[1..].to_owned(), format!("{kid}\u{0}")]
    {
        let token = issuer.token().kid(&other).sign();
        assert_eq!((api.reason(&token), &*api.answer(&token)), (Some(Reason::KeyUnknown), INVALID_TOKEN), "{other:?}");
    }
    let escaped = kid.replacen(&kid[..1], &format!("\\u{:04x}", kid.as_bytes()[0]), 1);
    assert_eq!(api.answer(&issuer.token().header_json("kid", &format!("\"{escaped}\"")).sign()), ACCEPTED, "{escaped}");
    for json in ["7", "null", "[]", "{}", "true", "\"\""] {
        assert_eq!(api.answer(&issuer.token().header_json("kid", json).sign()), INVALID_TOKEN, "{json}");
    }
}

/// RFC7515-5.3-a, RFC7515-4-b
#[test]
fn a_header_member_is_known_by_its_unescaped_name_with_its_case() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let kid = issuer.current_kid();
    for (header, answer) in [
        (format!(r#"{{"alg":"RS256","kid":"{kid}"}}"#), ACCEPTED),
        (format!(r#"{{"\u0061lg":"RS256","\u006Bid":"{kid}","\u0074yp":"at+jwt"}}"#), ACCEPTED),
        (format!(r#"{{"alg":"RS256","kid":"{kid}","ALG":"none","Kid":"x","CRIT":["x"],"x":{{"crit":[]}}}}"#), ACCEPTED),
        (format!(r#"{{"ALG":"RS256","kid":"{kid}"}}"#), INVALID_TOKEN),
        (format!(r#"{{"alg":"RS256","\u0061lg":"none","kid":"{kid}"}}"#), INVALID_TOKEN),
        (format!(r#"{{"alg":"RS256","kid":"{kid}","\u0063rit":["x"],"x":1}}"#), INVALID_TOKEN),
        (format!(r#"{{"alg":"RS256","kid":"{kid}","\u0074yp":"logout+jwt"}}"#), INVALID_TOKEN),
    ] {
        assert_eq!(api.answer(&issuer.token().raw_header(header.as_str()).sign()), answer, "{header}");
    }
}

/// RFC7515-4.1.9-a, RFC8725bis-3.11-a
#[test]
fn typ_is_a_media_type_that_may_leave_out_application() {
    let issuer = issuer();
    let (api, strict) = (Api::of(&issuer), Api::with(&issuer, |rules| rules.rfc9068()));
    for (typ, by_default, under_profile) in [
        ("at+jwt", ACCEPTED, ACCEPTED),
        ("AT+JWT", ACCEPTED, ACCEPTED),
        ("application/at+jwt", ACCEPTED, ACCEPTED),
        ("Application/At+Jwt", ACCEPTED, ACCEPTED),
        ("JWT", ACCEPTED, INVALID_TOKEN),
        ("jwt", ACCEPTED, INVALID_TOKEN),
        ("at+jwt ", INVALID_TOKEN, INVALID_TOKEN),
        ("text/at+jwt", INVALID_TOKEN, INVALID_TOKEN),
        ("at+jwt+x", INVALID_TOKEN, INVALID_TOKEN),
        ("id+jwt", INVALID_TOKEN, INVALID_TOKEN),
        ("", INVALID_TOKEN, INVALID_TOKEN),
    ] {
        let token = issuer.token().header("typ", typ).sign();
        assert_eq!((&*api.answer(&token), &*strict.answer(&token)), (by_default, under_profile), "{typ:?}");
    }
}

/// RFC9864-2.2-a, RFC8725bis-3.1-b: a name that a key pins is the only name for it.
#[test]
fn ed25519_and_eddsa_are_two_entries_of_the_list() {
    let issuer = TestIssuer::builder().algorithm(Algorithm::Ed25519).build();
    let old_name = |token: portcullis_testing::TokenBuilder| token.header("alg", "EdDSA").sign();
    let pinned = Api::of(&issuer);
    assert_eq!(pinned.answer(&issuer.token().sign()), ACCEPTED);
    assert_eq!(pinned.reason(&old_name(issuer.token())), Some(Reason::KeyUnsuitable));
    assert_eq!(pinned.answer(&old_name(issuer.token())), INVALID_TOKEN);

    let bare = TestIssuer::builder().algorithm(Algorithm::Ed25519).jwks_without_alg().build();
    let (both, only) = (Api::of(&bare), Api::with(&bare, |rules| rules.algorithms([Algorithm::Ed25519])));
    assert_eq!(both.answer(&bare.token().sign()), ACCEPTED);
    assert_eq!(both.answer(&old_name(bare.token())), ACCEPTED);
    assert_eq!(only.answer(&bare.token().sign()), ACCEPTED);
    assert_eq!(only.reason(&old_name(bare.token())), Some(Reason::AlgorithmNotAllowed));
    let old_only = Api::with(&bare, |rules| rules.algorithms([Algorithm::EdDSA]));
    assert_eq!(old_only.answer(&old_name(bare.token())), ACCEPTED);
    assert_eq!(old_only.answer(&bare.token().sign()), INVALID_TOKEN);
}

/// PC-JOSE-1, ATK-21, ATK-22: beside each limit the nearest token within it.
#[test]
fn sizes_are_bounded_before_anything_is_decoded() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let members = |count: usize| {
        let list: Vec<String> = (0..count).map(|number| format!("\"m{number}\":0")).collect();
        format!("{{{}}}", list.join(","))
    };
    for (token, reason) in [
        (issuer.token().padded_to(15 * 1024), None),
        (issuer.token().padded_to(16 * 1024 + 1), Some(Reason::TokenTooLarge)),
        (issuer.token().padded_to(1024 * 1024), Some(Reason::TokenTooLarge)),
        (issuer.token().header("x", "x".repeat(2800)), None),
        (issuer.token().header("x", "x".repeat(3200)), Some(Reason::TokenMalformed)),
        (issuer.token().claim_json("x", &nested(30)), None),
        (issuer.token().claim_json("x", &nested(40)), Some(Reason::TokenMalformed)),
        (issuer.token().claim_json("x", &nested(5000)), Some(Reason::TokenMalformed)),
        (issuer.token().claim_json("x", &members(1000)), None),
        (issuer.token().claim_json("x", &members(1001)), Some(Reason::TokenMalformed)),
        (issuer.token().claim_json("x", &members(100_000)), Some(Reason::TokenTooLarge)),
        (issuer.token().claim_json("x", &"9".repeat(300)), None),
        (issuer.token().claim_json("x", &"9".repeat(1024 * 1024)), Some(Reason::TokenTooLarge)),
    ] {
        let token = token.sign();
        assert_eq!(api.reason(&token), reason, "{} bytes", token.len());
        assert_eq!(api.answer(&token), if reason.is_some() { INVALID_TOKEN } else { ACCEPTED });
    }
    let roomy = Api::set(&issuer, |rules| rules, |config| config.max_token_bytes(65_536));
    assert_eq!(roomy.answer(&issuer.token().padded_to(60_000).sign()), ACCEPTED);
    assert_eq!(roomy.reason(&issuer.token().claim_json("x", &nested(10_000)).sign()), Some(Reason::TokenMalformed));
}
