use super::*;

fn kids(issuer: &TestIssuer) -> Vec<String> {
    let document: Value = serde_json::from_str(&issuer.jwks()).unwrap();
    let keys = document["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// OIDCC-10.1.1-ta
#[test]
fn rotation_keeps_the_old_key_published_and_signs_with_the_new_one() {
    let issuer = TestIssuer::new();
    let old = issuer.current_kid();
    issuer.rotate();
    assert_ne!(issuer.current_kid(), old);
    assert_eq!(kids(&issuer), [old, issuer.current_kid()]);
}

/// OIDCC-10.1.1-ta
#[test]
fn rotation_without_overlap_publishes_the_new_key_alone() {
    let issuer = TestIssuer::new();
    issuer.rotate_without_overlap();
    issuer.rotate_without_overlap();
    assert_eq!(kids(&issuer), [issuer.current_kid()]);
}

#[test]
fn a_key_published_ahead_is_the_one_the_next_rotation_signs_with() {
    let issuer = TestIssuer::new();
    issuer.publish_next_key();
    issuer.publish_next_key();
    let announced = kids(&issuer).remove(1);
    assert_ne!(issuer.current_kid(), announced);
    issuer.rotate();
    assert_eq!(issuer.current_kid(), announced);
    assert_eq!(kids(&issuer).len(), 2);
}

#[test]
fn a_withdrawn_key_is_gone_from_the_set_and_still_signs() {
    let issuer = TestIssuer::new();
    let kid = issuer.current_kid();
    assert!(issuer.withdraw(&kid));
    assert!(!issuer.withdraw(&kid));
    assert!(kids(&issuer).is_empty());
    assert_eq!(issuer.current_kid(), kid);
}

/// RFC7517-5-ta
#[test]
fn every_algorithm_is_published_once_and_secrets_never() {
    let issuer = TestIssuer::builder().algorithm(Algorithm::HS256).every_algorithm().build();
    let kids = kids(&issuer);
    assert_eq!(kids.len(), 11);
    assert!(kids.iter().enumerate().all(|(place, kid)| !kids[..place].contains(kid)));
    for key in issuer.published_jwks() {
        let alg = key["alg"].as_str().and_then(Algorithm::from_name).map(Algorithm::key_kind);
        assert!(key["use"] == "sig" && alg.is_some() && alg != Some(portcullis::KeyKind::Secret), "{key}");
    }
    assert!(!issuer.jwks().contains("HS256") && !issuer.jwks().contains("oct"));
    assert_eq!(issuer.shared_secret().len(), 64);
}

#[test]
fn a_key_set_can_be_served_without_alg() {
    let issuer = TestIssuer::builder().jwks_without_alg().build();
    assert!(!issuer.jwks().contains("\"alg\""));
    assert!(TestIssuer::new().jwks().contains("\"alg\":\"RS256\""));
}

/// RFC8414-3.2-ta
#[test]
fn discovery_has_the_exact_issuer_no_empty_member_and_lives_at_the_wellknown_urls() {
    let issuer = TestIssuer::builder().url("https://as.test/tenant/").build();
    let document: Value = serde_json::from_str(&issuer.discovery()).unwrap();
    assert_eq!(document["issuer"], "https://as.test/tenant/");
    assert_eq!(document["jwks_uri"], "https://as.test/tenant/jwks");
    for (name, value) in document.as_object().unwrap() {
        assert!(value.as_str() != Some("") && !value.is_null(), "{name}");
        assert!(value.as_array().is_none_or(|list| !list.is_empty()), "{name}");
    }
    assert_eq!(
        issuer.discovery_urls(),
        [
            "https://as.test/.well-known/oauth-authorization-server/tenant",
            "https://as.test/tenant/.well-known/openid-configuration",
            "https://as.test/.well-known/openid-configuration/tenant",
        ]
    );
    assert_eq!(
        TestIssuer::new().discovery_urls(),
        [
            "https://issuer.test/.well-known/oauth-authorization-server",
            "https://issuer.test/.well-known/openid-configuration",
        ]
    );
}
