//! Requests a second over loopback: an axum server without auth, and the same with it.
//!
//! `cargo bench -p portcullis-benches --bench sockets`, `-- --quick` for a short run. On Linux, since it reads the
//! processor time of single threads from `/proc`.
//!
//! The servers share one thread on one core; the load is this program a second time, on another. `-- --serve SECONDS`
//! only serves, and prints where, for a load generator of your own.

mod load;
mod processor;
mod rounds;
mod server;
mod subjects;

use std::io;
use std::time::Duration;

use portcullis::Algorithm;
use portcullis_benches::{Arguments, Cores, Mint, Report};

use load::Generator;
use rounds::Rounds;
use server::Servers;
use subjects::{MANY, Subject};

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(load::ROLE) {
        return load::generate();
    }
    let arguments = Arguments::read();
    let time = arguments.choose(Duration::from_millis(300), Duration::from_secs(1));
    let cores = Cores::available();

    let mint = Mint::new(Algorithm::RS256);
    let tokens = mint.tokens(MANY);
    let subjects = Subject::all(&mint);
    let servers = Servers::start(subjects.iter().map(|subject| subject.application.clone()).collect(), &cores)?;
    if let Some(seconds) = arguments.own.iter().position(|word| word == "--serve") {
        return serve(arguments.own.get(seconds + 1), &subjects, &servers, &tokens);
    }

    let mut load = Generator::start(&tokens)?;
    let rounds = Rounds::run(&subjects, &servers, &mut load, arguments.rounds, time)?;
    subjects.iter().try_for_each(Subject::check)?;

    let mut report = Report::new("sockets", &arguments, cores.count() > 1);
    report.add(rounds.throughput(&subjects));
    for table in rounds.processors(&subjects) {
        report.add(table);
    }
    println!(
        "\n{} rounds of {} ms of each; {} connections, each in a closed loop. Where the server used less of its core \
         than the load\nof the other, it was the load that was measured.",
        arguments.rounds,
        time.as_millis(),
        load::CONNECTIONS,
    );
    report.write()
}

/// Only serves, for that many seconds.
fn serve(seconds: Option<&String>, subjects: &[Subject], servers: &Servers, tokens: &[String]) -> io::Result<()> {
    let seconds = seconds.and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds <= 3600);
    let seconds = seconds.ok_or_else(|| io::Error::other("--serve wants a number of seconds, an hour at most"))?;
    for (subject, address) in subjects.iter().zip(&servers.addresses) {
        println!("http://{address}/  {}", subject.name);
    }
    println!("Authorization: Bearer {}", tokens[0]);
    std::thread::sleep(Duration::from_secs(seconds));
    Ok(())
}
