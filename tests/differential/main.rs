//! Mutated tokens, decided by us and by `jsonwebtoken`: `cargo run --release -p portcullis-tests --bin differential`.
//!
//! Nothing may be accepted by us that the oracle refuses, unless `differences.rs` lists it with a reason; and our two
//! backends may never disagree. `--mutants N` and `--seed S` choose the run: the same seed gives the same
//! mutations, on tokens that are dated by the clock of the day and signed anew.
//! `--only NUMBER` shows one of them, with both verdicts.
//!
//! The oracle has two backends, and a process can use one. So this starts itself once for each.
#![forbid(unsafe_code)]

mod compare;
mod differences;
mod ecdsa;
mod encoding;
mod mutate;
mod options;
mod oracle;
mod scene;
mod tally;

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Instant;

use compare::compare;
use options::Options;
use oracle::{Oracle, Provider};
use scene::Scene;
use tally::Tally;

fn main() -> ExitCode {
    let options = match Options::of(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let (passed, failed) = match options.oracle {
        Some(provider) => against(provider, &options),
        None => match against_each(&options) {
            Ok(counts) => counts,
            Err(error) => {
                eprintln!("cannot start itself again: {error}");
                return ExitCode::FAILURE;
            }
        },
    };
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts this program once for each backend of the oracle, both at a time; shows what they say, and adds up.
fn against_each(options: &Options) -> io::Result<(u64, u64)> {
    let began = Instant::now();
    match options.only {
        Some(number) => println!("seed {}, mutant {number}", options.seed),
        None => println!("seed {}, {} mutants against each backend of the oracle", options.seed, options.mutants),
    }
    let program = std::env::current_exe()?;
    let start = |provider: Provider| {
        Command::new(&program).args(options.arguments_for(provider)).stdout(Stdio::piped()).spawn()
    };
    let running = [start(Provider::AwsLcRs)?, start(Provider::RustCrypto)?];
    let mut sum = (0, 0);
    for child in running {
        let output = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let (report, counts) = said.trim_end().rsplit_once('\n').unwrap_or(("", said.trim_end()));
        println!("{report}");
        let (passed, failed) = counted(counts).unwrap_or_else(|| {
            println!("FAILED it ended without a count, {}: {counts}", output.status);
            (0, 1)
        });
        sum = (sum.0 + passed, sum.1 + failed);
    }
    println!("{:.1} s", began.elapsed().as_secs_f64());
    Ok(sum)
}

/// `N passed, N failed`, read.
fn counted(line: &str) -> Option<(u64, u64)> {
    let (passed, failed) = line.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

fn against(provider: Provider, options: &Options) -> (u64, u64) {
    provider.install();
    println!("oracle: jsonwebtoken by {}", provider.name());
    if let Some(number) = options.only {
        return show(options, number);
    }
    // One process for each provider runs at the same time.
    let threads = thread::available_parallelism().map_or(1, NonZero::get).div_ceil(Provider::ALL.len());
    let mut tally = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|worker| scope.spawn(move || work(options, worker, threads))).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker panicked")).fold(Tally::default(), Tally::merge)
    });
    tally.check_run();
    print!("{tally}");
    (tally.passed(), tally.failed())
}

/// Every `of`-th mutant.
fn work(options: &Options, worker: usize, of: usize) -> Tally {
    let scene = Scene::new(options.weakened);
    let oracle = Oracle::new(&scene);
    let mut tally = Tally::default();
    for number in (worker as u64..options.mutants).step_by(of) {
        // A panic is a failure of the one mutant, which can then be shown by its number.
        match catch_unwind(AssertUnwindSafe(|| compare(&scene, &oracle, options.seed, number))) {
            Ok((mutant, outcome)) => tally.add(options.seed, number, &mutant, outcome),
            Err(_) => tally.add_panic(options.seed, number),
        }
    }
    tally
}

/// One mutant, in full.
fn show(options: &Options, number: u64) -> (u64, u64) {
    let scene = Scene::new(options.weakened);
    let oracle = Oracle::new(&scene);
    let (mutant, outcome) = compare(&scene, &oracle, options.seed, number);
    println!("{:?}, {}\n{:?}", mutant.changes, if mutant.honest { "signed" } else { "not signed" }, mutant.token);
    for part in mutant.token.split('.').take(2) {
        println!("{}", String::from_utf8_lossy(&encoding::decoded(part).unwrap_or_default()));
    }
    let reason = |auth: &portcullis::Authenticator| auth.verify(&mutant.token).now().map(|decided| decided.map(drop));
    println!("ours: {:?}", scene.ours.each_ref().map(reason).map(Result::ok));
    println!("oracle: {:?}", oracle.verify(&mutant.token));
    let mut tally = Tally::default();
    tally.add(options.seed, number, &mutant, outcome);
    print!("{tally}");
    (tally.passed(), tally.failed())
}
