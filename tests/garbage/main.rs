//! Garbage for real servers: `cargo run --release -p portcullis-tests --bin garbage`.
//!
//! An axum server and an actix-web server, each in a process of its own behind the library's layers, with keys that
//! they fetch over loopback, get random and mutated requests over keep-alive connections, good ones among them.
//! `--requests N` (half for each server) and `--seed S` choose the run. What must hold: every good token gets 200 and
//! everything else its own answer, no 5xx, no panic, no fetch that was not due, and no growing memory.
#![forbid(unsafe_code)]

mod connection;
mod corpus;
mod load;
mod options;
mod request;
mod server;
mod subject;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use options::{Options, Role};
use portcullis_testing::{Endpoint, TestServer};
use server::Framework;
use subject::Subject;
use tally::Tally;

fn main() -> ExitCode {
    let options = match Options::of(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    match options.role {
        Role::Server { framework, issuer } => server::serve(framework, &issuer),
        Role::Client => {
            println!("seed {}, {} requests", options.seed, options.requests);
            let (mut passed, mut failed) = (0, 0);
            for framework in Framework::ALL {
                let tally = pour_over(framework, options.requests / 2, options.seed);
                print!("{tally}");
                passed += tally.passed();
                failed += tally.failed();
            }
            println!("{passed} passed, {failed} failed");
            if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
    }
}

/// Starts one server and sends it everything.
fn pour_over(framework: Framework, requests: u64, seed: u64) -> Tally {
    let issuer = TestServer::builder().issuer(|issuer| issuer.every_algorithm()).start();
    let mut subject = Subject::start(framework, issuer.url()).expect("this program can be started again");
    let began = Instant::now();
    let mut tally = load::run(&subject, issuer.issuer(), requests, seed);
    tally.took(framework, began.elapsed());
    tally.asked(issuer.count(Endpoint::Jwks), issuer.count(Endpoint::Discovery));
    tally.at_the_end(subject.resident_kib());
    tally.ended(subject.stop());
    tally
}
