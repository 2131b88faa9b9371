//! The endpoint that an issuer tells of a logout.

use axum_core::body::Body;

/// Answers what an issuer posts when somebody logs out (OpenID Connect Back-Channel Logout 1.0): for
/// `Router::route_service`.
///
/// Add it after the `AuthLayer`, or to a router outside: issuers send no credentials but the token in the form. The
/// response's extensions have the [`LoggedOut`](portcullis::LoggedOut), for an application with sessions of its own to end,
/// or the [`LogoutError`](portcullis::LogoutError).
///
/// ```
/// use axum::Router;
/// use portcullis_axum::portcullis::{Authenticator, BackChannelLogout, ConfigError, Revocations};
/// use portcullis_axum::{AuthLayer, LogoutService};
///
/// fn app(api: Router) -> Result<Router, ConfigError> {
///     const ISSUER: &str = "https://login.example.com/";
///     let auth = Authenticator::builder(ISSUER, "https://api.example.com").revocations(Revocations::new()).build()?;
///     let logout = BackChannelLogout::builder(&auth, ISSUER, "my-client-id").build()?;
///     Ok(api.layer(AuthLayer::new(auth)).route_service("/backchannel-logout", LogoutService::new(logout)))
/// }
/// ```
pub type LogoutService = portcullis_tower::LogoutService<Body>;
