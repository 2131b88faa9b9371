//! What is promised, and where the figure for it is found.

use portcullis_benches::report::Figure;

use crate::peers::{DECISIVE, Peers};
use crate::promise::{Better, Promise};
use crate::results::Results;

macro_rules! promises {
    ($($row:ident of $bench:ident, $what:literal: $better:ident $must:literal $unit:ident $(aim $aim:literal)?, $find:expr;)*) => {
        /// All of them, in the order of the page.
        pub(crate) const PROMISES: &[Promise] = &[$(Promise {
            row: stringify!($row),
            bench: stringify!($bench),
            what: $what,
            unit: stringify!($unit),
            must: $must,
            aim: [$(Some($aim),)? None][0],
            better: Better::$better,
            find: $find,
        }),*];
    };
}

/// Picks a figure by benchmark, table and name.
macro_rules! figure {
    ($bench:literal, $table:literal, $name:literal) => {
        |results| results.figure($bench, $table, $name).cloned()
    };
}

promises! {
    miss_rs256_over_raw of primitives, "a miss over the raw signature check, RS256": Less 1.15 ratio aim 1.08, figure!("primitives", "RS256", "miss over raw");
    miss_es256_over_raw of primitives, "the same, ES256": Less 1.06 ratio aim 1.03, figure!("primitives", "ES256", "miss over raw");
    miss_ed25519_over_raw of primitives, "the same, Ed25519": Less 1.08 ratio aim 1.05, figure!("primitives", "EdDSA", "miss over raw");
    miss_rs256_over_jsonwebtoken of primitives, "a miss against `jsonwebtoken`, RS256": Less 0.80 ratio aim 0.74,
        figure!("primitives", "RS256", "miss over jsonwebtoken");
    miss_es256_over_jsonwebtoken of primitives, "the same, ES256": Less 0.95 ratio aim 0.91, figure!("primitives", "ES256", "miss over jsonwebtoken");
    allocations_of_a_miss of allocations, "heap allocations of a miss through the axum layer and extractor": Less 35.0 allocations aim 12.0,
        figure!("allocations", "axum", "miss: allocations added");
    allocations_of_a_hit of allocations, "the same of a hit": Less 6.0 allocations aim 2.0, figure!("allocations", "axum", "hit: allocations added");
    hit_hot_over_raw_rs256 of layer, "a hit through the axum layer over the raw RS256 check, one hot token": Less 0.05 ratio aim 0.03,
        figure!("layer", "axum, RS256", "hit, one hot token: added over raw");
    hit_10k_over_raw_rs256 of layer, "the same, 10,000 live tokens": Less 0.08 ratio aim 0.05,
        figure!("layer", "axum, RS256", "hit, all tokens: added over raw");
    fastest_peer_over_hit_10k of peers, "the fastest peer over a hit, RS256, 10,000 live tokens": More 20.0 ratio aim 30.0,
        |results| Peers::of(results)?.closest_to_a_hit(DECISIVE);
    two_threads_over_one of scale, "a hit on one token by two threads at once, over one thread": Less 1.2 ratio aim 1.05,
        figure!("scale", "threads", "one hot token: 2 threads over 1");
    socket_hit_hot_over_no_auth of sockets, "requests a second over a socket, hits, over no auth, one hot token": More 0.88 ratio aim 0.95,
        figure!("sockets", "throughput", "hit, one token over no auth, one token");
    socket_hit_10k_over_no_auth of sockets, "the same, 10,000 live tokens": More 0.75 ratio aim 0.90,
        figure!("sockets", "throughput", "hit, 10,000 tokens over no auth, 10,000 tokens");
    slowest_during_fetch of refresh, "the slowest request with a known key, while a key fetch of 300 ms is under way": Less 5e6 ns,
        |results| crate::refresh::slowest(results, crate::refresh::FETCHING);
    slowest_under_flood of refresh, "the same under 10,000 invented `kid`s a second": Less 5e6 ns,
        |results| crate::refresh::slowest(results, crate::refresh::FLOODED);
    refusal_malformed_ns of layer, "refusing a malformed token, added": Less 100.0 ns, figure!("layer", "axum, RS256", "malformed: added");
    refusal_unknown_kid_ns of layer, "refusing an unknown `kid`, added": Less 400.0 ns, figure!("layer", "axum, RS256", "unknown kid: added");
    refusal_bad_signature_beyond_raw_ns of layer, "refusing a bad signature, added beyond the raw check": Less 500.0 ns, beyond_the_raw_check;
    bytes_per_cached_token of memory, "memory for one cached RS256 token of 1 KiB": Less 1300.0 bytes aim 900.0, memory_of_a_token;
}

/// The name of the row says of how many tokens it is the mean.
fn memory_of_a_token(results: &Results) -> Option<Figure> {
    let table = results.table("memory", "cached RS256 tokens")?;
    table.rows.iter().find(|figure| figure.name.starts_with("a cached token of ")).cloned()
}

/// What a bad signature costs beside its check: the medians of one table are subtracted.
fn beyond_the_raw_check(results: &Results) -> Option<Figure> {
    let of = |name| results.figure("layer", "axum, RS256", name);
    let (added, raw) = (of("bad signature: added")?, of("raw")?);
    Some(Figure {
        name: "bad signature: added beyond raw".into(),
        median: added.median - raw.median,
        q1: added.q1 - raw.q3,
        q3: added.q3 - raw.q1,
        ..added.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn a_bad_signature_is_judged_by_what_it_costs_beside_the_check() {
        let rows = [("raw", "ns", 12_000.0)];
        let table = invented::table("axum, RS256", &rows, &[("bad signature: added", "ns", 12_300.0)]);
        let results = Results::of([invented::report("layer", vec![table])]);
        assert_eq!(beyond_the_raw_check(&results).unwrap().median, 300.0);
        assert!(beyond_the_raw_check(&Results::default()).is_none());
    }
}
