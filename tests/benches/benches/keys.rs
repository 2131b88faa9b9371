//! What API keys cost, beside tokens that were seen before: good ones, refused ones, the first use of one, and a flood of
//! invented ones.
//!
//! Through the core (a head of one field line) and through axum with an extractor that decodes a claim, as in `layer`. The
//! store is in memory and holds 100,000 keys, of which 10,000 are in use. The flood is of keys of a foreign format, which
//! nothing tells from real ones without a look-up, at 100,000 a second.

use std::time::{Duration, Instant};

use http::StatusCode;
use portcullis::{Algorithm, Authenticator, Reason};
use portcullis_benches::apps::{self, Bearer};
use portcullis_benches::keys::{Keys, invented_id, with_secret};
use portcullis_benches::report::{Figure, Results};
use portcullis_benches::{Arguments, Cores, Mint, Report, Rotation, Table, at_once, setting};

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let mut report = Report::new("keys", &arguments, Cores::available().pin(0));
    let (in_use, stored) = arguments.choose((1_000, 5_000), (10_000, 100_000));
    let mint = Mint::new(Algorithm::RS256);
    let keys = Keys::new(2 * in_use);
    let good = keys.create(stored);
    let tokens = mint.tokens(in_use);
    // Room for both kinds.
    let auth = keys.authenticator(mint.published(), 2 * in_use);
    let in_use = &good[..in_use];
    setting::fill(&auth, tokens.iter().map(String::as_str));
    // Before the others are looked up: a change makes the answers of some others be asked for anew.
    let (revoked, others) = in_use.split_last().expect("one at least");
    keys.block_on(keys.keys.revoke(&revoked[10..26])).expect("revoked");
    fill(&keys, &auth, others);

    report.add(core(&arguments, &keys, &auth, &tokens, in_use));
    report.add(axum(&arguments, auth.clone(), &tokens, in_use));
    report.add(first_use(&arguments, &keys, &mint, &good));
    report.add(flood(&arguments, &keys, &auth, in_use));
    report.write()
}

