//! Millions of tokens that are used once, and a thousand callers who come back, at one cache.
//!
//! ```console
//! cargo run --release -p portcullis-tests --bin single_use                       # ten million
//! cargo run --release -p portcullis-tests --bin single_use -- --tokens 500000
//! ```
//!
//! Every token is signed (HS256, so that this takes half a minute) and goes through `Authenticator::verify`. Before each
//! hundred single-use tokens ten of the regulars ask, so that each is met once in ten thousand others. Fails unless the
//! cache stays within its bound, the memory of the process after all of them is that after the first tenth, and more than
//! 95 of 100 requests of the regulars are hits.
#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use portcullis::{Algorithm, Authenticator};
use portcullis_testing::TestIssuer;

const REGULARS: usize = 1_000;
const AT_ONCE: usize = 10;
/// Single-use tokens between two visits of regulars.
const PAUSE: usize = 100;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let tokens = match (words.next().as_deref(), words.next().map(|number| number.parse()), words.next()) {
        (None, ..) => 10_000_000,
        (Some("--tokens"), Some(Ok(number)), None) if number >= 200_000 => number,
        _ => {
            eprintln!("usage: single_use [--tokens NUMBER], at least 200000");
            return ExitCode::from(2);
        }
    };
    let issuer = TestIssuer::builder().algorithm(Algorithm::HS256).build();
    let rules = portcullis::Issuer::new(issuer.url(), issuer.audience());
    let rules = rules.local_secret(Algorithm::HS256, issuer.shared_secret(), Some(&issuer.current_kid()));
    let auth = Authenticator::trusting(rules).clock(issuer.clock()).build().expect("a good configuration");
    let mint = |jti: String| issuer.token().subject("caller").claim("jti", jti).sign();
    let regulars: Vec<String> = (0..REGULARS).map(|number| mint(format!("regular {number}"))).collect();
    let ask = |token: &str| {
        let before = auth.cache_status().hits;
        auth.verify(token).now().expect("its key is here").expect("a good token");
        auth.cache_status().hits > before
    };

    let began = Instant::now();
    let (mut asked, mut hits, mut early) = (0_u64, 0_u64, None);
    for number in 0..tokens {
        if number % PAUSE == 0 {
            let first = number / PAUSE * AT_ONCE % REGULARS;
            for regular in &regulars[first..first + AT_ONCE] {
                let hit = ask(regular);
                // The first visits find nothing, and nobody says that they should.
                if number >= tokens / 10 {
                    asked += 1;
                    hits += u64::from(hit);
                }
            }
        }
        auth.verify(&mint(format!("once {number}"))).now().expect("its key is here").expect("a good token");
        if number == tokens / 10 {
            early = resident_kilobytes();
        }
    }
    let (status, late) = (auth.cache_status(), resident_kilobytes());
    println!("{tokens} single-use tokens in {:.0} s: {status:?}", began.elapsed().as_secs_f64());
    let within = status.tokens <= status.capacity;
    println!("{} held of {} at most: {}", status.tokens, status.capacity, verdict(within));
    let flat = match (early, late) {
        (Some(early), Some(late)) => {
            let flat = late <= early + early / 10;
            println!("resident after a tenth {early} KiB, after all {late} KiB: {}", verdict(flat));
            flat
        }
        _ => {
            println!("resident memory: not told by this system");
            true
        }
    };
    let regular = hits * 100 > asked * 95;
    println!("regulars: {hits} hits of {asked}: {}", verdict(regular));
    if within && flat && regular { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn verdict(good: bool) -> &'static str {
    if good { "ok" } else { "FAILED" }
}

/// As Linux tells it.
fn resident_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.parse().ok()
}
