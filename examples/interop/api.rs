//! The protected API.

use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{any, get};
use axum::{Json, Router};
use portcullis_axum::portcullis::{AuthError, Authenticator, Caller, requirement};
use portcullis_axum::{AuthLayer, Scoped};
use serde::Serialize;

requirement! {
    /// May read.
    pub Read = all("api:read")
}
requirement! {
    /// May write.
    pub Write = all("api:write")
}

/// What a caller is told about itself.
#[derive(Serialize)]
struct WhoAmI {
    sub: Option<String>,
    client_id: Option<String>,
    scope: Vec<String>,
}

impl WhoAmI {
    fn of(caller: &Caller) -> Json<Self> {
        Json(Self {
            sub: caller.subject().map(str::to_owned),
            client_id: caller.client().map(str::to_owned),
            scope: caller.scopes().map(str::to_owned).collect(),
        })
    }
}

async fn read(caller: Scoped<Read>) -> Json<WhoAmI> {
    WhoAmI::of(&caller)
}

async fn write(caller: Scoped<Write>) -> Json<WhoAmI> {
    WhoAmI::of(&caller)
}

/// Says on stderr why a request was refused, which the client is not told. A service has it in its log.
async fn explain(response: Response) -> Response {
    if let Some(error) = response.extensions().get::<AuthError>() {
        eprintln!("{} {error}", response.status().as_u16());
    }
    response
}

pub(crate) fn router(authenticator: Authenticator) -> Router {
    Router::new()
        .route("/api/read", any(read))
        .route("/api/write", any(write))
        .layer(AuthLayer::new(authenticator))
        .layer(map_response(explain))
        .route("/healthz", get("fine"))
}
