//! RFC 8414 and OpenID Connect Discovery: where keys are looked for, and what is believed of what is found.

use portcullis::{Algorithm, Authenticator, Issuer, KeyState, Reason};
use portcullis_testing::{Answer, BadDiscovery, BadKeySet, ScriptedFetch, TestIssuer};

use crate::api::{asked, fetching};

fn problem(issuer: &str, loopback: bool) -> Option<String> {
    let config = Authenticator::trusting(Issuer::new(issuer, "api")).fetch_with(ScriptedFetch::for_issuers([]));
    let config = if loopback { config.allow_loopback_http() } else { config };
    config.build().err().map(|error| error.problems()[0].problem.clone())
}

/// RFC8414-2-a, OA21-1.5-a, ATK-81
#[test]
fn an_issuer_with_discovery_is_an_https_url_without_query_or_fragment() {
    for good in ["https://as.test", "https://as.test/", "https://as.test:8443/t/1", "https://[2001:db8::1]/"] {
        assert_eq!(problem(good, false), None, "{good}");
    }
    for (bad, why) in [
        ("http://as.test", "not an https URL"),
        ("http://127.0.0.1:8080", "not an https URL"),
        ("https://as.test/?tenant=1", "a URL with a query"),
        ("https://as.test/#x", "not an absolute URL with a host"),
        ("https://user@as.test", "a URL with credentials"),
        ("as.test", "not an absolute URL with a host"),
        ("", "empty, or with white space or control characters"),
        ("https://as.test/ ", "empty, or with white space or control characters"),
        ("https://as.test/\n", "empty, or with white space or control characters"),
    ] {
        assert_eq!(problem(bad, false).as_deref(), Some(why), "{bad:?}");
    }
    for (url, why) in [
        ("http://127.0.0.1:8080", None),
        ("http://[::1]:8080/realms/a", None),
        ("http://localhost", None),
        ("http://as.test", Some("not an https URL")),
        ("http://127.0.0.1.evil.test", Some("not an https URL")),
    ] {
        assert_eq!(problem(url, true).as_deref(), why, "{url}, loopback allowed");
    }
}

/// RFC8414-3-a, OIDCD-4.1-a
#[tokio::test]
async fn the_well_known_part_is_inserted_or_appended() {
    for (url, places) in [
        (
            "https://h.test/t/",
            &[
                "https://h.test/t/.well-known/openid-configuration",
                "https://h.test/.well-known/oauth-authorization-server/t",
                "https://h.test/.well-known/openid-configuration/t",
            ][..],
        ),
        (
            "https://h.test",
            &[
                "https://h.test/.well-known/openid-configuration",
                "https://h.test/.well-known/oauth-authorization-server",
            ],
        ),
    ] {
        for place in places {
            let issuer = TestIssuer::builder().url(url).build();
            let network = ScriptedFetch::new(&issuer);
            for other in places.iter().filter(|other| *other != place) {
                network.at(other).status(404);
            }
            let auth = fetching(&issuer, &network).await;
            assert!(auth.verify(&issuer.token().sign()).await.is_ok(), "found at {place}");
            let asked = asked(&network);
            assert!(asked.iter().all(|url| places.contains(&&**url) || *url == issuer.jwks_url()), "{asked:?}");
        }
    }
}

/// RFC8414-3.2-a, RFC8414-3.3-a, RFC8414-2-b, OIDCD-4.3-a, ATK-58, ATK-59
#[tokio::test]
async fn a_bad_document_is_not_used_and_its_keys_are_not_fetched() {
    for bad in BadDiscovery::ALL {
        let issuer = TestIssuer::new();
        let network = ScriptedFetch::new(&issuer);
        for url in issuer.discovery_urls() {
            network.at(&url).json(bad.document(&issuer));
        }
        let auth = fetching(&issuer, &network).await;
        let error = auth.verify(&issuer.token().sign()).await.expect_err("no keys to decide with");
        assert_eq!(error.reason(), Reason::KeysUnavailable, "{bad:?}");
        let refusal = auth.refuse(&error);
        assert_eq!(refusal.status, 503, "{bad:?}");
        assert!(refusal.headers.iter().all(|(name, _)| *name != "www-authenticate"), "{bad:?}");
        assert!(
            asked(&network).iter().all(|url| issuer.discovery_urls().contains(url)),
            "{bad:?} {:?}",
            asked(&network)
        );
    }
}

/// RFC7517-5-a, RFC7517-4-a, ATK-65, ATK-66, PC-JWKS-5: with keys in hand, a bad set changes nothing; without, it is a 503.
#[tokio::test]
async fn a_bad_key_set_takes_the_place_of_no_good_one() {
    for bad in BadKeySet::ALL {
        let issuer = TestIssuer::new();
        let network = ScriptedFetch::new(&issuer);
        let token = issuer.token().sign();
        let auth = fetching(&issuer, &network).await;
        network.at(&issuer.jwks_url()).json(bad.document(&issuer));
        auth.refresh().await;
        assert!(auth.verify(&token).await.is_ok(), "{bad:?}");
        assert_eq!((auth.status()[0].keys, auth.status()[0].consecutive_failures > 0), (1, true), "{bad:?}");

        let cold = ScriptedFetch::new(&issuer);
        cold.at(&issuer.jwks_url()).json(bad.document(&issuer));
        let cold = fetching(&issuer, &cold).await;
        let error = cold.verify(&token).await.expect_err("no keys");
        assert_eq!((error.reason(), cold.status()[0].state), (Reason::KeysUnavailable, KeyState::Waiting), "{bad:?}");
    }
}

