//! What is promised, and where the figure for it is found.

use portcullis_benches::report::Figure;

use crate::number;
use crate::peers::{DECISIVE, Peers};
use crate::results::Results;

/// One promise.
pub(crate) struct Promise {
    /// In one word, for `cargo bench --bench budget`.
    pub(crate) row: &'static str,
    /// The benchmark whose figure it is about.
    pub(crate) bench: &'static str,
    pub(crate) what: &'static str,
    /// Of the figure and of both bounds.
    unit: &'static str,
    pub(crate) must: f64,
    pub(crate) aim: Option<f64>,
    better: Better,
    find: fn(&Results) -> Option<Figure>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    Less,
    More,
}

/// Whether a promise is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Aim,
    Must,
    Short,
    NotMeasured,
    /// Of a run that was too short to be judged.
    Quick,
}

impl Promise {
    /// One line: `budget <row> measured=<x> must=<y> aim=<z> ok`, `short` or `quick`. Times in nanoseconds.
    pub(crate) fn line(&self, results: &Results) -> String {
        let (figure, verdict) = self.judged(results);
        let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:.4}"));
        let (measured, aim) = (number(figure.as_ref().map(|figure| figure.median)), number(self.aim));
        let word = match verdict {
            Verdict::Aim | Verdict::Must => "ok",
            Verdict::Short => "short",
            Verdict::NotMeasured => "not measured",
            Verdict::Quick => "quick",
        };
        format!("budget {} measured={measured} must={} aim={aim} {word}", self.row, self.must)
    }

    /// What was measured, and whether it will do.
    pub(crate) fn judged(&self, results: &Results) -> (Option<Figure>, Verdict) {
        let figure = (self.find)(results);
        let is_quick = results.report(self.bench).is_some_and(|report| report.quick);
        let verdict = if is_quick && figure.is_some() { Verdict::Quick } else { self.verdict(figure.as_ref()) };
        (figure, verdict)
    }

    /// The median decides.
    fn verdict(&self, figure: Option<&Figure>) -> Verdict {
        let Some(figure) = figure else { return Verdict::NotMeasured };
        let keeps = |bound: f64| match self.better {
            Better::Less => figure.median <= bound,
            Better::More => figure.median >= bound,
        };
        match self.aim {
            Some(aim) if keeps(aim) && keeps(self.must) => Verdict::Aim,
            _ if keeps(self.must) => Verdict::Must,
            // What is not a number keeps nothing.
            _ => Verdict::Short,
        }
    }

    /// What it is about, for those who do not see the line before it.
    pub(crate) fn in_full(&self) -> String {
        let before = PROMISES.iter().take_while(|promise| promise.row != self.row);
        let named = before.filter(|promise| !promise.what.starts_with(THE_SAME)).last();
        match (self.what.strip_prefix(THE_SAME), named) {
            (Some(rest), Some(named)) => format!("{}{rest}", named.what),
            _ => self.what.to_owned(),
        }
    }

    /// How far from the bound that is, which is not kept.
    pub(crate) fn distance(&self, measured: f64) -> String {
        let (written, share) = (number::written(measured, self.unit), measured / self.must);
        match self.better {
            Better::Less => format!("{written}, {} times what it may be", number::three_digits(share)),
            Better::More => format!("{written}, {:.0} % of what it must be", share * 100.0),
        }
    }

    /// A bound as it is written: at most, or at least.
    pub(crate) fn bound(&self, value: f64) -> String {
        let sign = if self.better == Better::Less { "≤" } else { "≥" };
        format!("{sign} {}", number::written(value, self.unit))
    }
}

impl Verdict {
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Aim => "ok, aim reached",
            Self::Must => "ok",
            Self::Short => "**short**",
            Self::NotMeasured => "not measured",
            Self::Quick => "quick, not judged",
        }
    }
}

/// Begins what is about the subject of the line before it.
const THE_SAME: &str = "the same";

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
    use portcullis_benches::Report;

    use super::*;
    use crate::invented;

    fn verdict(better: Better, measured: f64) -> Verdict {
        let promise = Promise {
            row: "x",
            bench: "x",
            what: "x",
            unit: "ratio",
            must: 10.0,
            aim: Some(if better == Better::Less { 5.0 } else { 20.0 }),
            better,
            find: |_| None,
        };
        promise.verdict(Some(&Figure::counted("x", "ratio", measured, 1)))
    }

    #[test]
    fn a_bound_that_is_met_exactly_is_kept() {
        let less = [4.0, 5.0, 5.1, 10.0, 10.1].map(|measured| verdict(Better::Less, measured));
        assert_eq!(less, [Verdict::Aim, Verdict::Aim, Verdict::Must, Verdict::Must, Verdict::Short]);
        let more = [21.0, 20.0, 19.0, 10.0, 9.9].map(|measured| verdict(Better::More, measured));
        assert_eq!(more, less);
    }

    #[test]
    fn a_line_of_the_budget_says_what_was_measured_and_whether_it_will_do() {
        let promise = PROMISES.iter().find(|promise| promise.row == "miss_rs256_over_raw").unwrap();
        let table = |measured| invented::table("RS256", &[], &[("miss over raw", "ratio", measured)]);
        let line = |measured| promise.line(&Results::of([invented::report("primitives", vec![table(measured)])]));
        assert_eq!(line(1.1), "budget miss_rs256_over_raw measured=1.1000 must=1.15 aim=1.0800 ok");
        assert!(line(1.2).ends_with(" short"));
        assert!(promise.line(&Results::default()).ends_with("measured=none must=1.15 aim=1.0800 not measured"));
    }

    #[test]
    fn a_quick_run_is_not_judged() {
        let promise = PROMISES.iter().find(|promise| promise.row == "miss_rs256_over_raw").unwrap();
        let table = invented::table("RS256", &[], &[("miss over raw", "ratio", 1.2)]);
        let report = Report { quick: true, ..invented::report("primitives", vec![table]) };
        let results = Results::of([report]);
        assert_eq!(promise.judged(&results).1, Verdict::Quick);
        assert!(promise.line(&results).ends_with("measured=1.2000 must=1.15 aim=1.0800 quick"));
    }

    #[test]
    fn what_is_not_a_number_keeps_no_promise() {
        assert_eq!(verdict(Better::Less, f64::NAN), Verdict::Short);
        assert_eq!(verdict(Better::More, f64::NAN), Verdict::Short);
    }

    #[test]
    fn a_bad_signature_is_judged_by_what_it_costs_beside_the_check() {
        let rows = [("raw", "ns", 12_000.0)];
        let table = invented::table("axum, RS256", &rows, &[("bad signature: added", "ns", 12_300.0)]);
        let results = Results::of([invented::report("layer", vec![table])]);
        assert_eq!(beyond_the_raw_check(&results).unwrap().median, 300.0);
        assert!(beyond_the_raw_check(&Results::default()).is_none());
    }
}
