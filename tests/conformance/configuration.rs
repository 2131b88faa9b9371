//! What is wrong with a configuration: all of it at once, each with the setting, the fault and what to write.

use std::time::Duration;

use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, Issuer};
use portcullis_testing::{ScriptedFetch, TestIssuer};

fn issuer() -> Issuer {
    let test = TestIssuer::new();
    Issuer::new(test.url(), test.audience()).key_set(test.jwks())
}

fn trusting(issuer: Issuer) -> AuthenticatorBuilder {
    Authenticator::trusting(issuer).fetch_with(ScriptedFetch::for_issuers([]))
}

fn complaint(config: AuthenticatorBuilder) -> String {
    config.build().err().map(|error| error.to_string()).unwrap_or_default()
}

/// ATK-81: the whole text, because the text is the interface.
#[test]
fn every_fault_of_a_configuration_is_named_at_once() {
    let config = trusting(Issuer::new("http://login.example.com", ""))
        .also_trust(Issuer::new("https://b.example.com", "api").algorithms([]))
        .also_trust(Issuer::new("https://c.example.com", "api").local_secret(Algorithm::HS256, "hunter2", None))
        .also_trust(Issuer::new("https://d.example.com", "*").public_key_pem(Algorithm::ES256, "no key", None))
        .also_trust(issuer().algorithms([Algorithm::RS256, Algorithm::PS256]))
        .also_trust(issuer())
        .leeway(Duration::from_secs(301))
        .max_token_bytes(1)
        .keys_fresh_for(Duration::from_secs(1))
        .fetch_timeout(Duration::ZERO)
        .max_keys(0)
        .max_document_bytes(1)
        .realm("two\nlines")
        .resource_metadata("http://api.example.com/metadata");
    assert_eq!(complaint(config) + "\n", include_str!("complaint.txt"));
}

/// ATK-81, ATK-56, RFC6750-3-d, RFC9110-11.5-a, RFC9728-5.1-a, RFC7519-4.1.4-a: each fault alone, and beside it the
/// nearest good value.
#[test]
fn each_fault_is_the_only_complaint_about_it() {
    type Change = fn(AuthenticatorBuilder) -> AuthenticatorBuilder;
    let settings: [(&str, Change, Change); 16] = [
        ("leeway", |c| c.leeway(Duration::from_millis(300_001)), |c| c.leeway(Duration::from_secs(300))),
        ("max_token_bytes", |c| c.max_token_bytes(511), |c| c.max_token_bytes(512)),
        ("max_token_bytes", |c| c.max_token_bytes(65_537), |c| c.max_token_bytes(65_536)),
        (
            "keys_fresh_for",
            |c| c.keys_fresh_for(Duration::from_secs(59)),
            |c| c.keys_fresh_for(Duration::from_secs(60)),
        ),
        (
            "keys_fresh_for",
            |c| c.keys_fresh_for(Duration::from_secs(86_401)),
            |c| c.keys_fresh_for(Duration::from_secs(86_400)),
        ),
        (
            "fetch_timeout",
            |c| c.fetch_timeout(Duration::from_millis(99)),
            |c| c.fetch_timeout(Duration::from_millis(100)),
        ),
        ("fetch_timeout", |c| c.fetch_timeout(Duration::from_secs(61)), |c| c.fetch_timeout(Duration::from_secs(60))),
        ("max_keys", |c| c.max_keys(0), |c| c.max_keys(1)),
        ("max_document_bytes", |c| c.max_document_bytes(1023), |c| c.max_document_bytes(1024)),
        ("realm", |c| c.realm(""), |c| c.realm("r")),
        ("realm", |c| c.realm(" "), |c| c.realm("r r")),
        ("stale_keys_for", |c| c.stale_keys_for(Duration::MAX), |c| c.stale_keys_for(Duration::from_secs(30 * 86_400))),
        ("realm", |c| c.realm("caf\u{e9}"), |c| c.realm("cafe")),
        ("realm", |c| c.realm("a\r\nX-Injected: 1"), |c| c.realm("a X-Injected: 1")),
        (
            "resource_metadata",
            |c| c.resource_metadata("/.well-known/oauth-protected-resource"),
            |c| c.resource_metadata("https://api.test/.well-known/oauth-protected-resource"),
        ),
        (
            "resource_metadata",
            |c| c.resource_metadata("https://api.test/\"\r\nX: 1"),
            |c| c.resource_metadata("https://api.test/%22"),
        ),
    ];
    for (setting, bad, good) in settings {
        let error = bad(trusting(issuer())).build().expect_err(setting);
        let [problem] = error.problems() else { panic!("{setting}: {error}") };
        assert_eq!(problem.setting, setting);
        assert!(!problem.problem.is_empty() && !problem.remedy.is_empty());
        assert_eq!(complaint(good(trusting(issuer()))), "", "{setting}");
    }
}

