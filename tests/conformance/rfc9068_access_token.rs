//! RFC 9068: the JWT profile for access tokens, whole when it is asked for.

use portcullis::{CallerKind, Reason, requirement};
use portcullis_testing::{Oddity, ProfileDefect};

use crate::api::{ACCEPTED, Api, INVALID_TOKEN, issuer};

/// RFC9068-2.2-a, RFC9068-4-b, RFC9068-4-h
#[test]
fn the_profile_refuses_what_it_must_and_only_when_asked_for() {
    let issuer = issuer();
    let (api, strict) = (Api::of(&issuer), Api::with(&issuer, |rules| rules.rfc9068()));
    for defect in ProfileDefect::ALL {
        let token = issuer.token().profile_defect(*defect).sign();
        assert_eq!(strict.answer(&token), INVALID_TOKEN, "{defect}");
        let mistyped = matches!(defect, ProfileDefect::ClientIdNumber | ProfileDefect::JtiNumber);
        let expected = if mistyped { INVALID_TOKEN } else { ACCEPTED };
        assert_eq!(api.answer(&token), expected, "{defect}");
    }
    assert_eq!(strict.answer(&issuer.token().sign()), ACCEPTED);
}

/// RFC9068-2.2-a: present is not enough.
#[test]
fn every_required_claim_has_its_type() {
    let issuer = issuer();
    let strict = Api::with(&issuer, |rules| rules.rfc9068());
    for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        assert_eq!(strict.answer(&issuer.token().without(claim).sign()), INVALID_TOKEN, "no {claim}");
        for json in ["null", "true", "{}", "[]", "[[]]"] {
            assert_eq!(strict.answer(&issuer.token().claim_json(claim, json).sign()), INVALID_TOKEN, "{claim}: {json}");
        }
    }
    assert_eq!(strict.reason(&issuer.token().without("jti").sign()), Some(Reason::ClaimMissing));
    // The client is named in `client_id` (RFC 9068 §2.2); a provider's own word for it does not do.
    assert_eq!(strict.answer(&issuer.token().without("client_id").claim("azp", "web").sign()), INVALID_TOKEN);
}

/// RFC9068-4-b, PC-RES-1, ATK-39: odd and good is good under the profile too.
#[test]
fn every_oddity_is_accepted_under_the_profile() {
    let issuer = portcullis_testing::TestIssuer::new();
    let strict = Api::with(&issuer, |rules| rules.rfc9068());
    for oddity in Oddity::ALL {
        assert_eq!(strict.answer(&issuer.token().oddity(*oddity).sign()), ACCEPTED, "{oddity}");
    }
}

/// RFC9068-4-e, RFC8414-4-a
#[test]
fn iss_is_compared_code_point_by_code_point() {
    // é as one code point here, as two in the token, and the other way round.
    for (configured, sent) in [("urn:caf\u{e9}", "urn:cafe\u{301}"), ("urn:cafe\u{301}", "urn:caf\u{e9}")] {
        let issuer = portcullis_testing::TestIssuer::builder().url(configured).build();
        let api = Api::of(&issuer);
        assert_eq!(api.answer(&issuer.token().sign()), ACCEPTED);
        let token = issuer.token().issuer(sent).sign();
        assert_eq!((api.reason(&token), &*api.answer(&token)), (Some(Reason::IssuerUnknown), INVALID_TOKEN));
    }
}

requirement! { ForUsers = when(|caller| caller.kind() == CallerKind::User) }

/// RFC9700-4.15-a, ATK-48: a client does not become a user by the name of one.
#[test]
fn a_client_acting_for_itself_is_told_from_a_user() {
    use CallerKind::{Client, User};
    let issuer = issuer();
    let api = Api::of(&issuer);
    for (token, kind) in [
        (issuer.token().subject("alice").client("web"), User),
        (issuer.token().machine("job"), Client),
        (issuer.token().machine("alice"), Client),
        (issuer.token().without("sub").client("job"), Client),
        (issuer.token().subject("alice").without("client_id"), User),
    ] {
        let who = api.outcome(&token.sign()).expect("a good token");
        assert_eq!(who.caller().map(|caller| caller.kind()), Some(kind));
        let forbidden = r#"403 Bearer realm="api", error="insufficient_scope""#;
        let expected = if kind == User { ACCEPTED } else { forbidden };
        assert_eq!(api.seen(&who.require::<ForUsers>()), expected);
    }
}
