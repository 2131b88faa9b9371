//! A resource server configured by the environment alone, to try against any authorization server.
//!
//! `ISSUER=http://127.0.0.1:9000 cargo run --example interop`; `-- --once` tries itself against a scripted one.
//!
//! | variable | what | default |
//! |---|---|---|
//! | `ISSUER` | `iss` of the tokens, slash for slash; https, or http on this machine | must be set |
//! | `LISTEN` | address and port to listen on; port 0 is the system's choice | `127.0.0.1:8080` |
//! | `BASE` | the URL this server is known under | `http://` and `LISTEN` |
//! | `AUDIENCES` | what `aud` may name, separated by commas | `BASE` |
//! | `PROFILE` | `default`, or `rfc9068` for the whole JWT profile of RFC 9068 | `default` |

use std::process::ExitCode;

use tokio::net::TcpListener;

#[path = "interop/api.rs"]
mod api;
#[path = "interop/rehearsal.rs"]
mod rehearsal;
#[path = "interop/settings.rs"]
mod settings;
mod support;

use settings::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = if std::env::args().any(|argument| argument == "--once") {
        rehearsal::play().await
    } else {
        // An empty variable is an unset one. What is not Unicode fails as a value, by name.
        let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        serve(|name| variable(name).filter(|value| !value.is_empty())).await
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("interop: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(variable: impl Fn(&str) -> Option<String>) -> support::Outcome {
    let Settings { listen, authenticator } = Settings::read(variable)?;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    // No key was fetched yet: that happens with the first request, or whenever the authorization server comes up.
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, api::router(authenticator)).await?)
}
