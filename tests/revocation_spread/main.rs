//! How fast a revocation reaches every instance, and what happens when Redis goes and comes back empty.
//!
//! ```console
//! cargo run --release -p portcullis-tests --bin revocation_spread             # a thousand revocations, half a minute
//! cargo run --release -p portcullis-tests --bin revocation_spread -- --quick
//! ```
//!
//! Three instances with a token cache each share a Redis of their own, while one thread sends all of them good tokens and
//! another task revokes a few hundred other tokens a second. Fails when a good token is refused, when a revoked one is
//! accepted where it may not be, and when Redis is away for longer than the bound and callers are still accepted.
#![forbid(unsafe_code)]

mod fleet;
mod load;
mod outage;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use portcullis_tests::servers::RedisServer;

use crate::fleet::{Fleet, INSTANCES};
use crate::load::Load;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let revocations = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => 1_000,
        ["--quick"] => 100,
        _ => {
            eprintln!("usage: revocation_spread [--quick]");
            return ExitCode::from(2);
        }
    };
    let Some(server) = RedisServer::start() else { return ExitCode::SUCCESS };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let outcome = runtime.map_err(Failure::from).and_then(|runtime| runtime.block_on(run(server, revocations)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("FAILED: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn run(mut server: RedisServer, revocations: usize) -> Result<(), Failure> {
    let fleet = Fleet::connect(&server.url()).await?;
    let load = Load::start(&fleet);
    let mut times = Vec::with_capacity(revocations);
    for n in 0..revocations {
        times.push(spread(&fleet, n).await?);
    }
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    let (p50, p99, max) = (at(50), at(99), times[times.len() - 1]);
    println!(
        "{revocations} revocations until each of {INSTANCES} instances refuses: p50 {p50:.2?}, p99 {p99:.2?}, max {max:.2?}"
    );
    outage::comes_back_empty(&mut server, &fleet, revocations).await?;
    outage::stays_away(&mut server, &fleet).await?;
    let told = load.end()?;
    println!("{told}");
    Ok(())
}

/// From when one instance is told to when the last of them refuses.
async fn spread(fleet: &Fleet, n: usize) -> Result<Duration, Failure> {
    let jti = format!("revoked {n}");
    let token = fleet.token(&jti);
    fleet.all_accept(&token)?;
    let began = Instant::now();
    fleet.at(n).revoke(&jti).await?;
    if fleet.at(n).accepts(&token) {
        return Err("accepted where it was revoked".into());
    }
    while fleet.instances.iter().any(|instance| instance.accepts(&token)) {
        if began.elapsed() > Duration::from_secs(10) {
            return Err(format!("revocation {n} does not reach every instance").into());
        }
        tokio::task::yield_now().await;
    }
    Ok(began.elapsed())
}
