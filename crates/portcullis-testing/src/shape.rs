//! Tokens in the shape that real identity providers give them.
//!
//! Each function returns a [`TokenBuilder`] with the claims and the header that the provider sends with its defaults,
//! and with `iss`, dates and keys of the test issuer. Change what the test is about, and sign.
//!
//! ```
//! use portcullis_testing::{TestIssuer, shape};
//!
//! let issuer = TestIssuer::builder().url("https://sso.test/realms/acme").build();
//! let token = shape::keycloak_user(&issuer, "alice").claim("tenant", "acme").sign();
//! # assert_eq!(token.split('.').count(), 3);
//! ```

use serde_json::{Value, json};

use crate::issuer::TestIssuer;
use crate::token::TokenBuilder;

const SESSION: &str = "0c3a1d52-3f0e-4a6b-9b56-0e3a6cbd1f7e";

/// A token with these claims besides `iss`, `exp`, `iat` and `aud`; `null` takes a claim out.
fn with(token: TokenBuilder, claims: Value) -> TokenBuilder {
    let Value::Object(claims) = claims else { return token };
    let bare = token.without("client_id").without("jti");
    claims.iter().fold(bare, |token, (name, value)| match value {
        Value::Null => token.without(name),
        value => token.claim(name, value.clone()),
    })
}

