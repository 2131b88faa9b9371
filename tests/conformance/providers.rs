//! Tokens of real providers under the presets made for them.

use portcullis::{Issuer, Reason};
use portcullis_testing::{TestIssuer, TokenBuilder, shape};

use crate::api::{ACCEPTED, Api, described};

/// An issuer at the provider's kind of address, and a resource server that trusts it by the provider's rules.
fn provider(url: &str, audience: &str, rules: fn(&str, &str) -> Issuer) -> (TestIssuer, Api) {
    let issuer = TestIssuer::builder().url(url).audience(audience).build();
    let trusted = rules(url, audience).key_set(issuer.jwks());
    let api = Api::trusting(&issuer, trusted, |config| config);
    (issuer, api)
}

fn seen(api: &Api, token: TokenBuilder) -> String {
    described(&api.caller(&token.sign()))
}

#[test]
fn keycloak_roles_come_from_the_realm_and_from_the_client_of_the_api() {
    let (issuer, api) = provider("https://sso.test/realms/acme", "invoices", |url, api| Issuer::keycloak(url, api));
    let subject = "f:0c3a1d52-3f0e-4a6b-9b56-0e3a6cbd1f7e:alice";
    assert_eq!(
        seen(&api, shape::keycloak_user(&issuer, "alice")),
        format!(
            "{subject} via web, user, scopes [openid profile email], roles [offline_access uma_authorization user read], groups []"
        )
    );
    assert_eq!(
        seen(&api, shape::keycloak_client(&issuer, "job")),
        "b5e9a7b1-6c8d-4d0e-8a37-5a7c6f3c2d10 via job, client, scopes [profile email], roles [default-roles-acme read], groups []"
    );
}

/// RFC8725bis-3.12-a
#[test]
fn keycloak_id_refresh_and_other_tokens_are_refused() {
    let (issuer, api) = provider("https://sso.test/realms/acme", "invoices", |url, api| Issuer::keycloak(url, api));
    let id_token = || shape::keycloak_id_token(&issuer, "alice", "web");
    let bearer = || shape::keycloak_user(&issuer, "alice");
    for token in [
        id_token(),
        id_token().audience("invoices"),
        id_token().audience("invoices").without("at_hash"),
        bearer().claim("typ", "Refresh"),
        bearer().claim("typ", "Offline"),
        bearer().claim("typ", "bearer"),
        bearer().without("typ"),
        shape::okta_user(&issuer, "alice"),
        shape::duende_user(&issuer, "alice"),
    ] {
        assert_eq!(api.reason(&token.sign()), Some(Reason::TokenTypeNotAllowed));
    }
    assert_eq!(api.reason(&bearer().audience("account").sign()), Some(Reason::AudienceMismatch), "no audience mapper");
}

const ENTRA: &str = "https://login.microsoftonline.test/33333333-4444-5555-6666-777777777777/v2.0";
const ENTRA_API: &str = "99999999-8888-7777-6666-555555555555";

#[test]
fn entra_scopes_come_from_scp_and_roles_from_roles() {
    let (issuer, api) = provider(ENTRA, ENTRA_API, |url, api| Issuer::entra(url, api));
    assert_eq!(
        seen(&api, shape::entra_user(&issuer, "alice")),
        "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ via 11111111-2222-3333-4444-555555555555, user, \
         scopes [Invoices.Read Invoices.Write], roles [Invoices.Approve], groups []"
    );
    assert_eq!(
        seen(&api, shape::entra_client(&issuer, "job")),
        "44444444-5555-6666-7777-888888888888 via job, client, scopes [], roles [Invoices.Read.All], groups []"
    );
    // Version 1 tokens name the client in `appid`; a scope in `scope` is no scope there.
    let version_1 = shape::entra_user(&issuer, "alice").without("azp").claim("appid", "web").claim("scope", "admin");
    assert!(seen(&api, version_1).contains("via web, user, scopes [Invoices.Read Invoices.Write]"));
}

/// DEC-12: its key set has no `alg`.
#[test]
fn entra_keys_without_alg_are_rs256() {
    let issuer = TestIssuer::builder().url(ENTRA).audience(ENTRA_API).jwks_without_alg().build();
    let api = Api::trusting(&issuer, Issuer::entra(ENTRA, ENTRA_API).key_set(issuer.jwks()), |config| config);
    assert_eq!(api.answer(&shape::entra_user(&issuer, "alice").sign()), ACCEPTED);
    let kid = issuer.current_kid();
    let as_ps256 = shape::entra_user(&issuer, "alice").algorithm(portcullis::Algorithm::PS256).kid(&kid);
    assert_eq!(api.reason(&as_ps256.sign()), Some(Reason::KeyUnsuitable));
}

