//! huskarl: its RFC 9068 validator behind huskarl-axum's layer.
//!
//! It comes with RustCrypto, and takes another platform from its users; none is published, so the one beside this file is
//! forty lines on AWS-LC with parsed keys. Keys are refreshed by the request that finds them an hour old.

use std::hint::black_box;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use huskarl_axum::extractors::ValidatedToken;
use huskarl_axum::layers::ValidatorLayer;
use huskarl_reqwest::ReqwestClient;
use huskarl_resource_server::core::jwk::JwksSource;
use huskarl_resource_server::core::jwt::validator::ClaimCheck;
use huskarl_resource_server::validator::custom::CustomValidator;
use huskarl_resource_server::validator::rfc9068::{Rfc9068AccessTokenClaims, Rfc9068Validator};
use serde::Deserialize;

use super::huskarl_aws_lc::AwsLc;
use crate::{OwnClaims, Trust};

/// What RFC 9068 does not have.
#[derive(Debug, Clone, Deserialize)]
struct Rest {
    roles: Vec<String>,
    groups: Vec<String>,
    tenant: String,
}

/// Where its keys come from.
async fn source(trust: &Trust) -> JwksSource {
    let client = ReqwestClient::builder().build().await.expect("a client");
    let ttl = trust.refresh.unwrap_or(Duration::from_secs(3600));
    JwksSource::builder().http_client(client).ttl(ttl).build()
}

/// In axum 0.8, as shipped.
pub async fn axum(trust: &Trust) -> Router {
    async fn invoices(token: ValidatedToken<Rfc9068AccessTokenClaims<Rest>>) -> StatusCode {
        let rest = &token.claims.extra_claims;
        black_box((&rest.roles, &rest.groups, &rest.tenant));
        black_box(token);
        StatusCode::OK
    }
    let validator = Rfc9068Validator::builder()
        .with_claims::<Rest>()
        .issuer(&trust.issuer)
        .audience(&trust.audience)
        .jwks_uri(trust.jwks_url.parse().expect("a URL"))
        .jws_verifier_factory(source(trust).await)
        .build()
        .await
        .expect("the keys are served");
    let layer = ValidatorLayer::builder().validator(validator).build();
    Router::new().route("/invoices", get(invoices)).layer(layer.authenticated())
}

/// In axum 0.8, on AWS-LC, and with claims that are parsed in one piece.
pub async fn axum_fastest(trust: &Trust) -> Router {
    async fn invoices(token: ValidatedToken<OwnClaims>) -> StatusCode {
        black_box(token);
        StatusCode::OK
    }
    let validator = CustomValidator::builder()
        .with_claims::<OwnClaims>()
        .iss(ClaimCheck::RequiredValue(trust.issuer.clone()))
        .aud(ClaimCheck::RequiredValue(trust.audience.clone()))
        .typ(ClaimCheck::RequiredValue("at+jwt".to_owned()))
        .jwks_uri(trust.jwks_url.parse().expect("a URL"))
        .jws_verifier_platform(std::sync::Arc::new(AwsLc))
        .jws_verifier_factory(source(trust).await)
        .build()
        .await
        .expect("the keys are served");
    let layer = ValidatorLayer::builder().validator(validator).build();
    Router::new().route("/invoices", get(invoices)).layer(layer.authenticated())
}
