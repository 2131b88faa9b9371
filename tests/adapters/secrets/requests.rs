//! Every request of the suite and every token of the test kit, through every adapter.

use axum::http::HeaderValue;
use portcullis::clock::Clock;
use portcullis::{Authentication, CryptoBackend, Principal, RegisteredClaims, Revocations, TrustedCaller};
use portcullis_testing::{BadKey, Defect, Oddity, ProfileDefect, TestIssuer, TokenBuilder};

use super::MARK;
use super::capture::{Capture, Channel};
use super::prey::Prey;
use crate::answer::Answer;
use crate::drivers::Driver;
use crate::row::Request;
use crate::rows;
use crate::setting::{Approve, Route, Settings, Tenant};
use crate::tokens::Tokens;

const BACKENDS: [CryptoBackend; 2] = [CryptoBackend::AwsLcRs, CryptoBackend::RustCrypto];

pub(super) async fn send_all(capture: &Capture, prey: &mut Prey) {
    prey.add_secret("claim value", MARK);
    let tokens = Tokens::new();
    tokens.all().for_each(|token| prey.add_token(token));
    for row in rows::all() {
        for driver in Driver::ALL {
            let auth = row.settings.authenticator(&tokens.issuer);
            hear(capture, &driver.send(auth, row.route, &row.request(&tokens)).await);
        }
    }
    let issuer = TestIssuer::builder().every_algorithm().build();
    let all: Vec<String> = every_token(&issuer).collect();
    all.iter().for_each(|token| prey.add_token(token));
    let configurations = Settings::ALL.into_iter().flat_map(|settings| BACKENDS.map(|backend| (settings, backend)));
    for (configuration, (settings, backend)) in configurations.enumerate() {
        let auth = settings.builder(&issuer).crypto(backend).build().expect("a good configuration");
        for (number, token) in all.iter().enumerate() {
            let credential = format!("Bearer {token}");
            // In turns: each token meets each adapter, and each route, under one configuration or another.
            let turn = number + configuration;
            let driver = match HeaderValue::from_bytes(credential.as_bytes()) {
                Ok(_) => Driver::ALL[turn % Driver::ALL.len()],
                Err(_) => Driver::Core,
            };
            let request = Request { method: "GET", target: "/".to_owned(), head: vec![("authorization", credential)] };
            hear(capture, &driver.send(auth.clone(), Route::ALL[turn % Route::ALL.len()], &request).await);
        }
    }
}

/// Marked tokens: good ones, odd ones, and everything that can be wrong with one.
fn every_token(issuer: &TestIssuer) -> impl Iterator<Item = String> {
    let token = || marked(issuer);
    let good = [token(), token().scope("invoices:read invoices:write"), token().claim("roles", vec!["clerk"])];
    let defects = Defect::ALL.iter().map(move |defect| token().defect(*defect));
    let profile = ProfileDefect::ALL.iter().map(move |defect| token().profile_defect(*defect));
    let odd = Oddity::ALL.iter().map(move |oddity| token().oddity(*oddity));
    let keys = BadKey::ALL.iter().map(|key| key.case(issuer).token);
    good.into_iter().chain(defects).chain(profile).chain(odd).map(TokenBuilder::sign).chain(keys)
}

pub(super) fn marked(issuer: &TestIssuer) -> TokenBuilder {
    let token = issuer.token().subject(&format!("{MARK}-subject")).client(&format!("{MARK}-client"));
    let token = token.claim("jti", format!("{MARK}-id")).claim("email", format!("{MARK}@acme.test"));
    token.claim("groups", vec![format!("{MARK}-group")]).claim("tenant", format!("{MARK}-tenant"))
}

/// What a client sees; a caller's name is what the handlers of this suite answer with.
pub(super) fn hear(capture: &Capture, answer: &Answer) {
    for (name, value) in &answer.fields {
        capture.hear(Channel::Field, format!("{name}: {value}"));
    }
    if answer.status != 200 {
        capture.hear(Channel::Body, answer.body.clone());
    }
}

/// Every value of the core that has touched a token, and every error.
pub(super) fn show_all(capture: &Capture, prey: &mut Prey) {
    let issuer = TestIssuer::builder().every_algorithm().build();
    let auth = Settings::Problems.builder(&issuer).describe_refusals().build().expect("a good configuration");
    capture.show(&(&auth, &issuer, marked(&issuer)));
    for token in every_token(&issuer) {
        prey.add_token(&token);
        let authenticating = auth.verify(&token);
        capture.show(&authenticating);
        let outcome = authenticating.now().expect("keys are here");
        capture.show(&outcome);
        match outcome {
            Ok(who) => show(capture, &who),
            Err(error) => {
                capture.show_error(&error);
                capture.show(&auth.refuse(&error));
            }
        }
    }
    let revocations = Revocations::with_clock(issuer.clock());
    let now = issuer.clock().now();
    revocations.revoke_token(issuer.url(), &format!("{MARK}-id"), now);
    revocations.revoke_session(issuer.url(), MARK, now);
    revocations.revoke_subject(issuer.url(), &format!("{MARK}-subject"), now, now);
    let auth = issuer.authenticator_builder().revocations(revocations.clone()).build().expect("a good configuration");
    let error = auth.verify(&marked(&issuer).sign()).now().expect("keys are here").expect_err("revoked");
    capture.show(&(&revocations, &auth, auth.refuse(&error)));
    capture.show_error(&error);
    let vouched_for = TrustedCaller::new(issuer.url(), MARK).client(MARK).role(MARK).group(MARK).claim("email", MARK);
    show(capture, &vouched_for.scope(MARK).build());
}

/// Claims of types that they do not fit, and whose errors would quote them.
pub(super) fn show(capture: &Capture, who: &Authentication) {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "is never made")]
    struct Number {
        email: u64,
    }
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "is never made")]
    struct Choice {
        email: Plan,
    }
    #[derive(Debug, serde::Deserialize)]
    enum Plan {
        Free,
    }
    capture.show(&(who, who.caller()));
    let known: Principal<RegisteredClaims> = who.principal().expect("any claims");
    capture.show(&known);
    let errors = [
        who.principal::<Number>().err(),
        who.principal::<Choice>().err(),
        who.principal::<Tenant>().err(),
        who.require::<Approve>().err(),
    ];
    assert!(matches!(errors, [Some(_), Some(_), ..]));
    for error in errors.iter().flatten() {
        capture.show_error(error);
        capture.show(&who.refuse(error));
    }
}