/// RFC8725bis-3.12-a
#[test]
fn entra_id_tokens_are_refused_even_for_our_audience() {
    let (issuer, api) = provider(ENTRA, ENTRA_API, |url, api| Issuer::entra(url, api));
    let id_token = || shape::entra_id_token(&issuer, "alice", "web");
    assert_eq!(api.reason(&id_token().sign()), Some(Reason::TokenTypeNotAllowed));
    assert_eq!(api.reason(&id_token().audience(ENTRA_API).sign()), Some(Reason::TokenTypeNotAllowed));
    let other_tenant = shape::entra_user(&issuer, "alice").issuer(&ENTRA.replace("33333333", "00000000"));
    assert_eq!(api.reason(&other_tenant.sign()), Some(Reason::IssuerUnknown));
}

#[test]
fn auth0_scopes_come_from_scope_and_permissions() {
    let (issuer, api) = provider("https://acme.eu.auth0.test/", "https://api.test", |url, api| Issuer::auth0(url, api));
    let client = "my3cbpXdvZWSGLm9GNq2LkWw7aXbWk0E";
    let scopes = "read:invoices openid profile read:invoices";
    for token in [shape::auth0_user(&issuer, "alice"), shape::auth0_user_rfc9068(&issuer, "alice")] {
        let expected = format!("auth0|alice via {client}, user, scopes [{scopes}], roles [], groups []");
        assert_eq!(seen(&api, token), expected);
    }
    assert_eq!(
        seen(&api, shape::auth0_client(&issuer, "job")),
        "job@clients via job, client, scopes [read:invoices read:invoices], roles [], groups []"
    );
    let with_roles = Issuer::auth0(issuer.url(), issuer.audience()).roles_from(["https://acme.test/roles"]);
    let api = Api::trusting(&issuer, with_roles.key_set(issuer.jwks()), |config| config);
    let token = shape::auth0_user(&issuer, "alice").claim("https://acme.test/roles", vec!["clerk"]);
    assert!(seen(&api, token).contains("roles [clerk]"));
}

/// RFC8725bis-3.12-a: its ID token has no `azp`, and for a first-party client `aud` may be made equal to the API's.
#[test]
fn auth0_id_tokens_are_refused() {
    let (issuer, api) = provider("https://acme.eu.auth0.test/", "https://api.test", |url, api| Issuer::auth0(url, api));
    let id_token = || {
        let token = issuer.token().header("typ", "JWT").without("client_id").without("jti");
        token.subject("auth0|alice").claim("nonce", "n").claim("sid", "s")
    };
    assert_eq!(api.reason(&id_token().audience("web").sign()), Some(Reason::TokenTypeNotAllowed));
    assert_eq!(api.reason(&id_token().sign()), Some(Reason::TokenTypeNotAllowed));
    let without_slash = shape::auth0_user(&issuer, "alice").issuer("https://acme.eu.auth0.test");
    assert_eq!(api.reason(&without_slash.sign()), Some(Reason::IssuerUnknown));
}

const POOL: &str = "https://cognito-idp.eu-west-1.amazonaws.test/eu-west-1_Example";
const COGNITO_CLIENT: &str = "7q9h3m2example5k8f1c0d6n4p";

#[test]
fn cognito_tokens_are_for_a_client_and_have_groups() {
    let (issuer, api) = provider(POOL, COGNITO_CLIENT, |url, client| Issuer::cognito(url, client).audience("job"));
    assert_eq!(
        seen(&api, shape::cognito_user(&issuer, "alice")),
        format!(
            "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee via {COGNITO_CLIENT}, user, scopes [openid invoices/read], roles [accounting], groups [accounting]"
        )
    );
    assert_eq!(
        seen(&api, shape::cognito_client(&issuer, "job")),
        "job via job, client, scopes [invoices/read], roles [], groups []"
    );
}

/// RFC8725bis-3.12-a, RFC8725bis-3.9-a
#[test]
fn cognito_tokens_of_other_clients_and_id_tokens_are_refused() {
    let (issuer, api) = provider(POOL, COGNITO_CLIENT, |url, client| Issuer::cognito(url, client));
    let id_token = || shape::cognito_id_token(&issuer, "alice", COGNITO_CLIENT);
    let access = || shape::cognito_user(&issuer, "alice");
    for (token, reason) in [
        (id_token(), Reason::TokenTypeNotAllowed),
        (id_token().without("at_hash"), Reason::TokenTypeNotAllowed),
        (id_token().without("at_hash").client(COGNITO_CLIENT), Reason::TokenTypeNotAllowed),
        (access().without("token_use"), Reason::TokenTypeNotAllowed),
        (access().claim("token_use", "Access"), Reason::TokenTypeNotAllowed),
        (shape::cognito_client(&issuer, "job"), Reason::AudienceMismatch),
        (access().without("client_id"), Reason::ClaimMissing),
        (access().without("client_id").audience(COGNITO_CLIENT), Reason::ClaimMissing),
    ] {
        assert_eq!(api.reason(&token.sign()), Some(reason));
    }
}

