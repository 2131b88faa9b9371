//! Heap allocations that authentication adds to a request, and the most bytes that it holds at once.
//!
//! One request through the whole application, counted, less the same request through the application without
//! authentication: axum's layer and extractor, actix-web's middleware and extractor, tower's layer, and the core alone.
//! The request is made inside of what is counted, on both sides. Rust's allocations only: what AWS-LC's C code takes
//! from malloc (about 25 blocks for an RSA verification, all freed again) is not seen. A reallocation counts as one.
//! Its allocator is slow, so nothing here is timed.

use allocation_counter::{AllocationInfo, measure};
use http::StatusCode;
use portcullis::{Algorithm, Authenticator};
use portcullis_benches::apps::{self, Bearer};
use portcullis_benches::report::{Figure, Results};
use portcullis_benches::{Arguments, Mint, Report, Tokens, at_once, setting};

/// So many distinct requests of each kind; the figure is their median.
const REQUESTS: usize = 64;

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let mut report = Report::new("allocations", &arguments, false);
    let mint = Mint::new(Algorithm::RS256);
    let issuer = mint.published();
    let tokens = Tokens::new(&mint, REQUESTS);
    let [off, on] = [setting::without_cache(issuer), setting::with_cache(issuer, REQUESTS)];
    setting::fill(&on, tokens.good.iter().map(String::as_str));

    let (bare, miss) = (apps::axum::bare(), apps::axum::protected(off.clone()));
    report.add(count("axum", &tokens, bare, miss, apps::axum::protected(on.clone())));
    let bare = at_once(apps::actix::bare());
    let [miss, hit] = [&off, &on].map(|auth| at_once(apps::actix::protected(auth.clone())));
    report.add(count("actix-web", &tokens, bare, miss, hit));
    let (bare, miss) = (apps::tower::bare(), apps::tower::protected(off.clone()));
    report.add(count("tower", &tokens, bare, miss, apps::tower::protected(on.clone())));
    let core = |auth: Authenticator| {
        async move |bearer: &Bearer| match auth.verify(bearer.token()).await {
            Ok(_) => StatusCode::OK,
            Err(error) => StatusCode::from_u16(error.reason().status()).expect("a status"),
        }
    };
    report.add(count("core", &tokens, async |_: &Bearer| StatusCode::OK, core(off), core(on)));
    report.write()
}

fn count(
    name: &str,
    tokens: &Tokens,
    bare: impl AsyncFn(&Bearer) -> StatusCode,
    miss: impl AsyncFn(&Bearer) -> StatusCode,
    hit: impl AsyncFn(&Bearer) -> StatusCode,
) -> Results {
    let mut results = Results { name: name.to_owned(), rows: Vec::new(), derived: Vec::new() };
    let kinds = [("miss", &tokens.good), ("hit", &tokens.good), ("malformed", &tokens.malformed)];
    for (kind, tokens) in kinds.into_iter().chain([("unknown kid", &tokens.unknown_kid), ("expired", &tokens.expired)])
    {
        let bearers: Vec<Bearer> = tokens.iter().map(|token| Bearer::new(token)).collect();
        let counted: Vec<[AllocationInfo; 2]> = bearers
            .iter()
            .map(|bearer| {
                let with = if kind == "miss" { one(&miss, bearer) } else { one(&hit, bearer) };
                [with, one(&bare, bearer)]
            })
            .collect();
        let row = |what: &str, unit, value: fn(&AllocationInfo) -> u64| {
            #[expect(clippy::cast_precision_loss, reason = "a request allocates less than 2^53 times")]
            let added: Vec<f64> = counted.iter().map(|[with, bare]| value(with) as f64 - value(bare) as f64).collect();
            Figure::of(format!("{kind}: {what}"), unit, &added, 1)
        };
        results.rows.push(row("allocations added", "allocations", |info| info.count_total));
        results.rows.push(row("bytes added at the peak", "bytes", |info| info.bytes_max));
    }
    results
}

/// One request, after the same one three times, so that nothing is allocated once and for all any more.
fn one(app: &impl AsyncFn(&Bearer) -> StatusCode, bearer: &Bearer) -> AllocationInfo {
    let ask = || at_once(app(bearer));
    let before = [ask(), ask(), ask()];
    let mut after = StatusCode::OK;
    let info = measure(|| after = ask());
    assert_eq!(before, [after; 3]);
    info
}
