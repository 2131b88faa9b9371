//! An axum server, as an application would write it.

use std::io;

use ::axum::Router;
use ::axum::routing::get;
use ::axum::serve::ListenerExt;
use portcullis::Authenticator;
use portcullis_axum::{AuthLayer, Authenticated, Scoped};
use tokio::net::TcpListener;

use super::{Read, listening};

async fn read(caller: Scoped<Read>) -> String {
    caller.subject().unwrap_or_default().to_owned()
}

async fn open(caller: Option<Authenticated>) -> &'static str {
    if caller.is_some() { "somebody" } else { "nobody" }
}

#[tokio::main]
pub(super) async fn serve(auth: Authenticator) -> io::Result<()> {
    auth.ready().await;
    let public = Router::new().route("/open", get(open)).layer(AuthLayer::new(auth.clone()).optional());
    let app = Router::new().route("/read", get(read)).layer(AuthLayer::new(auth)).merge(public);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    listening(listener.local_addr()?);
    // Otherwise every pipelined answer waits 40 ms for the acknowledgement of the one before. A socket without this is
    // only slower.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    ::axum::serve(listener, app).await
}
