//! Caching header fields as they came with key sets and discovery documents: when is the next fetch?
//!
//! The outcome is the fresh time in seconds that the moment of the next fetch stands for: a refresh happens at four
//! fifths of it, give or take a tenth.

use std::time::Duration;

use portcullis::{Authenticator, Issuer, defaults};
use portcullis_testing::TestIssuer;
use serde_json::{Value, json};

use super::case::{Answer, Expected, Got};
use super::listed::{self, Row};
use super::member::At;
use super::network::{self, AUDIENCE, ISSUER, KEYS_URL, Network, with_fields};
use super::{Unreadable, Vectors};

const KEY_SET: &str = "/jwks";
const METADATA: &str = "/discovery_document";
const METADATA_URL: &str = "https://issuer.test/.well-known/oauth-authorization-server";

/// Longer than anything is kept.
const LONG: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// `PROVIDER/jwks` and `PROVIDER/discovery_document`, each an object of header fields.
pub(super) fn are_headers(json: &Value) -> bool {
    let is_fields = |value: &Value| value.as_object().is_some_and(|fields| fields.values().all(Value::is_string));
    json.as_object().is_some_and(|entries| {
        let named = |name: &str| name.ends_with(KEY_SET) || name.ends_with(METADATA);
        !entries.is_empty() && entries.iter().all(|(name, value)| named(name) && is_fields(value))
    })
}

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let rows = listed::expected(&vectors.json);
    let mut answers = Vec::new();
    for (name, entry) in At::top(&vectors.json).members()? {
        let fields: Vec<(&str, &str)> =
            entry.members()?.into_iter().filter_map(|(name, at)| Some((name, at.value.as_str()?))).collect();
        let next = network::run(next_fetch(name, &fields, vectors))??;
        answers.push(judged(name, next, rows.iter().find(|row| row.case == name)));
    }
    Ok(answers)
}

/// How long after the first fetch the document is fetched again, with no request in between.
async fn next_fetch(
    name: &str,
    fields: &[(&str, &str)],
    vectors: &Vectors<'_>,
) -> Result<Result<Duration, Got>, Unreadable> {
    let config = Authenticator::trusting(Issuer::new(ISSUER, AUDIENCE)).crypto(vectors.backend);
    let network = Network::new(config).map_err(|error| Unreadable(error.to_string()))?;
    let metadata = json!({ "issuer": ISSUER, "jwks_uri": KEYS_URL }).to_string();
    let is_metadata = name.ends_with(METADATA);
    let (of_keys, of_metadata) = if is_metadata { (&[][..], fields) } else { (fields, &[][..]) };
    network.fetch.at(METADATA_URL).answer(with_fields(of_metadata, &metadata));
    network.fetch.at(KEYS_URL).answer(with_fields(of_keys, &TestIssuer::new().jwks()));
    if let Some(error) = network.refreshed().await.last_error {
        return Ok(Err(network::refused(&error)));
    }
    let next = network.until_fetched(if is_metadata { METADATA_URL } else { KEYS_URL }, 2, LONG).await;
    Ok(next.ok_or_else(|| Got::outcome("no fetch in three days")))
}

fn judged(name: &str, next: Result<Duration, Got>, row: Option<&Row>) -> Answer {
    let falls_into =
        |(earliest, latest): (Duration, Duration)| next.as_ref().is_ok_and(|next| (earliest..=latest).contains(next));
    let told = match &next {
        Ok(next) => Got::outcome(format!("next fetch after {} s", next.as_secs())),
        Err(refused) => refused.clone(),
    };
    let Some(row) = row else {
        // Nobody wrote down how long; but not sooner and not later than our own bounds have it.
        let bounds = (window(name, defaults::MIN_KEYS_FRESH_FOR).0, window(name, defaults::MAX_KEYS_FRESH_FOR).1);
        let expected = if falls_into(bounds) { Expected::Anything } else { Expected::Exactly("within bounds".into()) };
        return Answer::new(name, expected, told);
    };
    let stands_for_it = row.outcome.parse().is_ok_and(|seconds| falls_into(window(name, Duration::from_secs(seconds))));
    let got = if stands_for_it { Got::outcome(row.outcome) } else { told };
    Answer::new(name, Expected::Exactly(row.outcome.to_owned()), got)
}

/// From when to when the next fetch may be. Metadata is read again with the first key set that is fetched after its
/// time.
fn window(name: &str, fresh_for: Duration) -> (Duration, Duration) {
    let share = |percent: u32| f64::from(percent) / 100.0;
    let (at, jitter) = (share(defaults::REFRESH_AT_PERCENT), share(defaults::REFRESH_JITTER_PERCENT));
    if name.ends_with(METADATA) {
        (fresh_for, fresh_for + defaults::KEYS_FRESH_FOR.mul_f64(at * (1.0 + jitter)))
    } else {
        (fresh_for.mul_f64(at * (1.0 - jitter)), fresh_for.mul_f64(at * (1.0 + jitter)))
    }
}
