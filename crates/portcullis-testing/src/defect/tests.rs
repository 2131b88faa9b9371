use super::*;
use crate::check::{claims, header, verified};
use crate::issuer::TestIssuer;

fn place(defect: Defect) -> usize {
    Defect::ALL.iter().position(|other| *other == defect).unwrap()
}

fn between(first: Defect, last: Defect) -> &'static [Defect] {
    &Defect::ALL[place(first)..=place(last)]
}

/// PC-TA-3
#[test]
fn every_defect_is_a_token_of_its_own_that_fits_into_a_header_field() {
    let issuer = TestIssuer::builder().every_algorithm().build();
    let mut seen = vec![issuer.token().sign()];
    for defect in Defect::ALL {
        let token = issuer.token().defect(*defect).sign();
        assert!(token.bytes().all(|octet| octet == b'\t' || (0x20..0x7f).contains(&octet)), "{defect}");
        assert!(token.len() < 24 * 1024, "{defect}: {}", token.len());
        assert!(!seen.contains(&token), "{defect}");
        assert!(matches!(defect.expected_status(), 400 | 401), "{defect}");
        seen.push(token);
    }
}

/// PC-TA-3
#[test]
fn every_defect_can_be_had_from_an_issuer_of_any_kind_of_key() {
    use portcullis::Algorithm::{ES384, ES512, Ed25519, HS256, PS256};
    for algorithm in [PS256, ES384, ES512, Ed25519, HS256] {
        let issuer = TestIssuer::builder().url("https://as.test/t/").audience("api").algorithm(algorithm).build();
        for defect in Defect::ALL {
            assert!(!issuer.token().defect(*defect).sign().is_empty(), "{algorithm} {defect}");
        }
    }
}

#[test]
fn status_400_is_for_what_is_no_token68() {
    let issuer = TestIssuer::builder().every_algorithm().build();
    for defect in Defect::ALL {
        let token = issuer.token().defect(*defect).sign();
        let token68 = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/=".contains(&octet);
        assert_eq!(token.bytes().all(token68), defect.expected_status() == 401, "{defect}");
    }
}

#[test]
fn a_defect_of_the_claims_is_well_signed() {
    let issuer = TestIssuer::builder().every_algorithm().build();
    let of_the_claims = between(Defect::ExpMissing, Defect::BoundToCertificate);
    let of_the_json = between(Defect::PayloadArray, Defect::PayloadTrailingComma);
    for defect in of_the_claims.iter().chain(of_the_json) {
        assert!(verified(&issuer, &issuer.token().defect(*defect).sign()), "{defect}");
    }
}

#[test]
fn a_defect_of_the_spelling_is_signed_over_what_is_sent() {
    let issuer = TestIssuer::new();
    for defect in [Defect::TrailingBitsPayload, Defect::PaddedPayload, Defect::StandardAlphabetPayload, Defect::Tilde] {
        assert!(verified(&issuer, &issuer.token().defect(defect).sign()), "{defect}");
    }
}

#[test]
fn spare_bits_are_the_only_difference() {
    let issuer = TestIssuer::builder().algorithm(portcullis::Algorithm::ES256).build();
    let token = issuer.token().defect(Defect::TrailingBitsSignature).sign();
    let signature = token.rsplit('.').next().unwrap();
    assert_eq!(signature.len(), 86);
    assert!(base64_simd::URL_SAFE_NO_PAD.decode_to_vec(signature).is_err());
    assert!(base64_simd::forgiving_decode_to_vec(signature.replace('-', "+").replace('_', "/").as_bytes()).is_ok());
}

/// PC-TA-3
#[test]
fn a_defect_of_the_signature_is_refused_by_a_sound_verifier() {
    let issuer = TestIssuer::builder().every_algorithm().build();
    for defect in between(Defect::SignatureFlipped, Defect::GraftedSignature) {
        let token = issuer.token().defect(*defect).sign();
        assert!(issuer.published_kids().contains(&header(&token)["kid"].as_str().unwrap().to_owned()), "{defect}");
        assert!(!verified(&issuer, &token), "{defect}");
    }
}

/// A signature that is wrong in one point only: AWS-LC's lenient settings, or plain arithmetic, take it.
#[test]
fn a_forged_signature_is_right_but_for_its_one_fault() {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY as SHA1, RsaPublicKeyComponents};
    let issuer = TestIssuer::builder().every_algorithm().build();
    let token = issuer.token().defect(Defect::RsaSha1).sign();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(signature).unwrap();
    let key = issuer.signing_key(portcullis::Algorithm::RS256);
    let crate::key::Material::Rsa { n, e, .. } = &**key.material() else {
        panic!("an RSA key");
    };
    RsaPublicKeyComponents { n, e }.verify(&SHA1, input.as_bytes(), &signature).unwrap();

    // The same padding with a salt of the right length is a good signature.
    let mut token = issuer.token().algorithm(portcullis::Algorithm::PS256);
    token.signature = Some(|signing| signature::pss(signing, &[7; 32]));
    assert!(verified(&issuer, &token.sign()));

    let token = issuer.token().defect(Defect::PssWithoutSalt).sign();
    let signature = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(token.rsplit('.').next().unwrap()).unwrap();
    let encoded = crate::key::raw_rsa::power(&signature, e, n).unwrap();
    assert_eq!((encoded[0] & 0x80, encoded[255]), (0, 0xbc));
}

#[test]
fn an_oddity_is_well_signed_and_well_formed() {
    let issuer = TestIssuer::new();
    for oddity in Oddity::ALL {
        let token = issuer.token().oddity(*oddity).sign();
        assert!(claims(&token).is_object() && header(&token)["alg"] == "RS256", "{oddity}");
        assert!(*oddity == Oddity::KidMissing || verified(&issuer, &token), "{oddity}");
        assert_eq!(oddity.expected_status(), 200);
    }
}

#[test]
fn a_profile_defect_is_well_signed() {
    let issuer = TestIssuer::new();
    for defect in ProfileDefect::ALL {
        assert!(verified(&issuer, &issuer.token().profile_defect(*defect).sign()), "{defect}");
    }
}

#[test]
fn every_case_says_what_it_is() {
    for defect in Defect::ALL {
        assert!(defect.description().ends_with('.') && !defect.description().starts_with(' '), "{defect:?}");
        assert!(defect.clause().contains('-'));
    }
    assert_eq!(Defect::AlgNone.to_string(), "AlgNone (ATK-1): `alg: none` and an empty signature.");
}

/// PC-TA-3
#[test]
fn every_bad_logout_token_is_one_of_its_own_and_well_signed_unless_that_is_what_is_wrong() {
    let issuer = TestIssuer::new();
    let mut seen = vec![claims(&issuer.logout_token().claim("jti", "one").sign())];
    for defect in LogoutDefect::ALL {
        let token = issuer.logout_token().claim("jti", "one").logout_defect(*defect).sign();
        let of_the_signature = matches!(defect, LogoutDefect::AlgNone | LogoutDefect::ForeignKey);
        assert_eq!(verified(&issuer, &token), !of_the_signature, "{defect}");
        assert_eq!(defect.expected_status(), 400, "{defect}");
        let of_the_header = matches!(defect, LogoutDefect::TypAccessToken | LogoutDefect::TypSecurityEvent);
        if !of_the_signature && !of_the_header {
            assert!(!seen.contains(&claims(&token)), "{defect}");
            seen.push(claims(&token));
        }
    }
}
