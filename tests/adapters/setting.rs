//! What a row may choose: how refusals look, and what the route demands.

use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::{Authenticator, AuthenticatorBuilder, Caller, CallerKind, RefusalBody, Revocations, requirement};
use portcullis_testing::{ScriptedFetch, TestIssuer};
use serde::Deserialize;
use serde_json::json;

use crate::tokens::REVOKED;

/// How the authenticator is configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settings {
    Default,
    /// Problem details (RFC 9457).
    Problems,
    /// `error_description`.
    Descriptions,
    /// A realm to be escaped, and a metadata document.
    Decorated,
    /// A body of the application's own.
    OwnBody,
    /// The RFC 9068 profile.
    Profile,
    /// An issuer that cannot be reached.
    NoKeys,
}

impl Settings {
    pub(crate) const ALL: [Self; 7] = [
        Self::Default,
        Self::Problems,
        Self::Descriptions,
        Self::Decorated,
        Self::OwnBody,
        Self::Profile,
        Self::NoKeys,
    ];

    pub(crate) fn authenticator(self, issuer: &TestIssuer) -> Authenticator {
        self.builder(issuer).build().expect("a good configuration")
    }

    pub(crate) fn builder(self, issuer: &TestIssuer) -> AuthenticatorBuilder {
        let rules = portcullis::Issuer::new(issuer.url(), issuer.audience());
        let rules = match self {
            Self::Profile => rules.key_set(issuer.jwks()).rfc9068(),
            Self::NoKeys => rules,
            _ => rules.key_set(issuer.jwks()),
        };
        let revocations = Revocations::with_clock(issuer.clock());
        revocations.revoke_token(issuer.url(), REVOKED, issuer.clock().now() + Duration::from_secs(3600));
        let config = Authenticator::trusting(rules).clock(issuer.clock()).revocations(revocations);
        match self {
            Self::Default | Self::Profile => config,
            Self::NoKeys => config.fetch_with(ScriptedFetch::for_issuers([])),
            Self::Problems => config.problem_details(),
            Self::Descriptions => config.describe_refusals(),
            Self::Decorated => config
                .realm(r#"the "A" \ team"#)
                .resource_metadata("https://api.test/.well-known/oauth-protected-resource"),
            Self::OwnBody => config.refusal_body(|error, status| RefusalBody {
                content_type: "text/plain; charset=utf-8".to_owned(),
                bytes: format!("{status} {}", error.reason().error_code().unwrap_or("none")).into_bytes(),
            }),
        }
    }

    /// Of the body of a refusal.
    pub(crate) fn content_type(self) -> Option<&'static str> {
        match self {
            Self::Problems => Some("application/problem+json"),
            Self::OwnBody => Some("text/plain; charset=utf-8"),
            Self::Default | Self::Descriptions | Self::Decorated | Self::Profile | Self::NoKeys => None,
        }
    }
}

/// What stands in front of the handler, and what the handler asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// Any caller.
    Required,
    /// A caller or nobody.
    Optional,
    /// `all` scopes, by extractor where the framework has extractors.
    Read,
    /// The same behind a layer that lets nobody through as well.
    OptionalRead,
    /// The same, by a requiring layer in front of the handler.
    ReadLayer,
    /// `any` scope.
    Either,
    /// A predicate.
    Clerk,
    /// Scopes and a predicate.
    Approve,
    /// A claims type of the application's own.
    Tenant,
}

impl Route {
    pub(crate) const ALL: [Self; 9] = [
        Self::Required,
        Self::Optional,
        Self::Read,
        Self::OptionalRead,
        Self::ReadLayer,
        Self::Either,
        Self::Clerk,
        Self::Approve,
        Self::Tenant,
    ];

    pub(crate) fn lets_nobody_in(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalRead)
    }
}

requirement! { pub(crate) Read = all("invoices:read") }
requirement! { pub(crate) Either = any("invoices:read", "invoices:admin") }
requirement! { pub(crate) Clerk = when(|caller| caller.has_role("clerk")) }
requirement! { pub(crate) Approve = all("invoices:write", "invoices:read") and when(|caller| caller.has_role("clerk")) }

#[derive(Debug, Deserialize)]
pub(crate) struct Tenant {
    #[serde(rename = "tenant")]
    pub(crate) _tenant: String,
}

/// The body of every handler: who is calling, in JSON.
pub(crate) fn body(caller: Option<&Caller>) -> String {
    let Some(caller) = caller else { return "null".to_owned() };
    let kind = if caller.kind() == CallerKind::Client { "client" } else { "user" };
    let list = |items: Vec<&str>| items.join(" ");
    json!([caller.subject(), caller.client(), list(caller.scopes().collect()), list(caller.roles().collect()), kind,])
        .to_string()
}
