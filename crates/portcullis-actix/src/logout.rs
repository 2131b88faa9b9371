//! The endpoint that an issuer tells of a logout.

use actix_web::web::{self, Payload};
use actix_web::{HttpRequest, HttpResponse, Resource};
use portcullis::{BackChannelLogout, LogoutAnswer, LogoutError};

use crate::head::Head;
use crate::respond;

/// A resource that answers what an issuer posts when somebody logs out (OpenID Connect Back-Channel Logout 1.0).
///
/// It answers every method. Register it outside of what an [`AuthMiddleware`](crate::AuthMiddleware) is wrapped around:
/// issuers send no credentials but the token in the form. Build the [`BackChannelLogout`] once, outside of the closure, so
/// that a token counts once for all workers.
///
/// The response's extensions have the [`LoggedOut`](portcullis::LoggedOut), for an application with sessions of its own to
/// end, or the [`LogoutError`].
///
/// ```
/// use actix_web::web::ServiceConfig;
/// use portcullis_actix::logout_resource;
/// use portcullis_actix::portcullis::BackChannelLogout;
///
/// fn endpoints(config: &mut ServiceConfig, logout: BackChannelLogout) {
///     config.service(logout_resource("/backchannel-logout", logout));
/// }
/// ```
pub fn logout_resource(path: &str, logout: BackChannelLogout) -> Resource {
    web::resource(path).to(move |request: HttpRequest, payload: Payload| {
        let logout = logout.clone();
        async move { answer(&logout, &request, payload).await }
    })
}

async fn answer(logout: &BackChannelLogout, request: &HttpRequest, payload: Payload) -> HttpResponse {
    let head = Head::of(request);
    let read = |limit| async move {
        match payload.to_bytes_limited(limit).await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(_)) => Err(LogoutError::BodyUnreadable),
            Err(_) => Err(LogoutError::BodyTooLarge),
        }
    };
    let outcome = logout.receive(request.method().as_str(), &head, read).await;
    let LogoutAnswer { status, headers, body, .. } = LogoutAnswer::to(&outcome);
    let mut response = respond::render(status, headers, body);
    match outcome {
        Ok(logged_out) => response.extensions_mut().insert(logged_out).map(drop),
        Err(error) => response.extensions_mut().insert(error).map(drop),
    };
    response
}