/// RFC8414-3.2-a, PC-JWKS-6: of both documents a 200 is read and nothing else, and a redirect is not followed.
#[tokio::test]
async fn only_a_200_is_read() {
    for status in [200, 201, 204, 206, 301, 302, 307, 308, 304, 400, 404, 500, 503] {
        let issuer = TestIssuer::new();
        let network = ScriptedFetch::new(&issuer);
        network.at(&issuer.jwks_url()).answer(Answer::new(status).body(issuer.jwks()));
        let keys = fetching(&issuer, &network).await;
        let network = ScriptedFetch::new(&issuer);
        for url in issuer.discovery_urls() {
            network.at(&url).answer(Answer::new(status).body(issuer.discovery()));
        }
        let metadata = fetching(&issuer, &network).await;
        for auth in [keys, metadata] {
            let reason = auth.verify(&issuer.token().sign()).await.err().map(|error| error.reason());
            assert_eq!(reason, (status != 200).then_some(Reason::KeysUnavailable), "{status}");
        }
    }
}

/// RFC8414-2.1-a: of metadata two members are read. The algorithms it lists are for ID tokens, and what is signed in it
/// is not looked at.
#[tokio::test]
async fn metadata_says_where_the_keys_are_and_nothing_about_access_tokens() {
    let issuer = TestIssuer::builder().algorithm(Algorithm::ES384).build();
    let evil = TestIssuer::builder().url(issuer.url()).algorithm(Algorithm::ES384).seed(1).build();
    let network = ScriptedFetch::new(&issuer);
    let mut metadata: serde_json::Value = serde_json::from_str(&issuer.discovery()).expect("metadata");
    metadata["id_token_signing_alg_values_supported"] = serde_json::json!(["RS256"]);
    metadata["signed_metadata"] = evil.token().claim("jwks_uri", "https://evil.test/jwks").sign().into();
    for url in issuer.discovery_urls() {
        network.at(&url).json(metadata.to_string());
    }
    let auth = fetching(&issuer, &network).await;
    assert!(auth.verify(&issuer.token().sign()).await.is_ok(), "ES384 under a published key");
    assert!(asked(&network).contains(&issuer.jwks_url()) && !asked(&network).iter().any(|url| url.contains("evil")));
    let error = auth.verify(&issuer.token().signed_by(&evil.current_key()).sign()).await.expect_err("another key");
    assert_eq!(error.reason(), Reason::SignatureInvalid);
}

/// RFC9068-4-e, PC-CLM-1, OIDCD-4.3-a: where no metadata was asked for, the configured issuer is still the only one.
#[tokio::test]
async fn with_the_url_of_the_keys_alone_the_issuer_of_the_token_is_still_compared() {
    let issuer = TestIssuer::new();
    let network = ScriptedFetch::new(&issuer);
    let rules = Issuer::new(issuer.url(), issuer.audience()).jwks_url(issuer.jwks_url());
    let config = Authenticator::trusting(rules).clock(issuer.clock()).fetch_with(network.clone());
    let auth = config.build().expect("a good configuration");
    assert!(auth.verify(&issuer.token().sign()).await.is_ok());
    let slash = format!("{}/", issuer.url());
    for token in [
        issuer.token().issuer("https://evil.test"),
        issuer.token().issuer(&slash),
        issuer.token().issuer(""),
        issuer.token().without("iss"),
    ] {
        let error = auth.verify(&token.sign()).now().expect("no question").expect_err("another issuer");
        assert_eq!((error.reason(), auth.refuse(&error).status), (Reason::IssuerUnknown, 401));
    }
    assert_eq!(asked(&network), [issuer.jwks_url()]);
}

/// RFC8414-2-b, ATK-59: a key endpoint that was configured is held to the same rule.
#[test]
fn a_configured_key_endpoint_is_https() {
    let build = |url: &str, loopback: bool| {
        let config = Authenticator::trusting(Issuer::new("https://as.test", "api").jwks_url(url));
        let config = config.fetch_with(ScriptedFetch::for_issuers([]));
        if loopback { config.allow_loopback_http() } else { config }.build().err().map(|error| error.to_string())
    };
    assert_eq!(build("https://as.test/keys?x=1", false), None);
    assert_eq!(build("http://127.0.0.1/keys", true), None);
    let refused = "1 problem in the configuration of portcullis:\n- issuer \"https://as.test\": jwks_url: \
                   not an https URL; use the https URL of the key set; for one on this machine's loopback call allow_loopback_http";
    assert_eq!(build("http://127.0.0.1/keys", false).as_deref(), Some(refused));
    assert_eq!(build("http://as.test/keys", true).as_deref(), Some(refused));
}
