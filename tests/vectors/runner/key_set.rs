//! Key sets as issuers publish them: served, fetched, and looked at key by key in what the library says of its state.
//! A case is a `kid`, or `-` for a key without one.

use portcullis::{Authenticator, Issuer, KeyStatus};
use serde_json::Value;

use super::case::{Answer, Expected, Got};
use super::listed;
use super::network::{self, AUDIENCE, ISSUER, KEYS_URL, Network};
use super::{Unreadable, Vectors};

pub(super) const USABLE: &str = "usable";

/// The case of a document as a whole.
const DOCUMENT: &str = "document";

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let config = Authenticator::trusting(Issuer::new(ISSUER, AUDIENCE).jwks_url(KEYS_URL)).crypto(vectors.backend);
    let network = Network::new(config).map_err(|error| Unreadable(error.to_string()))?;
    network.serve(KEYS_URL, vectors.text);
    let status = network::run(network.refreshed())?;
    let mut keys = keys(&network, &status);
    let rows = listed::expected(&vectors.json);
    if rows.is_empty() {
        return Ok(vec![Answer::new(DOCUMENT, Expected::Anything, summary(&status, &keys))]);
    }
    let mut answers = Vec::new();
    for row in rows {
        let got = match (row.case, keys.iter().position(|(kid, _)| kid == row.case)) {
            (DOCUMENT, _) => summary(&status, &keys),
            (_, Some(index)) => keys.remove(index).1,
            (_, None) => Got::outcome("no such key"),
        };
        answers.push(Answer::new(row.case, Expected::Exactly(row.outcome.to_owned()), got));
    }
    let unlisted = keys.into_iter().map(|(kid, got)| Answer::new(kid, Expected::Exactly("no such key".into()), got));
    answers.extend(unlisted);
    Ok(answers)
}

/// Every key that was looked at: the usable ones, then the skipped ones.
fn keys(network: &Network, status: &KeyStatus) -> Vec<(String, Got)> {
    let name = |kid: Option<&str>| kid.unwrap_or("-").to_owned();
    let usable = usable_kids(&network.auth).into_iter().map(|kid| (name(kid.as_deref()), Got::outcome(USABLE)));
    let skipped = status.skipped.iter().map(|key| (name(key.kid.as_deref()), Got::outcome(key.reason.as_str())));
    usable.chain(skipped).collect()
}

/// The `kid`s of the keys that are held, as an export shows them.
pub(super) fn usable_kids(auth: &Authenticator) -> Vec<Option<String>> {
    let export: Value = serde_json::from_str(&auth.export_keys().to_json()).unwrap_or_default();
    let document = export["sources"][0]["document"].as_str().unwrap_or_default();
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let keys = document["keys"].as_array().map_or(&[][..], Vec::as_slice);
    keys.iter().map(|key| key["kid"].as_str().map(str::to_owned)).collect()
}

fn summary(status: &KeyStatus, keys: &[(String, Got)]) -> Got {
    if let Some(error) = &status.last_error {
        return network::refused(error);
    }
    let list: Vec<String> = keys.iter().map(|(kid, got)| format!("{kid}: {got}")).collect();
    Got::because(format!("{} usable, {} skipped", status.keys, status.skipped.len()), list.join(", "))
}