/// Keycloak, access token of a user. `typ` is `JWT` in the header and `Bearer` in the claims; roles are in
/// `realm_access` and `resource_access`; the client is `azp`.
pub fn keycloak_user(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let claims = json!({
        "jti": "onrtac:6f0b1e4b-6f9e-4c8e-8b2c-1d8f7a4f7c11",
        "sub": format!("f:{SESSION}:{username}"),
        "typ": "Bearer",
        "azp": "web",
        "sid": SESSION,
        "acr": "1",
        "allowed-origins": ["https://app.test"],
        "realm_access": { "roles": ["offline_access", "uma_authorization", "user"] },
        "resource_access": { "invoices": { "roles": ["read"] }, "account": { "roles": ["view-profile"] } },
        "scope": "openid profile email",
        "email_verified": true,
        "preferred_username": username,
        "email": format!("{username}@acme.test"),
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Keycloak, access token of a client acting for itself: a service account.
pub fn keycloak_client(issuer: &TestIssuer, client: &str) -> TokenBuilder {
    let claims = json!({
        "jti": "trrtcc:0a2c1de9-87f5-4a2f-a3f6-6ac1a4dc9a2c",
        "sub": "b5e9a7b1-6c8d-4d0e-8a37-5a7c6f3c2d10",
        "typ": "Bearer",
        "azp": client,
        "client_id": client,
        "clientHost": "192.0.2.7",
        "clientAddress": "192.0.2.7",
        "acr": "1",
        "realm_access": { "roles": ["default-roles-acme"] },
        "resource_access": { "invoices": { "roles": ["read"] } },
        "scope": "profile email",
        "preferred_username": format!("service-account-{client}"),
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Keycloak, ID token. To be refused as an access token, whatever its audience.
pub fn keycloak_id_token(issuer: &TestIssuer, username: &str, client: &str) -> TokenBuilder {
    let now = issuer.clock().unix_seconds();
    let claims = json!({
        "jti": "9e0a1d34-3b8a-4f0e-9c61-2f8d1c7b5a90",
        "aud": client,
        "sub": format!("f:{SESSION}:{username}"),
        "typ": "ID",
        "azp": client,
        "nonce": "n-0S6_WzA2Mj",
        "auth_time": now,
        "sid": SESSION,
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "acr": "1",
        "preferred_username": username,
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Microsoft Entra ID, v2.0 access token of a user: scopes in `scp`, roles in `roles`. Its key set has no `alg`:
/// [`jwks_without_alg`](crate::TestIssuerBuilder::jwks_without_alg).
pub fn entra_user(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let now = issuer.clock().unix_seconds();
    let claims = json!({
        "nbf": now,
        "aio": "AXQAi/8TAAAA",
        "azp": "11111111-2222-3333-4444-555555555555",
        "azpacr": "0",
        "name": username,
        "oid": "22222222-3333-4444-5555-666666666666",
        "preferred_username": format!("{username}@acme.test"),
        "rh": "0.AAAA",
        "roles": ["Invoices.Approve"],
        "scp": "Invoices.Read Invoices.Write",
        "sid": SESSION,
        "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
        "tid": "33333333-4444-5555-6666-777777777777",
        "uti": "fqiBqXLPj0eQa82S-IYFAA",
        "ver": "2.0",
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Microsoft Entra ID, v2.0 access token of a client acting for itself: no `scp`, application permissions in `roles`,
/// and `sub` equals `oid`.
pub fn entra_client(issuer: &TestIssuer, client: &str) -> TokenBuilder {
    let now = issuer.clock().unix_seconds();
    let claims = json!({
        "nbf": now,
        "aio": "E2ZgYAAA",
        "azp": client,
        "azpacr": "1",
        "idtyp": "app",
        "oid": "44444444-5555-6666-7777-888888888888",
        "rh": "0.AAAA",
        "roles": ["Invoices.Read.All"],
        "sub": "44444444-5555-6666-7777-888888888888",
        "tid": "33333333-4444-5555-6666-777777777777",
        "uti": "fqiBqXLPj0eQa82S-IYFAA",
        "ver": "2.0",
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Microsoft Entra ID, v2.0 ID token: its audience is the client.
pub fn entra_id_token(issuer: &TestIssuer, username: &str, client: &str) -> TokenBuilder {
    with(
        entra_user(issuer, username),
        json!({ "aud": client, "nonce": "678910", "scp": null, "roles": null, "azp": null, "azpacr": null }),
    )
}

/// Auth0, access token of a user: the audience is an array with the user information endpoint in it, permissions beside
/// the scope, the client in `azp`. Its issuers end in a slash.
pub fn auth0_user(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let claims = json!({
        "sub": format!("auth0|{username}"),
        "aud": [issuer.audience(), format!("{}/userinfo", issuer.base())],
        "scope": "openid profile read:invoices",
        "azp": "my3cbpXdvZWSGLm9GNq2LkWw7aXbWk0E",
        "permissions": ["read:invoices"],
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Auth0, access token of a client acting for itself.
pub fn auth0_client(issuer: &TestIssuer, client: &str) -> TokenBuilder {
    let claims = json!({
        "sub": format!("{client}@clients"),
        "scope": "read:invoices",
        "gty": "client-credentials",
        "azp": client,
        "permissions": ["read:invoices"],
    });
    with(issuer.token(), claims).header("typ", "JWT")
}

/// Auth0, access token of a user under its RFC 9068 profile: `typ: at+jwt`, `client_id`, `jti`.
pub fn auth0_user_rfc9068(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let claims =
        json!({ "azp": null, "client_id": "my3cbpXdvZWSGLm9GNq2LkWw7aXbWk0E", "jti": "hT7UgUyuhvB12UCeQ2Ha3q" });
    let kept = auth0_user(issuer, username);
    with(kept, claims).header("typ", "at+jwt")
}

/// Amazon Cognito, access token of a user: **no `aud`**, the client in `client_id`, `token_use: access`, no `typ`.
pub fn cognito_user(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let now = issuer.clock().unix_seconds();
    let claims = json!({
        "aud": null,
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cognito:groups": ["accounting"],
        "version": 2,
        "client_id": "7q9h3m2example5k8f1c0d6n4p",
        "origin_jti": "bbbbbbbb-cccc-dddd-eeee-ffffffffffff",
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "token_use": "access",
        "scope": "openid invoices/read",
        "auth_time": now,
        "jti": "cccccccc-dddd-eeee-ffff-000000000000",
        "username": username,
    });
    with(issuer.token(), claims).without_header("typ")
}

/// Amazon Cognito, access token of a client acting for itself: `sub` is the client.
pub fn cognito_client(issuer: &TestIssuer, client: &str) -> TokenBuilder {
    let claims = json!({
        "aud": null,
        "sub": client,
        "client_id": client,
        "version": 2,
        "token_use": "access",
        "scope": "invoices/read",
        "auth_time": issuer.clock().unix_seconds(),
        "jti": "cccccccc-dddd-eeee-ffff-000000000001",
    });
    with(issuer.token(), claims).without_header("typ")
}

/// Amazon Cognito, ID token: `token_use: id`, the audience is the client.
pub fn cognito_id_token(issuer: &TestIssuer, username: &str, client: &str) -> TokenBuilder {
    let claims = json!({
        "aud": client,
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cognito:groups": ["accounting"],
        "cognito:username": username,
        "token_use": "id",
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "auth_time": issuer.clock().unix_seconds(),
        "jti": "cccccccc-dddd-eeee-ffff-000000000002",
        "email": format!("{username}@acme.test"),
    });
    with(issuer.token(), claims).without_header("typ")
}

/// Okta, access token of a user: scopes in an **array** `scp`, the client in `cid`, no `typ`.
pub fn okta_user(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let claims = json!({
        "ver": 1,
        "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
        "cid": "0oabucvyc38HLL1ef0h7",
        "uid": "00uid4BxXw6I6TV4m0g3",
        "scp": ["openid", "invoices:read"],
        "auth_time": issuer.clock().unix_seconds(),
        "sub": format!("{username}@acme.test"),
        "groups": ["Everyone", "Accounting"],
    });
    with(issuer.token(), claims).without_header("typ")
}

/// Okta, access token of a client acting for itself: `sub` equals `cid`, and there is no `uid`.
pub fn okta_client(issuer: &TestIssuer, client: &str) -> TokenBuilder {
    let claims = json!({
        "ver": 1,
        "jti": "AT.1mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
        "cid": client,
        "scp": ["invoices:read"],
        "sub": client,
    });
    with(issuer.token(), claims).without_header("typ")
}

/// Okta, ID token: the audience is the client.
pub fn okta_id_token(issuer: &TestIssuer, username: &str, client: &str) -> TokenBuilder {
    let claims = json!({
        "ver": 1,
        "aud": client,
        "jti": "ID.4eAWJOCMB3SX8XewDfVR",
        "amr": ["pwd"],
        "idp": "00o1n8sbwArJ7OQRw406",
        "nonce": "n-0S6_WzA2Mj",
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "auth_time": issuer.clock().unix_seconds(),
        "sub": "00uid4BxXw6I6TV4m0g3",
        "preferred_username": format!("{username}@acme.test"),
    });
    with(issuer.token(), claims).without_header("typ")
}

/// Duende IdentityServer, access token of a user: `typ: at+jwt`, and `scope` an **array**.
pub fn duende_user(issuer: &TestIssuer, username: &str) -> TokenBuilder {
    let now = issuer.clock().unix_seconds();
    let claims = json!({
        "nbf": now,
        "scope": ["openid", "profile", "invoices.read"],
        "amr": ["pwd"],
        "client_id": "web",
        "sub": username,
        "auth_time": now,
        "idp": "local",
        "role": ["accounting"],
        "sid": "2C1A2F3B4D5E6F708192A3B4C5D6E7F8",
        "jti": "7D1A2F3B4D5E6F708192A3B4C5D6E7F9",
    });
    with(issuer.token(), claims).header("typ", "at+jwt")
}

/// Duende IdentityServer, access token of a client acting for itself: **no `sub`**.
pub fn duende_client(issuer: &TestIssuer, client: &str) -> TokenBuilder {
    let claims = json!({
        "nbf": issuer.clock().unix_seconds(),
        "sub": null,
        "scope": ["invoices.read"],
        "client_id": client,
        "jti": "8D1A2F3B4D5E6F708192A3B4C5D6E7FA",
    });
    with(issuer.token(), claims).header("typ", "at+jwt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{claims, header, verified};

    #[test]
    fn every_shape_is_well_signed_dated_and_from_the_issuer() {
        let issuer = TestIssuer::builder().url("https://idp.test/").build();
        let shapes = [
            keycloak_user(&issuer, "alice"),
            keycloak_client(&issuer, "job"),
            keycloak_id_token(&issuer, "alice", "web"),
            entra_user(&issuer, "alice"),
            entra_client(&issuer, "job"),
            entra_id_token(&issuer, "alice", "web"),
            auth0_user(&issuer, "alice"),
            auth0_user_rfc9068(&issuer, "alice"),
            auth0_client(&issuer, "job"),
            cognito_user(&issuer, "alice"),
            cognito_client(&issuer, "job"),
            cognito_id_token(&issuer, "alice", "web"),
            okta_user(&issuer, "alice"),
            okta_client(&issuer, "job"),
            okta_id_token(&issuer, "alice", "web"),
            duende_user(&issuer, "alice"),
            duende_client(&issuer, "job"),
        ];
        for token in shapes {
            let token = token.sign();
            assert!(verified(&issuer, &token));
            let claims = claims(&token);
            assert_eq!(claims["iss"], "https://idp.test/");
            assert!(claims["exp"].as_u64() > claims["iat"].as_u64());
        }
    }

    #[test]
    fn providers_differ_where_they_really_do() {
        let issuer = TestIssuer::new();
        let cognito = cognito_user(&issuer, "alice").sign();
        assert!(claims(&cognito).get("aud").is_none() && header(&cognito).get("typ").is_none());
        assert!(claims(&okta_user(&issuer, "alice").sign())["scp"].is_array());
        assert!(claims(&entra_user(&issuer, "alice").sign())["scp"].is_string());
        assert!(claims(&duende_client(&issuer, "job").sign()).get("sub").is_none());
        let auth0 = claims(&auth0_user(&issuer, "alice").sign());
        assert_eq!(auth0["aud"], json!(["https://api.test", "https://issuer.test/userinfo"]));
        assert!(auth0.get("client_id").is_none());
        let auth0 = auth0_user_rfc9068(&issuer, "alice").sign();
        assert_eq!((&header(&auth0)["typ"], claims(&auth0)["client_id"].is_string()), (&json!("at+jwt"), true));
    }
}
