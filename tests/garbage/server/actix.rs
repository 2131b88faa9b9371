//! An actix-web server, as an application would write it.

use std::io;

use actix_web::{App, HttpServer, web};
use portcullis::Authenticator;
use portcullis_actix::{AuthMiddleware, MaybeAuthenticated, Scoped};

use super::{Read, listening};

async fn read(caller: Scoped<Read>) -> String {
    caller.subject().unwrap_or_default().to_owned()
}

async fn open(caller: MaybeAuthenticated) -> &'static str {
    if caller.is_some() { "somebody" } else { "nobody" }
}

#[actix_web::main]
pub(super) async fn serve(auth: Authenticator) -> io::Result<()> {
    auth.ready().await;
    let app = move || {
        let public = web::resource("/open").get(open).wrap(AuthMiddleware::new(auth.clone()).optional());
        let scoped = web::resource("/read").get(read).wrap(AuthMiddleware::new(auth.clone()));
        App::new().service(public).service(scoped)
    };
    let server = HttpServer::new(app).workers(2).disable_signals().bind(("127.0.0.1", 0))?;
    listening(server.addrs()[0]);
    server.run().await
}
