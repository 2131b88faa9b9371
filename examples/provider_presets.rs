//! Presets: where each well-known provider puts scopes and roles, and how its access tokens differ from its ID tokens.
//!
//! `cargo run --example provider_presets`

use axum::{Router, routing::get};
use portcullis_axum::portcullis::{Authenticator, Issuer};
use portcullis_axum::{AuthLayer, Authenticated};
use portcullis_testing::{ScriptedFetch, TestIssuer, shape};
use tokio::net::TcpListener;

mod support;

/// Roles and scopes from wherever the issuer has them.
async fn rights(caller: Authenticated) -> String {
    let (roles, scopes): (Vec<_>, Vec<_>) = (caller.roles().collect(), caller.scopes().collect());
    format!("roles: {}; scopes: {}", roles.join(" "), scopes.join(" "))
}

#[tokio::main]
async fn main() -> support::Outcome {
    let provider = |url: &str, audience: &str| TestIssuer::builder().url(url).audience(audience).build();
    let keycloak = provider("https://sso.test/realms/acme", "invoices");
    let entra = provider("https://login.microsoftonline.test/TENANT/v2.0", "api://invoices");
    let auth0 = provider("https://acme.eu.auth0.test/", "https://api.acme.test");
    let cognito = provider("https://cognito-idp.eu-central-1.amazonaws.test/POOL", "web");
    let okta = provider("https://acme.okta.test/oauth2/default", "api://default");
    let duende = provider("https://identity.acme.test", "invoices");

    // Any of them alone, too: `Authenticator::trusting(Issuer::keycloak(…, …)).build()?`.
    let auth = Authenticator::trusting(Issuer::keycloak(keycloak.url(), "invoices"))
        .also_trust(Issuer::entra(entra.url(), "api://invoices"))
        .also_trust(Issuer::auth0(auth0.url(), "https://api.acme.test"))
        .also_trust(Issuer::cognito(cognito.url(), "web"))
        .also_trust(Issuer::okta(okta.url(), "api://default"))
        .also_trust(Issuer::identity_server(duende.url(), "invoices"))
        .fetch_with(ScriptedFetch::for_issuers([&keycloak, &entra, &auth0, &cognito, &okta, &duende]))
        .clock(keycloak.clock())
        .build()?;

    let app = Router::new().route("/rights", get(rights)).layer(AuthLayer::new(auth));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let tokens = [
        (
            shape::keycloak_user(&keycloak, "alice"),
            "200 roles: offline_access uma_authorization user read; scopes: openid profile email",
        ),
        (shape::entra_user(&entra, "alice"), "200 roles: Invoices.Approve; scopes: Invoices.Read Invoices.Write"),
        (shape::auth0_user(&auth0, "alice"), "200 roles: ; scopes: read:invoices openid profile"),
        (shape::cognito_user(&cognito, "alice").client("web"), "200 roles: accounting; scopes: openid invoices/read"),
        (shape::okta_user(&okta, "alice"), "200 roles: ; scopes: openid invoices:read"),
        (shape::duende_user(&duende, "alice"), "200 roles: accounting; scopes: openid profile invoices.read"),
        // ID tokens are for the client, never for an API.
        (shape::keycloak_id_token(&keycloak, "alice", "invoices"), "401"),
        (shape::cognito_id_token(&cognito, "alice", "web"), "401"),
    ];
    let tokens = tokens.map(|(token, expected)| (token.sign(), expected));
    let requests: Vec<_> = tokens.iter().map(|(token, expected)| ("/rights", Some(&**token), *expected)).collect();
    support::serve(address, axum::serve(listener, app), &requests).await
}
