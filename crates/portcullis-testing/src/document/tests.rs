use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY as WEAK, RsaPublicKeyComponents};
use serde_json::Value;

use super::*;
use crate::TestIssuer;
use crate::check::header;

/// PC-TA-3
#[test]
fn every_bad_key_comes_with_the_good_ones_and_a_token_under_its_kid() {
    let issuer = TestIssuer::new();
    for bad in BadKey::ALL {
        let case = bad.case(&issuer);
        let document: Value = serde_json::from_str(&case.jwks).unwrap();
        let keys = document["keys"].as_array().unwrap();
        assert_eq!((&keys[0]["kid"], keys.len()), (&header(&case.token)["kid"], 2), "{bad:?}");
        assert_eq!(keys[1]["kid"], issuer.current_kid().as_str());
        assert_ne!(keys[0], issuer.published_jwks()[0]);
        assert_eq!(case.token.split('.').count(), 3);
    }
}

#[test]
fn a_token_under_a_weak_key_is_well_signed() {
    let case = BadKey::Rsa1024.case(&TestIssuer::new());
    let document: Value = serde_json::from_str(&case.jwks).unwrap();
    let octets = |text: &str| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).unwrap();
    let member = |name: &str| octets(document["keys"][0][name].as_str().unwrap());
    let (input, signature) = case.token.rsplit_once('.').unwrap();
    let key = RsaPublicKeyComponents { n: member("n"), e: member("e") };
    key.verify(&WEAK, input.as_bytes(), &octets(signature)).unwrap();
}

/// PC-TA-3
#[test]
fn every_bad_discovery_document_differs_from_the_good_one() {
    let issuer = TestIssuer::new();
    for (place, bad) in BadDiscovery::ALL.iter().enumerate() {
        let document = bad.document(&issuer);
        assert_ne!(document, issuer.discovery(), "{bad:?}");
        assert!(BadDiscovery::ALL[..place].iter().all(|other| other.document(&issuer) != document), "{bad:?}");
    }
}

/// PC-TA-3
#[test]
fn every_bad_key_set_differs_from_the_good_one() {
    let issuer = TestIssuer::new();
    for bad in BadKeySet::ALL {
        assert_ne!(bad.document(&issuer), issuer.jwks().into_bytes(), "{bad:?}");
    }
    assert!(BadKeySet::Huge.document(&issuer).len() > 1024 * 1024);
}