type Line = (&'static str, String);

fn ask(auth: &Authenticator, (field, value): &Line) -> Result<(), Reason> {
    let head = [(*field, value.as_bytes())];
    at_once(auth.authenticate(head.as_slice())).map(drop).map_err(|error| error.reason())
}

/// Every key three times, as with tokens.
fn fill(keys: &Keys, auth: &Authenticator, good: &[String]) {
    for _ in 0..3 {
        for key in good {
            let head = [("api-key", key.as_bytes())];
            let authentication = keys.block_on(async { auth.authenticate(head.as_slice()).await });
            let _ = authentication.expect("a good key").principal::<portcullis_benches::Tenant>().expect("a tenant");
        }
    }
}

fn core(arguments: &Arguments, keys: &Keys, auth: &Authenticator, tokens: &[String], good: &[String]) -> Results {
    let mut random = fastrand::Rng::with_seed(7);
    let mut strange = |id: Option<&str>| {
        let id = id.map_or_else(|| invented_id(&mut random), str::to_owned);
        with_secret(&id, &mut random)
    };
    let id = |key: &String| key[10..26].to_owned();
    let scheme = |key: &String| ("authorization", format!("ApiKey {key}"));
    let field = |key: &String| ("api-key", key.clone());
    let bearer = |token: &String| ("authorization", format!("Bearer {token}"));
    let revoked = good.last().expect("one at least");
    let good = &good[..good.len() - 1];
    let again = keys.block_on(async { auth.authenticate([("api-key", revoked.as_bytes())].as_slice()).await });
    assert_eq!(again.map(drop).map_err(|error| error.reason()), Err(Reason::ApiKeyRevoked));
    let wrong_secret: Vec<Line> = good.iter().take(1_000).map(|key| field(&strange(Some(&id(key))))).collect();
    let wrong_id: Vec<Line> = (0..1_000).map(|_| field(&strange(None))).collect();
    let wrong_checksum = field(&format!("{}0", &good[0][..good[0].len() - 1]));
    let rows: [(&str, Vec<Line>, Result<(), Reason>); 11] = [
        ("token, one", vec![bearer(&tokens[0])], Ok(())),
        ("key under ApiKey, one", vec![scheme(&good[0])], Ok(())),
        ("key in a field, one", vec![field(&good[0])], Ok(())),
        ("token, many", tokens.iter().map(bearer).collect(), Ok(())),
        ("key under ApiKey, many", good.iter().map(scheme).collect(), Ok(())),
        ("key in a field, many", good.iter().map(field).collect(), Ok(())),
        ("refused: malformed", vec![field(&"x".repeat(60))], Err(Reason::ApiKeyMalformed)),
        ("refused: wrong checksum", vec![wrong_checksum], Err(Reason::ApiKeyChecksumWrong)),
        ("refused: invented id", wrong_id, Err(Reason::ApiKeyUnknown)),
        ("refused: wrong secret", wrong_secret, Err(Reason::ApiKeySecretWrong)),
        ("refused: revoked", vec![field(revoked)], Err(Reason::ApiKeyRevoked)),
    ];
    let mut table = Table::new("core");
    for (name, lines, expected) in rows {
        let mut lines = Rotation::shuffled(lines, 1);
        table.row(name, move |n| {
            for _ in 0..n {
                assert_eq!(ask(auth, lines.turn()), expected, "{name}");
            }
        });
    }
    let mut samples = table.measure(arguments);
    for (place, count) in
        [("under ApiKey", "one"), ("in a field", "one"), ("under ApiKey", "many"), ("in a field", "many")]
    {
        let (key, token) = (format!("key {place}, {count}"), format!("token, {count}"));
        samples.ratio(&format!("{key}: over a token"), &key, &token);
    }
    samples.results()
}

fn axum(arguments: &Arguments, auth: Authenticator, tokens: &[String], good: &[String]) -> Results {
    let good = &good[..good.len() - 1];
    let (bare, protected) = (apps::axum::bare(), apps::axum::protected(auth));
    let kinds = [
        ("token, one", vec![Bearer::new(&tokens[0])]),
        ("key, one", vec![Bearer::under("ApiKey", &good[0])]),
        ("token, many", tokens.iter().map(|token| Bearer::new(token)).collect()),
        ("key, many", good.iter().map(|key| Bearer::under("ApiKey", key)).collect()),
    ];
    let mut table = Table::new("axum");
    for (name, bearers) in &kinds {
        for (name, with) in [(format!("{name}, without auth"), false), ((*name).to_owned(), true)] {
            let (mut bearers, bare, protected) = (Rotation::shuffled(bearers.clone(), 1), &bare, &protected);
            table.row(name, move |n| {
                for _ in 0..n {
                    let bearer = bearers.turn();
                    let status = if with { at_once(protected(bearer)) } else { at_once(bare(bearer)) };
                    assert_eq!(status, StatusCode::OK);
                }
            });
        }
    }
    let mut samples = table.measure(arguments);
    for (name, _) in &kinds {
        samples.added(&format!("{name}: added"), name, &format!("{name}, without auth"));
    }
    for count in ["one", "many"] {
        samples.derive(&format!("key, {count}: added, over a token"), "ratio", |round| {
            let added =
                |kind| round.time(&format!("{kind}, {count}")) - round.time(&format!("{kind}, {count}, without auth"));
            added("key") / added("token")
        });
    }
    samples.results()
}

/// Of keys that nothing is known of: the look-up in a store in memory, and a task of the runtime.
fn first_use(arguments: &Arguments, keys: &Keys, mint: &Mint, good: &[String]) -> Results {
    // With room for one, nearly every use is a first one.
    let forgetful = keys.authenticator(mint.published(), 0);
    let mut lines = Rotation::shuffled(good[good.len() / 2..].to_vec(), 1);
    let mut table = Table::new("first use");
    table.row("key that is not remembered", |n| {
        keys.block_on(async {
            for _ in 0..n {
                let head = [("api-key", lines.turn().as_bytes())];
                assert!(forgetful.authenticate(head.as_slice()).await.is_ok());
            }
        });
    });
    table.measure(arguments).results()
}

/// Distinct invented keys at 100,000 a second, each sent twice; the look-ups that they cause, and what becomes of regulars.
fn flood(arguments: &Arguments, keys: &Keys, auth: &Authenticator, good: &[String]) -> Results {
    let good = &good[..good.len() - 1];
    let seconds = arguments.choose(1, 3);
    let (mut refused, mut unavailable, mut late, mut slowest) = (0_u64, 0_u64, 0_u64, Duration::ZERO);
    let mut regulars = Rotation::shuffled(good.to_vec(), 2);
    let start = Instant::now();
    let each = Duration::from_micros(10);
    let sent = seconds * 100_000;
    keys.block_on(async {
        for number in 0..sent {
            let key = format!("perm:{:032}", number / 2);
            match auth.authenticate([("api-key", key.as_bytes())].as_slice()).await.map_err(|error| error.reason()) {
                Err(Reason::ApiKeyUnknown) => refused += 1,
                Err(Reason::ApiKeysUnavailable) => unavailable += 1,
                other => panic!("{other:?}"),
            }
            if number % 100 == 0 {
                let begun = Instant::now();
                let head = [("api-key", regulars.turn().as_bytes())];
                late += u64::from(auth.authenticate(head.as_slice()).now().is_err());
                slowest = slowest.max(begun.elapsed());
            }
            let due = each * u32::try_from(number).unwrap_or(u32::MAX);
            while start.elapsed() < due {
                std::hint::spin_loop();
            }
        }
    });
    let took = start.elapsed();
    let (remembered, unknown) = keys.keys.remembered();
    let counted = |name: &str, unit: &str, value: f64| Figure::counted(name, unit, value, 1);
    #[expect(clippy::cast_precision_loss, reason = "counts of a few hundred thousand")]
    let rows = vec![
        counted("keys a second", "keys", sent as f64 / took.as_secs_f64()),
        counted("distinct keys", "keys", sent as f64 / 2.0),
        counted("answered 401", "requests", refused as f64),
        counted("answered 503, over the budget of look-ups", "requests", unavailable as f64),
        counted("unknown keys remembered", "keys", unknown as f64),
        counted("keys in use remembered", "keys", remembered as f64),
        counted("regular requests that had to wait", "requests", late as f64),
        counted("slowest regular request", "ns", slowest.as_secs_f64() * 1e9),
    ];
    Results { name: "flood of unknown keys".to_owned(), rows, derived: Vec::new() }
}