/// ATK-81, RFC7518-3.2-a, PC-CLM-2, RFC8725bis-3.1-c, OA21-1.5-a
#[test]
fn each_fault_of_an_issuer_names_the_issuer() {
    type Make = fn() -> Issuer;
    let bare = || Issuer::new("https://as.test", "api");
    assert_eq!(complaint(trusting(bare())), "");
    let cases: [(&str, &str, Make, Make); 14] = [
        (
            "audience",
            "empty, with white space, or a wildcard",
            || Issuer::new("https://as.test", ""),
            || Issuer::new("https://as.test", "a"),
        ),
        (
            "audience",
            "empty, with white space, or a wildcard",
            || issuer_at("api").audience("*"),
            || issuer_at("api").audience("other"),
        ),
        ("algorithms", "no algorithm is allowed", || issuer_at("api").algorithms([]), || issuer_at("api")),
        (
            "algorithms",
            "HMAC is only possible with a local secret",
            || issuer_at("api").algorithms([Algorithm::HS256]),
            || issuer_at("api").algorithms([Algorithm::ES256]),
        ),
        (
            "algorithms",
            "{RS256, RS384} share one kind of key, and a key must have one algorithm",
            || issuer_at("api").algorithms([Algorithm::RS256, Algorithm::RS384]),
            || issuer_at("api").algorithms([Algorithm::RS256, Algorithm::ES384]),
        ),
        (
            "jwks_url",
            "not an https URL",
            || issuer_at("api").jwks_url("http://as.test/keys"),
            || issuer_at("api").jwks_url("https://as.test/keys"),
        ),
        (
            "jwks_url",
            "not an absolute URL with a host",
            || issuer_at("api").jwks_url("/keys"),
            || issuer_at("api").jwks_url("https://as.test"),
        ),
        ("key_set", "the key set is not JSON", || issuer_at("api").key_set("keys.json"), good_keys),
        ("key_set", "the key set has no `keys` array", || issuer_at("api").key_set("{}"), good_keys),
        (
            "key_set",
            "the `keys` array of the key set is empty",
            || issuer_at("api").key_set(r#"{"keys":[]}"#),
            good_keys,
        ),
        (
            "public_key_pem",
            "a private key",
            || issuer_at("api").public_key_pem(Algorithm::RS256, "-----BEGIN PRIVATE KEY-----", None),
            || issuer_at("api").public_key_pem(Algorithm::RS256, TestIssuer::new().public_key_pem(), None),
        ),
        (
            "public_key_pem",
            "the key cannot verify ES256",
            || issuer_at("api").public_key_pem(Algorithm::ES256, TestIssuer::new().public_key_pem(), None),
            || issuer_at("api").public_key_pem(Algorithm::PS256, TestIssuer::new().public_key_pem(), None),
        ),
        (
            "local_secret",
            "the secret has 31 octets, HS256 needs at least 32 random ones",
            || issuer_at("api").local_secret(Algorithm::HS256, [7; 31], None),
            || issuer_at("api").local_secret(Algorithm::HS256, *b"thirty-two octets of shared sand", None),
        ),
        (
            "local_secret",
            "RS256 does not verify with a secret",
            || {
                issuer_at("api").local_secret(
                    Algorithm::RS256,
                    [*b"thirty-two octets of shared sand"; 2].concat(),
                    None,
                )
            },
            || {
                issuer_at("api").local_secret(
                    Algorithm::HS512,
                    [*b"thirty-two octets of shared sand"; 2].concat(),
                    None,
                )
            },
        ),
    ];
    for (setting, fault, bad, good) in cases {
        let error = trusting(bad()).build().expect_err(fault);
        let [problem] = error.problems() else { panic!("{error}") };
        let expected = (format!("issuer \"https://as.test\": {setting}"), fault.to_owned());
        assert_eq!((problem.setting.clone(), problem.problem.clone()), expected);
        assert_eq!(complaint(trusting(good())), "", "{setting}: {fault}");
    }
}

fn issuer_at(audience: &str) -> Issuer {
    Issuer::new("https://as.test", audience)
}

fn good_keys() -> Issuer {
    issuer_at("api").key_set(TestIssuer::new().jwks())
}

/// A claim has one reader: what the library checks itself cannot be read as a list of rights as well.
#[test]
fn a_claim_path_names_a_claim_of_the_applications_own() {
    let fault = |issuer: Issuer| trusting(issuer).build().err().map(|error| error.problems()[0].setting.clone());
    let about = |setting: &str| Some(format!("issuer \"https://as.test\": {setting}"));
    assert_eq!(
        fault(issuer_at("api").roles_from(["realm_access", "roles"]).groups_from(["https://claims.test/groups"])),
        None
    );
    assert_eq!(fault(issuer_at("api").roles_from(["sub"])), about("roles_from [\"sub\"]"));
    assert_eq!(fault(issuer_at("api").groups_from(["aud"])), about("groups_from [\"aud\"]"));
    assert_eq!(fault(issuer_at("api").scopes_from(["a", ""])), about("scopes_from [\"a\", \"\"]"));
    assert_eq!(fault(issuer_at("api").scopes_from([""; 0])), about("scopes_from []"));
    let many = (0..80).fold(issuer_at("api"), |issuer, number| issuer.roles_from([number.to_string()]));
    assert_eq!(fault(many), about("roles_from [\"60\"]"));
}

/// Settings of which only one can be meant are not silently decided by their order.
#[test]
fn keys_come_from_one_place_and_the_profile_from_all_of_its_claims() {
    let jwks = || TestIssuer::new().jwks();
    let url = "https://as.test/keys";
    for (issuer, problem) in [
        (good_keys().jwks_url(url), "key_set, jwks_url: each says where the keys come from"),
        (issuer_at("api").jwks_url(url).key_set(jwks()), "jwks_url, key_set: each says where the keys come from"),
        (
            good_keys().rfc9068().dangerous_accept_tokens_without_expiry(),
            "rfc9068: the profile requires `iss`, `aud` and `exp`",
        ),
        (
            good_keys().rfc9068().dangerous_accept_tokens_without_issuer(),
            "rfc9068: the profile requires `iss`, `aud` and `exp`",
        ),
    ] {
        let complaint = complaint(trusting(issuer));
        assert!(complaint.contains(problem), "{complaint}");
    }
    assert_eq!(complaint(trusting(good_keys().rfc9068())), "");
    let alg = Algorithm::HS256;
    let secret_of = |n: u8| std::array::from_fn::<u8, 32, _>(|index| index as u8 ^ n);
    let two = issuer_at("api").local_secret(alg, secret_of(1), Some("a")).local_secret(alg, secret_of(2), Some("b"));
    assert_eq!(complaint(trusting(two)), "");
    let five = (0..5_u8).fold(issuer_at("api"), |rules, n| rules.local_secret(alg, secret_of(n), None));
    assert!(complaint(trusting(five)).contains("more than 4 keys without `kid`"));
    let four = (0..4_u8).fold(issuer_at("api"), |rules, n| rules.local_secret(alg, secret_of(n), None));
    assert_eq!(complaint(trusting(four)), "");
    let pem = TestIssuer::new().public_key_pem();
    let twice = |rules: Issuer| {
        rules.public_key_pem(Algorithm::RS256, pem.clone(), Some("a")).public_key_pem(
            Algorithm::PS256,
            pem.clone(),
            Some("b"),
        )
    };
    assert!(complaint(trusting(twice(issuer_at("api")))).contains("the same key is given for two algorithms"));
    assert_eq!(complaint(trusting(twice(issuer_at("api").dangerous_share_keys_between_algorithms()))), "");
    let document = Issuer::new("https://as.test/.well-known/openid-configuration", "api");
    assert!(complaint(trusting(document)).contains("the URL of a metadata document; use what that document says"));
}

/// ATK-81: an issuer twice, and who takes tokens without one.
#[test]
fn issuers_are_configured_once_and_one_at_most_takes_tokens_without_iss() {
    assert_eq!(
        complaint(trusting(issuer()).also_trust(issuer())),
        "1 problem in the configuration of portcullis:\n\
         - issuer \"https://issuer.test\": configured twice; configure each issuer once, with all of its audiences"
    );
    let lenient = |url: &str| Issuer::new(url, "api").dangerous_accept_tokens_without_issuer();
    assert_eq!(complaint(trusting(lenient("https://a.test")).also_trust(Issuer::new("https://b.test", "api"))), "");
    assert_eq!(
        complaint(trusting(lenient("https://a.test")).also_trust(lenient("https://b.test"))),
        "1 problem in the configuration of portcullis:\n\
         - dangerous_accept_tokens_without_issuer: set for more than one issuer; \
         set it for the one issuer that such tokens are taken for"
    );
}

/// RFC9700-4.9.3-a: the message is for a log, so the secret is not in it.
#[test]
fn no_complaint_quotes_a_secret_or_a_key() {
    let pem = TestIssuer::new().public_key_pem();
    let config = trusting(issuer_at("api").local_secret(Algorithm::HS512, "correct horse battery staple", None))
        .also_trust(Issuer::new("https://b.test", "api").local_secret(Algorithm::HS256, pem.clone(), None))
        .also_trust(Issuer::new("https://c.test", "api").public_key_pem(Algorithm::RS256, pem[..120].to_owned(), None))
        .also_trust(Issuer::new("https://d.test", "api").key_set(r#"{"keys":["marker"],"k":"marker""#));
    let complaint = complaint(config);
    assert_eq!(complaint.lines().count(), 5, "{complaint}");
    for secret in ["correct", "staple", &pem[30..60], "marker"] {
        assert!(!complaint.contains(secret), "{complaint}");
    }
}

/// RFC8725bis-3.1-c, PC-CLM-2: everything that is given up is given up by name and lets the build go on.
#[test]
fn a_waiver_is_no_problem_of_the_configuration() {
    let issuer = issuer()
        .algorithms([Algorithm::RS256, Algorithm::PS256])
        .dangerous_share_keys_between_algorithms()
        .dangerous_accept_any_audience()
        .dangerous_accept_tokens_without_expiry()
        .dangerous_accept_tokens_without_issuer();
    assert_eq!(complaint(trusting(issuer)), "");
}
