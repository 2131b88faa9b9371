//! What every example does around its point: `curl` lines to paste, and a self-check. Nothing of portcullis is in here.

use std::error::Error;
use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;

/// An error of `main` is a non-zero exit.
pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// A path, a token, and the answer that is expected: the status, and the body where there is one.
pub(crate) type Request<'a> = (&'a str, Option<&'a str>, &'a str);

/// Prints a `curl` line for each request and serves until Ctrl-C. With `--once`, sends the requests itself instead, and
/// ends with an error unless each is answered as expected.
pub(crate) async fn serve<S>(address: SocketAddr, server: S, requests: &[Request<'_>]) -> Outcome
where
    S: IntoFuture<Output = io::Result<()>>,
{
    for (path, token, expected) in requests {
        let field = token.map(|token| format!(" -H \"Authorization: Bearer {token}\"")).unwrap_or_default();
        println!("# {expected}\ncurl -i http://{address}{path}{field}\n");
    }
    if !std::env::args().any(|argument| argument == "--once") {
        println!("Serving on http://{address} until Ctrl-C.");
        return Ok(server.into_future().await?);
    }
    tokio::select! {
        ended = server.into_future() => Err(format!("the server ended: {ended:?}").into()),
        checked = check(address, requests) => checked,
    }
}

async fn check(address: SocketAddr, requests: &[Request<'_>]) -> Outcome {
    // A proxy from the environment has no way to this machine's loopback.
    let client = reqwest::Client::builder().no_proxy().build()?;
    let mut wrong = 0;
    for (path, token, expected) in requests {
        let request = client.get(format!("http://{address}{path}"));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await?;
        let (status, body) = (answer.status().as_u16(), answer.text().await?);
        let answered = format!("{status} {body}");
        let good = answered.trim_end() == *expected;
        wrong += usize::from(!good);
        println!("{} {path}: {answered}", if good { "as expected" } else { "WRONG" });
    }
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} not as expected").into()) }
}
