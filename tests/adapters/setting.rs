//! What a row may choose: how refusals look, and what the route demands.

use std::time::{Duration, UNIX_EPOCH};

use portcullis::clock::Clock;
use portcullis::{Authenticator, AuthenticatorBuilder, Caller, RefusalBody, Revocations, requirement};
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
        let rules = portcullis::Issuer::new(issuer.url(), issuer.audience()).tenant_from(["tenant"]);
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
    /// Kinds of callers that may.
    Users,
    /// The same behind a layer that lets nobody through as well.
    OptionalUsers,
    /// A kind of callers that may not.
    NoPats,
    /// Scopes and a kind.
    UserReads,
    /// A handler that says of its answer: `no-store`.
    NoStore,
    /// … `public, max-age=60`.
    Public,
    /// … `private`.
    Private,
}

impl Route {
    pub(crate) const ALL: [Self; 16] = [
        Self::Required,
        Self::Optional,
        Self::Read,
        Self::OptionalRead,
        Self::ReadLayer,
        Self::Either,
        Self::Clerk,
        Self::Approve,
        Self::Tenant,
        Self::Users,
        Self::OptionalUsers,
        Self::NoPats,
        Self::UserReads,
        Self::NoStore,
        Self::Public,
        Self::Private,
    ];

    pub(crate) fn lets_nobody_in(self) -> bool {
        matches!(self, Self::Optional | Self::OptionalRead | Self::OptionalUsers)
    }

    /// What the handler says of its answer, besides its type.
    pub(crate) fn says(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let cache_control = match self {
            Self::NoStore => Some("no-store"),
            Self::Public => Some("public, max-age=60"),
            Self::Private => Some("private"),
            _ => None,
        };
        let cache_control = cache_control.map(|value| ("cache-control", value));
        [("content-type", "application/json")].into_iter().chain(cache_control)
    }
}

requirement! { pub(crate) Read = all("invoices:read") }
requirement! { pub(crate) Either = any("invoices:read", "invoices:admin") }
requirement! { pub(crate) Clerk = when(|caller| caller.has_role("clerk")) }
requirement! { pub(crate) Approve = all("invoices:write", "invoices:read") and when(|caller| caller.has_role("clerk")) }

requirement! { pub(crate) Users = kinds(User, Client) }
requirement! { pub(crate) NoPats = not_kinds(PersonalAccessToken) }
requirement! { pub(crate) UserReads = all("invoices:read") and kinds(User) }

#[derive(Debug, Deserialize)]
pub(crate) struct Tenant {
    #[serde(rename = "tenant")]
    pub(crate) _tenant: String,
}

/// The body of every handler: who is calling, in JSON.
pub(crate) fn body(caller: Option<&Caller>) -> String {
    let Some(caller) = caller else { return "null".to_owned() };
    let list = |items: Vec<&str>| items.join(" ");
    let end = caller.expires_at().map(|end| end.duration_since(UNIX_EPOCH).expect("after 1970").as_secs());
    json!([
        caller.subject(),
        caller.client(),
        list(caller.scopes().collect()),
        list(caller.roles().collect()),
        caller.kind().as_str(),
        caller.tenant(),
        caller.owner(),
        list(caller.groups().collect()),
        end,
        caller.key_id(),
    ])
    .to_string()
}