#[test]
fn okta_scopes_come_from_the_array_scp_and_groups_from_groups() {
    let (issuer, api) =
        provider("https://acme.okta.test/oauth2/default", "api://default", |url, api| Issuer::okta(url, api));
    assert_eq!(
        seen(&api, shape::okta_user(&issuer, "alice")),
        "alice@acme.test via 0oabucvyc38HLL1ef0h7, user, scopes [openid invoices:read], roles [], groups [Everyone Accounting]"
    );
    assert_eq!(
        seen(&api, shape::okta_client(&issuer, "job")),
        "job via job, client, scopes [invoices:read], roles [], groups []"
    );
}

/// RFC8725bis-3.12-a
#[test]
fn okta_id_tokens_are_refused_even_for_our_audience() {
    let (issuer, api) =
        provider("https://acme.okta.test/oauth2/default", "api://default", |url, api| Issuer::okta(url, api));
    let id_token = || shape::okta_id_token(&issuer, "alice", "0oabucvyc38HLL1ef0h7");
    for token in
        [id_token(), id_token().audience("api://default"), id_token().audience("api://default").without("at_hash")]
    {
        assert_eq!(api.reason(&token.sign()), Some(Reason::TokenTypeNotAllowed));
    }
}

#[test]
fn identity_server_scopes_are_an_array_and_a_client_has_no_subject() {
    let (issuer, api) = provider("https://ids.test", "invoices", |url, api| Issuer::identity_server(url, api));
    assert_eq!(
        seen(&api, shape::duende_user(&issuer, "alice")),
        "alice via web, user, scopes [openid profile invoices.read], roles [accounting], groups []"
    );
    assert_eq!(
        seen(&api, shape::duende_client(&issuer, "job")),
        "- via job, client, scopes [invoices.read], roles [], groups []"
    );
    let as_string = shape::duende_user(&issuer, "alice").scope("openid invoices.read");
    assert!(seen(&api, as_string).contains("scopes [openid invoices.read]"));
}

/// RFC8725bis-3.12-a, RFC8725bis-3.11-a
#[test]
fn identity_server_tokens_of_any_other_typ_are_refused() {
    let (issuer, api) = provider("https://ids.test", "invoices", |url, api| Issuer::identity_server(url, api));
    let access = || shape::duende_user(&issuer, "alice");
    let id_token = || access().header("typ", "JWT").without("scope").without("client_id").without("jti");
    for token in [id_token(), id_token().audience("web"), access().header("typ", "JWT"), access().without_header("typ")]
    {
        assert_eq!(api.reason(&token.sign()), Some(Reason::TokenTypeNotAllowed));
    }
}

/// RFC8693-4.2-a: what one provider does is no default for the others.
#[test]
fn an_array_in_scope_is_for_those_who_send_one() {
    let issuer = TestIssuer::builder().url("https://as.test/").build();
    let token = issuer.token().claim("scope", vec!["a"]).claim("azp", "web").claim("typ", "Bearer").sign();
    for (rules, expected) in [
        (Issuer::auth0(issuer.url(), issuer.audience()), None),
        (Issuer::identity_server(issuer.url(), issuer.audience()), None),
        (Issuer::keycloak(issuer.url(), issuer.audience()), Some(Reason::ClaimMalformed)),
        (Issuer::new(issuer.url(), issuer.audience()), Some(Reason::ClaimMalformed)),
    ] {
        let api = Api::trusting(&issuer, rules.key_set(issuer.jwks()), |config| config);
        assert_eq!(api.reason(&token), expected);
    }
}

/// PC-JWKS-8: a preset says nothing about where keys are; all of these look for them by discovery.
#[test]
fn a_preset_may_be_refined_like_any_issuer() {
    let issuer = TestIssuer::builder().url("https://sso.test/realms/acme").audience("invoices").build();
    let rules =
        Issuer::keycloak(issuer.url(), issuer.audience()).groups_from(["groups_of", "user"]).key_set(issuer.jwks());
    let api = Api::trusting(&issuer, rules, |config| config);
    let groups = serde_json::json!({ "user": ["/finance"] });
    let token = shape::keycloak_user(&issuer, "alice").claim("groups_of", groups).claim("groups", vec!["/all"]);
    assert!(seen(&api, token).contains("groups [/finance /all]"));
}
