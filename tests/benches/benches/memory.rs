//! Bytes on the heap that stay: for a cached token, for a key set, for a configured issuer.
//!
//! What is live after is compared with what was live before, on this thread, with Rust's allocations only: keys that
//! AWS-LC parsed are kept by its C code, so of a key set this shows the part that is ours. The tokens are 1,035
//! characters long; each was used three times and its claims were decoded as an extractor does. The tokens themselves
//! are the client's and not counted; the empty table, made with the authenticator, is. Nothing here is timed.

use allocation_counter::measure;
use portcullis::{Algorithm, Authenticator, Issuer};
use portcullis_benches::report::{Figure, Results};
use portcullis_benches::{Arguments, Mint, Report, setting};

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let mut report = Report::new("memory", &arguments, false);
    report.add(tokens(arguments.choose(&[10_000], &[10_000, 100_000])));
    report.add(key_sets());
    report.add(issuers(1_000));
    report.write()
}

/// Bytes that are there after `make`, while what it made still is.
fn kept<T>(make: impl FnOnce() -> T) -> f64 {
    let mut made = None;
    let info = measure(|| made = Some(make()));
    drop(made);
    #[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 bytes")]
    let bytes = info.bytes_current as f64;
    bytes
}

fn tokens(counts: &[usize]) -> Results {
    let mint = Mint::new(Algorithm::RS256);
    let tokens = mint.tokens(counts.iter().copied().max().unwrap_or_default());
    let empty = kept(|| setting::without_cache(mint.published()));
    let rows = counts.iter().map(|&count| {
        let full = kept(|| {
            let auth = setting::with_cache(mint.published(), count);
            setting::fill(&auth, tokens[..count].iter().map(String::as_str));
            auth
        });
        each(&format!("a cached token of {count}"), full - empty, count)
    });
    Results { name: "cached RS256 tokens".to_owned(), rows: rows.collect(), derived: Vec::new() }
}

fn key_sets() -> Results {
    let rows = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA].into_iter().flat_map(|algorithm| {
        let mints: Vec<Mint> = (0..10).map(|number| Mint::numbered(number, algorithm)).collect();
        let built = |count: usize| {
            let others = mints[1..count].iter().map(Mint::published);
            let issuer = mints[0].published().issuer_with(others);
            kept(|| Authenticator::trusting(issuer).cached_tokens(0).build().expect("an issuer with keys"))
        };
        let (one, ten) = (built(1), built(10));
        let name = algorithm.name();
        [
            Figure::counted(format!("an authenticator with one {name} key, without a cache"), "bytes", one, 1),
            each(&format!("a further {name} key"), ten - one, 9),
        ]
    });
    Results { name: "key sets".to_owned(), rows: rows.collect(), derived: Vec::new() }
}

fn issuers(count: usize) -> Results {
    let mints: Vec<Mint> = (0..count * 2).map(|number| Mint::numbered(number, Algorithm::ES256)).collect();
    let pairs: Vec<Issuer> =
        mints.chunks(2).map(|pair| pair[0].published().issuer_with([pair[1].published()])).collect();
    let built = |issuers: &[Issuer]| {
        let (first, others) = issuers.split_first().expect("at least one");
        let builder =
            others.iter().fold(Authenticator::trusting(first.clone()), |all, one| all.also_trust(one.clone()));
        builder.cached_tokens(0).build().expect("issuers with keys")
    };
    let (one, all) = (kept(|| built(&pairs[..1])), kept(|| built(&pairs)));
    let rows = vec![
        Figure::counted("an authenticator with one issuer of two keys, without a cache", "bytes", one, 1),
        each(&format!("a further issuer of two keys, of {count}"), all - one, count - 1),
    ];
    Results { name: "configuration".to_owned(), rows, derived: Vec::new() }
}

fn each(name: &str, bytes: f64, count: usize) -> Figure {
    #[expect(clippy::cast_precision_loss, reason = "counts are a few million at most")]
    Figure::counted(name, "bytes", bytes / count as f64, count as u64)
}
