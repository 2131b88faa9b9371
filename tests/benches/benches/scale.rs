//! What becomes of a hit and a miss when there is more of everything: threads, issuers, cached tokens.
//!
//! Through the core alone. One and two threads alternate within a round, each thread pinned to its core and timed by
//! itself, so a figure is the time per hit and thread; threads of a real server also share a framework. Issuers and
//! cached tokens use HS256, since a million tokens have to be signed first: these are 736 characters long, and what
//! a miss costs here is mostly not the signature. Where tokens are many, each is first copied into a buffer, as a
//! server has it after reading the request, and the copying alone is a row of its own that is taken off.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use portcullis::{Algorithm, Authenticator};
use portcullis_benches::report::{Figure, Results};
use portcullis_benches::{Arguments, Cores, Duet, Mint, Report, Rotation, Table, setting};

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let cores = Cores::available();
    let mut report = Report::new("scale", &arguments, cores.pin(0));
    match threads(&arguments, &cores) {
        Some(results) => report.add(results),
        None => println!("\nthreads: NOT MEASURED, there is no second core"),
    }
    issuers(&arguments, &mut report);
    report.add(tokens(&arguments));
    report.write()
}

fn threads(arguments: &Arguments, cores: &Cores) -> Option<Results> {
    let mint = Mint::new(Algorithm::RS256);
    let tokens = mint.tokens(arguments.choose(1_000, 10_000));
    let auth = setting::with_cache(mint.published(), tokens.len());
    setting::fill(&auth, tokens.iter().map(String::as_str));
    let mut table = Table::new("threads");
    for (name, tokens) in [("one hot token", &tokens[..1]), ("all tokens", &tokens[..])] {
        // Each thread reads its own copy, in an order of its own, as each would its own requests.
        let player = |seed: u64| {
            let (auth, mut tokens) = (auth.clone(), Rotation::shuffled(tokens.to_vec(), seed));
            move |n| {
                for _ in 0..n {
                    assert!(setting::admits(&auth, black_box(tokens.turn())));
                }
            }
        };
        let mut duet = Duet::new(cores, player(1), player(2))?;
        // The second thread has to get to know the tokens, too.
        for _ in 0..3 {
            duet.play(tokens.len() as u64);
        }
        table.row(format!("{name}, 1 thread"), player(1));
        table.timed_row(format!("{name}, 2 threads"), move |n| duet.play(n));
    }
    let mut samples = table.measure(arguments);
    for name in ["one hot token", "all tokens"] {
        let rows = [2, 1].map(|threads| format!("{name}, {threads} thread{}", if threads == 1 { "" } else { "s" }));
        samples.ratio(&format!("{name}: 2 threads over 1"), &rows[0], &rows[1]);
    }
    Some(samples.results())
}

fn issuers(arguments: &Arguments, report: &mut Report) {
    /// Tokens of as many issuers take turns, where there are as many.
    const TOKENS: usize = 1_000;
    let counts = arguments.choose(&[1, 1_000][..], &[1, 10, 1_000, 10_000]);
    let most = counts.iter().copied().max().unwrap_or_default();
    let mints: Vec<Mint> = (0..most).map(|number| Mint::numbered(number, Algorithm::HS256)).collect();
    let mut table = Table::new("issuers");
    let mut building = Vec::new();
    for &count in counts {
        let build = |cached: usize| {
            let start = Instant::now();
            let mut builder = mints[0].published().authenticator();
            for mint in &mints[1..count] {
                builder = builder.also_trust(mint.published().issuer());
            }
            let auth = builder.cached_tokens(cached).build().expect("issuers with keys");
            (auth, start.elapsed().as_secs_f64() * 1e9)
        };
        let ((miss, took), (hit, _)) = (build(0), build(TOKENS));
        building.push(Figure::counted(format!("building, {count} issuers"), "ns", took, 1));
        let stride = (count / TOKENS).max(1);
        let tokens: Vec<String> = (0..TOKENS).map(|number| mints[number * stride % count].token(number)).collect();
        setting::fill(&hit, tokens.iter().map(String::as_str));
        for (what, auth) in [("miss", miss), ("hit", hit)] {
            table.row(format!("{what}, {count} issuers"), verify(auth, Rotation::shuffled(tokens.clone(), 1)));
        }
    }
    let mut samples = table.measure(arguments);
    for &count in &counts[1..] {
        for what in ["miss", "hit"] {
            let name = format!("{what}: {count} issuers over 1");
            samples.ratio(&name, &format!("{what}, {count} issuers"), &format!("{what}, 1 issuers"));
        }
    }
    report.add(samples.results());
    report.add(Results { name: "configuration".to_owned(), rows: building, derived: Vec::new() });
}

fn tokens(arguments: &Arguments) -> Results {
    let counts = arguments.choose(&[1_000, 10_000][..], &[1_000, 10_000, 100_000, 1_000_000]);
    let mint = Mint::new(Algorithm::HS256);
    let all: Arc<[String]> = mint.tokens(counts.iter().copied().max().unwrap_or_default()).into();
    let mut table = Table::new("cached tokens");
    for &count in counts {
        let auth = setting::with_cache(mint.published(), count);
        for token in all[..count].iter().chain(&all[..count]) {
            assert!(setting::admits(&auth, token));
        }
        let status = auth.cache_status();
        assert_eq!((status.tokens, status.evictions), (count, 0), "{status:?}");
        table.row(format!("copy, {count} tokens"), requests(&all, count, |_| {}));
        let hit = move |token: &str| assert!(setting::admits(&auth, token));
        table.row(format!("copy and hit, {count} tokens"), requests(&all, count, hit));
    }
    let mut samples = table.measure(arguments);
    for &count in counts {
        samples.added(
            &format!("hit, {count} tokens"),
            &format!("copy and hit, {count} tokens"),
            &format!("copy, {count} tokens"),
        );
    }
    samples.results()
}

/// Tokens in random order, each in the same buffer.
fn requests(tokens: &Arc<[String]>, count: usize, mut answer: impl FnMut(&str)) -> impl FnMut(u64) {
    let (tokens, mut order) = (Arc::clone(tokens), Rotation::shuffled((0..count).collect(), 1));
    let mut buffer = String::new();
    move |n| {
        for _ in 0..n {
            buffer.clear();
            buffer.push_str(&tokens[*order.turn()]);
            answer(black_box(&buffer));
        }
    }
}

fn verify(auth: Authenticator, mut tokens: Rotation<String>) -> impl FnMut(u64) {
    move |n| {
        for _ in 0..n {
            assert!(setting::admits(&auth, black_box(tokens.turn())));
        }
    }
}
