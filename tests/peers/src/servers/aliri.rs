//! aliri: the layer of aliri_tower, and a scope guard of aliri_axum that takes the claims. RSA is ring's, ECDSA OpenSSL's,
//! and there is no choice.
//!
//! Its task refreshes every ten minutes, as in its example, while others answer.

use std::hint::black_box;
use std::time::Duration;

use aliri::{jwa, jwt};
use aliri_axum::scope_guards;
use aliri_oauth2::{Authority, HasScope, Scope};
use aliri_tower::Oauth2Authorizer;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde::Deserialize;

use crate::Trust;

/// [`Claims`](crate::Claims) in aliri's own types, which its checks ask for.
#[derive(Debug, Clone, Deserialize)]
pub struct AliriClaims {
    iss: jwt::Issuer,
    sub: jwt::Subject,
    aud: jwt::Audiences,
    exp: aliri_clock::UnixTime,
    nbf: aliri_clock::UnixTime,
    scope: Scope,
    iat: u64,
    jti: String,
    client_id: String,
    roles: Vec<String>,
    groups: Vec<String>,
    tenant: String,
}

impl jwt::CoreClaims for AliriClaims {
    fn nbf(&self) -> Option<aliri_clock::UnixTime> {
        Some(self.nbf)
    }

    fn exp(&self) -> Option<aliri_clock::UnixTime> {
        Some(self.exp)
    }

    fn aud(&self) -> &jwt::Audiences {
        &self.aud
    }

    fn iss(&self) -> Option<&jwt::IssuerRef> {
        Some(&self.iss)
    }

    fn sub(&self) -> Option<&jwt::SubjectRef> {
        Some(&self.sub)
    }
}

impl HasScope for AliriClaims {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

scope_guards! {
    type Claims = AliriClaims;

    scope Anybody = *;
}

/// In axum 0.8.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(Anybody(claims): Anybody) -> StatusCode {
        black_box((&claims.iat, &claims.jti, &claims.client_id, &claims.roles, &claims.groups, &claims.tenant));
        black_box(claims);
        StatusCode::OK
    }
    let validator = jwt::CoreValidator::default()
        .check_expiration()
        .check_not_before()
        .add_approved_algorithm(jwa::Algorithm::RS256)
        .add_approved_algorithm(jwa::Algorithm::ES256)
        .add_allowed_audience(jwt::Audience::new(trust.audience.clone()))
        .require_issuer(jwt::Issuer::new(trust.issuer.clone()));
    let authority = Authority::new_from_url(trust.jwks_url.clone(), validator).await.expect("the keys are served");
    authority.spawn_refresh(trust.refresh.unwrap_or(Duration::from_secs(600)));
    let authorizer = Oauth2Authorizer::new().with_claims::<AliriClaims>().with_terse_error_handler();
    Router::new().route("/invoices", get(invoices)).layer(authorizer.jwt_layer(authority))
}
