//! Whether the time that a refusal takes tells what is wrong with a key: Welch's t-test.
//!
//! 100,000 refusals each of a right id with a wrong secret, an id that nobody made, and a wrong checksum; all different,
//! made before, in random order, each timed by itself on one pinned core. Compared are all times, and all below the 99th
//! percentile of both kinds together, where there is less noise to hide in. Two kinds cannot be told apart at the level of
//! 0.1 % where |t| is below 3.29.

use std::hint::black_box;
use std::time::Instant;

use portcullis::{Algorithm, Reason};
use portcullis_benches::keys::{Keys, invented_id, with_secret};
use portcullis_benches::report::{Figure, Results};
use portcullis_benches::{Arguments, Cores, Mint, Report, at_once};

const CRITICAL: f64 = 3.29;

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let mut report = Report::new("key_timing", &arguments, Cores::available().pin(0));
    let count = arguments.choose(5_000, 100_000);
    let keys = Keys::new(1_000);
    // No tokens are remembered: a refusal never is one of those.
    let auth = keys.authenticator(Mint::new(Algorithm::ES256).published(), 0);
    let good = keys.create(1);
    let known = [("api-key", good[0].as_bytes())];
    assert!(keys.block_on(async { auth.authenticate(known.as_slice()).await }).is_ok());

    let mut random = fastrand::Rng::with_seed(20_261_125);
    let mut sent: Vec<(usize, String)> = Vec::with_capacity(3 * count);
    for _ in 0..count {
        sent.push((0, with_secret(&good[0][10..26], &mut random)));
        let id = invented_id(&mut random);
        sent.push((1, with_secret(&id, &mut random)));
        let mistyped = with_secret(&good[0][10..26], &mut random);
        sent.push((
            2,
            format!("{}{}", &mistyped[..mistyped.len() - 1], if mistyped.ends_with('0') { '1' } else { '0' }),
        ));
    }
    random.shuffle(&mut sent);
    let expected = [Reason::ApiKeySecretWrong, Reason::ApiKeyUnknown, Reason::ApiKeyChecksumWrong];
    let mut times = [const { Vec::new() }; 3];
    for (round, (kind, key)) in sent.iter().chain(&sent[..count / 10]).enumerate() {
        let head = [("api-key", key.as_bytes())];
        let start = Instant::now();
        let outcome = black_box(at_once(auth.authenticate(black_box(head.as_slice()))));
        let time = start.elapsed();
        assert_eq!(outcome.err().map(|error| error.reason()), Some(expected[*kind]));
        // The first ones warm up, and are sent again at the end.
        if round >= count / 10 {
            times[*kind].push(time.as_secs_f64() * 1e9);
        }
    }
    let names = ["right id, wrong secret", "invented id", "wrong checksum"];
    let rows = names.iter().zip(&times).map(|(name, times)| Figure::of(*name, "ns", times, 1)).collect();
    let mut derived = Vec::new();
    for (one, other) in [(0, 1), (0, 2)] {
        let name = format!("{} and {}", names[one], names[other]);
        let (all, most) = (welch(&times[one], &times[other]), welch_below(&times[one], &times[other], 0.99));
        for (which, t) in [("all", all), ("below the 99th percentile", most)] {
            derived.push(Figure::counted(format!("{name}: t, {which}"), "ratio", t, 1));
            let verdict = if t.abs() < CRITICAL { "cannot be told apart" } else { "can be told apart" };
            println!("{name}, {which}: t = {t:.2}, {verdict} at 0.1 %");
        }
    }
    report.add(Results { name: "refusals".to_owned(), rows, derived });
    report.write()
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred thousand")]
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let moments = |times: &[f64]| {
        let count = times.len() as f64;
        let mean = times.iter().sum::<f64>() / count;
        let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    };
    let ((mean, error), (other_mean, other_error)) = (moments(one), moments(other));
    (mean - other_mean) / (error + other_error).sqrt()
}

fn welch_below(one: &[f64], other: &[f64], share: f64) -> f64 {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a share of a few hundred thousand"
    )]
    let limit = all[(all.len() as f64 * share) as usize];
    let below = |times: &[f64]| times.iter().copied().filter(|time| *time < limit).collect::<Vec<f64>>();
    welch(&below(one), &below(other))
}
