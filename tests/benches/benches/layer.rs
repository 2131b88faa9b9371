//! What authentication adds to a request, framework and all: time over the same application without it.
//!
//! In process, with a request of eight field lines that is built each time, in the application without authentication
//! too; the handler takes the caller and one claim of its own type. A miss has the cache off; every token of a row is
//! distinct, but for the one hot token. Each kind of token is sent to both applications, so that reading the tokens
//! themselves from memory is on both sides of the difference. Hits have rounds of their own, before the others: ten
//! thousand live tokens are what a busy service has in its processor's caches, and not also fifty thousand others that are
//! missed and refused. Not in it: sockets, HTTP parsing, more than one thread, and what filling the cache costs.

use std::hint::black_box;

use http::StatusCode;
use portcullis::Algorithm;
use portcullis_benches::apps::{self, Bearer};
use portcullis_benches::report::Results;
use portcullis_benches::{
    Arguments, Cores, Mint, Published, Report, Rotation, Samples, Table, Tokens, at_once, setting, take_apart,
};

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let mut report = Report::new("layer", &arguments, Cores::available().pin(0));
    for algorithm in [Algorithm::RS256, Algorithm::ES256] {
        let mint = Mint::new(algorithm);
        let tokens = Tokens::new(&mint, arguments.choose(1_000, 10_000));
        let issuer = mint.published();
        let off = || setting::without_cache(issuer);
        let on = || {
            let auth = setting::with_cache(issuer, tokens.good.len());
            setting::fill(&auth, tokens.good.iter().map(String::as_str));
            auth
        };
        let measure = Measure { issuer, tokens: &tokens, arguments: &arguments };

        let (bare, miss, hit) = (apps::axum::bare(), apps::axum::protected(off()), apps::axum::protected(on()));
        report.add(measure.framework("axum", bare, miss, hit));
        let (bare, miss, hit) = (apps::tower::bare(), apps::tower::protected(off()), apps::tower::protected(on()));
        report.add(measure.framework("tower", bare, miss, hit));
        let [miss, hit] = [off(), on()].map(|auth| at_once(apps::actix::protected(auth)));
        report.add(measure.framework("actix-web", at_once(apps::actix::bare()), miss, hit));
    }
    report.write()
}

struct Measure<'a> {
    issuer: &'a Published,
    tokens: &'a Tokens,
    arguments: &'a Arguments,
}

impl Measure<'_> {
    fn framework(
        &self,
        framework: &str,
        bare: impl AsyncFn(&Bearer) -> StatusCode,
        miss: impl AsyncFn(&Bearer) -> StatusCode,
        hit: impl AsyncFn(&Bearer) -> StatusCode,
    ) -> Results {
        const REFUSED: StatusCode = StatusCode::UNAUTHORIZED;
        let tokens = self.tokens;
        let hot = Bearer::in_order(&tokens.good[..1]);
        let all = Bearer::shuffled(&tokens.good, 1);
        let kinds: [Kind; 7] = [
            ("miss", Bearer::in_order(&tokens.good), StatusCode::OK),
            ("hit, one hot token", hot, StatusCode::OK),
            ("hit, all tokens", all, StatusCode::OK),
            ("malformed", Bearer::in_order(&tokens.malformed), REFUSED),
            ("unknown kid", Bearer::in_order(&tokens.unknown_kid), REFUSED),
            ("bad signature", Bearer::in_order(&tokens.forged), REFUSED),
            ("expired", Bearer::in_order(&tokens.expired), REFUSED),
        ];
        for (kind, bearers, status) in &kinds {
            for bearer in bearers.values() {
                assert_eq!(at_once(bare(bearer)), StatusCode::OK, "{kind}");
                assert_eq!(at_once(hit(bearer)), *status, "{kind}");
            }
            assert_eq!(at_once(miss(&bearers.values()[0])), *status, "{kind}");
        }

        let name = format!("{framework}, {}", self.issuer.algorithm().name());
        let (hits, others): (Vec<_>, Vec<_>) = kinds.iter().partition(|(kind, ..)| kind.starts_with("hit"));
        let mut all = Results { name, rows: Vec::new(), derived: Vec::new() };
        // Beside hits a few hundred are distinct enough, and leave the caches to the others.
        for (kinds, raw, distinct) in [(hits, "raw, beside hits", 500), (others, "raw", tokens.good.len())] {
            let results = self.rounds((raw, distinct), &kinds, &bare, &miss, &hit).results();
            all.rows.extend(results.rows);
            all.derived.extend(results.derived);
        }
        all
    }

    /// Some kinds of requests, and the raw verification, measured together.
    fn rounds(
        &self,
        (raw_name, distinct): (&str, usize),
        kinds: &[&Kind],
        bare: &impl AsyncFn(&Bearer) -> StatusCode,
        miss: &impl AsyncFn(&Bearer) -> StatusCode,
        hit: &impl AsyncFn(&Bearer) -> StatusCode,
    ) -> Samples {
        let mut table = Table::new("");
        let raw = self.issuer.raw();
        let parts = self.tokens.good.iter().take(distinct).map(|token| take_apart(token));
        let mut parts = Rotation::in_order(parts.collect());
        table.row(raw_name, move |n| {
            for _ in 0..n {
                let (input, signature) = parts.turn();
                assert!(raw.verify(black_box(input.as_bytes()), signature));
            }
        });
        for (kind, bearers, status) in kinds {
            table.row(format!("{kind}, without auth"), ask(bare, bearers.clone(), StatusCode::OK));
            match *kind {
                "miss" => table.row(*kind, ask(miss, bearers.clone(), *status)),
                _ => table.row(*kind, ask(hit, bearers.clone(), *status)),
            }
        }
        let mut samples = table.measure(self.arguments);
        for (kind, ..) in kinds {
            let bare = format!("{kind}, without auth");
            samples.added(&format!("{kind}: added"), kind, &bare);
            samples.derive(&format!("{kind}: added over raw"), "ratio", |round| {
                (round.time(kind) - round.time(&bare)) / round.time(raw_name)
            });
        }
        samples
    }
}

/// What is sent, with which tokens, and the answer where there is authentication.
type Kind = (&'static str, Rotation<Bearer>, StatusCode);

fn ask(
    app: &impl AsyncFn(&Bearer) -> StatusCode,
    mut bearers: Rotation<Bearer>,
    status: StatusCode,
) -> impl FnMut(u64) {
    move |n| {
        for _ in 0..n {
            assert_eq!(at_once(app(bearers.turn())), status);
        }
    }
}
