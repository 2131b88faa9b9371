//! Secrets in the configuration, in the right place and in wrong ones.

use portcullis::fetch::HttpFetch;
use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, ExportedKeys, Issuer};
use portcullis_testing::{BadKey, TestIssuer, TestKey};

use super::capture::Capture;
use super::prey::Prey;
use super::requests::marked;

const PASSWORD: &str = "Hj4Lm8Rt2Wq6Zx9Bv3Nf";
const SHARED: &str = "Gd5Sk1Pw7Yc2Ua8Xe4Mb6Rn3Tq9Vh0Jz";

pub(super) fn show_all(capture: &Capture, prey: &mut Prey) {
    prey.add_secret("password", PASSWORD);
    prey.add_secret("shared secret", SHARED);
    prey.add_octets("user name and password", format!("user:{PASSWORD}").as_bytes());
    let issuer = TestIssuer::builder().algorithm(Algorithm::HS256).build();
    prey.add_octets("shared secret", &issuer.shared_secret());
    let rules = || Issuer::new(issuer.url(), issuer.audience());

    // Where they belong.
    let right = rules().local_secret(Algorithm::HS256, issuer.shared_secret(), Some(&issuer.current_kid()));
    capture.show(&right);
    let auth = show(capture, Authenticator::trusting(right).clock(issuer.clock())).expect("a good configuration");
    let good = marked(&issuer).sign();
    let signed_by_another = marked(&issuer).signed_by(&TestKey::foreign(Algorithm::HS256)).sign();
    for token in [&good, &signed_by_another] {
        prey.add_token(token);
        let outcome = auth.verify(token).now().expect("keys are here");
        assert_eq!(outcome.is_ok(), *token == good);
        capture.show(&outcome);
    }
    let proxy = format!("http://user:{PASSWORD}@proxy.test:3128");
    let builder = HttpFetch::builder().proxy(&proxy).no_proxy().proxy(proxy);
    capture.show(&(&builder, builder.clone().build()));

    // Where they do not: too short, in PEM, in a document, in a URL, twice.
    let (half, document) = (&SHARED[..16], BadKey::Oct.case(&issuer).jwks);
    let private = BadKey::Private.case(&issuer).jwks;
    private_members(&document, prey);
    private_members(&private, prey);
    let pem = include_str!("../../../crates/portcullis-testing/keys/rsa-foreign.pem");
    // Its first lines are the modulus, which is public.
    pem.lines().filter(|line| line.len() == 64).skip(7).for_each(|line| prey.add_secret("private key", line));
    let with_password = |rest: &str| format!("https://user:{PASSWORD}@{rest}");
    let twice = || rules().local_secret(Algorithm::HS256, SHARED, None);
    let wrong = [
        rules().local_secret(Algorithm::HS256, half, Some("short")),
        rules().local_secret(Algorithm::RS256, SHARED, None),
        twice().local_secret(Algorithm::HS384, SHARED, Some("other")),
        rules().public_key_pem(Algorithm::RS256, pem, None),
        rules().public_key_pem(Algorithm::RS256, SHARED, None),
        rules().key_set(document),
        rules().key_set(&*private),
        rules().key_set(SHARED),
        rules().jwks_url(with_password("issuer.test/jwks")),
        rules().jwks_url(with_password("issuer.test/jwks#1")),
        rules().jwks_url(with_password("issuer.test:99999/")),
        Issuer::new(with_password("issuer.test/"), issuer.audience()),
        Issuer::new(with_password("issuer.test/ "), issuer.audience()),
        Issuer::new(with_password("issuer.test/?a"), "*").roles_from([""]).algorithms([]),
        Issuer::new(with_password("issuer.test"), issuer.audience()).key_set(issuer.jwks()).jwks_url("x"),
        Issuer::new(with_password("issuer.test"), issuer.audience()).key_set(private),
    ];
    for rules in wrong {
        capture.show(&rules);
        show(capture, Authenticator::trusting(rules.clone()));
        show(capture, Authenticator::trusting(rules.clone()).also_trust(rules).realm("\n"));
    }
    let metadata = format!("http://user:{PASSWORD}@api.test/");
    show(capture, Authenticator::trusting(twice()).resource_metadata(metadata));
    for exported in [SHARED.to_owned(), format!("{{\"version\":1,\"sources\":[{{\"issuer\":\"{SHARED}\"}}]}}")] {
        capture.show_error(&ExportedKeys::from_json(&exported).expect_err("not exported keys"));
    }
    for builder in [HttpFetch::builder().proxy(format!("user:{PASSWORD}@[")), HttpFetch::builder().user_agent(SHARED)] {
        capture.show(&builder);
        if let Err(error) = builder.build() {
            capture.show_error(&error);
        }
    }
    for pem in [pem.to_owned(), SHARED.to_owned(), format!("-----BEGIN CERTIFICATE-----\n{SHARED}\n")] {
        let builder = HttpFetch::builder().root_certificate_pem(pem);
        capture.show(&builder);
        capture.show_error(&builder.build().expect_err("no certificate"));
    }
}

/// The rules, what is made of them or why nothing is, and what is then to be seen of it.
fn show(capture: &Capture, builder: AuthenticatorBuilder) -> Option<Authenticator> {
    match builder.build() {
        Ok(auth) => {
            capture.show(&(&auth, auth.status(), auth.export_keys(), auth.export_keys().to_json()));
            Some(auth)
        }
        Err(error) => {
            capture.show_error(&error);
            capture.show(&error.problems());
            None
        }
    }
}

/// `d` and `k` of the keys in a document.
pub(super) fn private_members(document: &str, prey: &mut Prey) {
    let document: serde_json::Value = serde_json::from_str(document).expect("JSON");
    for key in document["keys"].as_array().expect("keys") {
        for member in ["d", "k"] {
            if let Some(value) = key[member].as_str() {
                prey.add_secret("member of a private key", value);
            }
        }
    }
}
