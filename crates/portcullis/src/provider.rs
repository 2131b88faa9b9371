//! Issuers of well-known providers: where each puts scopes, roles and groups, and how its access tokens are told
//! from its ID tokens.

use crate::claims::{ClientClaim, KindRule};
use crate::issuer::{Audience, Issuer};

impl Issuer {
    /// A realm of Keycloak: `https://HOST/realms/REALM`.
    ///
    /// `audience` is usually the client id of this API, put into `aud` by an audience mapper. Roles come from
    /// `realm_access.roles` and from `resource_access.AUDIENCE.roles`; the claim `typ` must say `Bearer`, which
    /// keeps ID and refresh tokens out.
    pub fn keycloak(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let audience = audience.into();
        let mut this = Self::new(issuer, audience.clone());
        this.roles.clear();
        this.kind = KindRule::BearerTyp;
        this.roles_from(["realm_access", "roles"]).roles_from([
            "resource_access".to_owned(),
            audience,
            "roles".to_owned(),
        ])
    }

    /// A tenant of Microsoft Entra ID: `https://login.microsoftonline.com/TENANT/v2.0`.
    ///
    /// `audience` is the API's application id (version 2 tokens) or its application id URI (version 1). Scopes come
    /// from `scp`, application and user roles from `roles`; access tokens name their client in `azp` or `appid`,
    /// ID tokens do not. The published keys have no `alg`: they are RS256.
    pub fn entra(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let mut this = Self::new(issuer, audience);
        this.scopes = vec![vec!["scp".to_owned()]];
        this.kind = KindRule::NamesClientIn(&[ClientClaim::Azp, ClientClaim::AppId]);
        this
    }

    /// A tenant of Auth0: `https://TENANT.REGION.auth0.com/`, with the slash at the end.
    ///
    /// `audience` is the API's identifier. Scopes come from `scope` and, where role-based access control adds them,
    /// from `permissions`; access tokens name their client in `azp` or `client_id`, ID tokens do not. Roles are in a
    /// claim of your own choosing: add it with [`roles_from`](Self::roles_from).
    pub fn auth0(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let mut this = Self::new(issuer, audience);
        this.scopes = vec![vec!["scope".to_owned()], vec!["permissions".to_owned()]];
        this.scope_arrays = true;
        this.kind = KindRule::NamesClientIn(&[ClientClaim::Azp, ClientClaim::ClientId]);
        this
    }

    /// A user pool of Amazon Cognito: `https://cognito-idp.REGION.amazonaws.com/POOL`.
    ///
    /// Its access tokens have no `aud`: `client_id` must be `client`, or one added with
    /// [`audience`](Self::audience). `token_use` must be `access`. Groups and roles both come from `cognito:groups`.
    pub fn cognito(issuer: impl Into<String>, client: impl Into<String>) -> Self {
        let mut this = Self::new(issuer, String::new());
        this.audience = Audience::Client(vec![client.into()]);
        this.roles = vec![vec!["cognito:groups".to_owned()]];
        this.groups = this.roles.clone();
        this.kind = KindRule::TokenUse;
        this
    }

    /// An authorization server of Okta: `https://DOMAIN/oauth2/SERVER`, such as `…/oauth2/default`.
    ///
    /// `audience` is the one set for that authorization server. Scopes come from the array `scp`, groups from
    /// `groups` where a claim of that name was added; access tokens name their client in `cid`, ID tokens do not.
    pub fn okta(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let mut this = Self::new(issuer, audience);
        this.scopes = vec![vec!["scp".to_owned()]];
        this.kind = KindRule::NamesClientIn(&[ClientClaim::Cid]);
        this
    }

    /// A Duende IdentityServer, or one built like it.
    ///
    /// `audience` is the API resource. `scope` is an array there unless the server was told otherwise; roles come
    /// from `role`; the header's `typ` must be `at+jwt`, which is what tells its access tokens from its ID tokens.
    pub fn identity_server(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        let mut this = Self::new(issuer, audience);
        this.scopes = vec![vec!["scope".to_owned()]];
        this.scope_arrays = true;
        this.roles = vec![vec!["role".to_owned()]];
        this.kind = KindRule::AccessTokenTyp;
        this
    }
}
