//! The states of one key set over months: each is served in turn, and what it lists is what can be used, no more and
//! no less.

use portcullis::{Authenticator, Issuer, Reason};
use serde_json::{Value, json};

use super::case::{Answer, Expected, Got};
use super::key_set::usable_kids;
use super::member::At;
use super::network::{self, AUDIENCE, ISSUER, KEYS_URL, Network};
use super::{Unreadable, Vectors};

const FOLLOWED: &str = "its keys and no others";

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let file = At::top(&vectors.json);
    let keys = file.get("keys")?;
    let config = Authenticator::trusting(Issuer::new(ISSUER, AUDIENCE).jwks_url(KEYS_URL)).crypto(vectors.backend);
    let network = Network::new(config).map_err(|error| Unreadable(error.to_string()))?;
    network::run(async {
        let mut answers = Vec::new();
        for state in file.list("states")? {
            let kids = state.texts("kids")?;
            let served = kids.iter().map(|kid| Ok(keys.get(kid)?.value)).collect::<Result<Vec<_>, _>>()?;
            network.serve(KEYS_URL, &json!({ "keys": served }).to_string());
            let got = state_after_refresh(&network, &keys, &kids).await?;
            answers.push(Answer::new(state.text("seen")?, Expected::Exactly(FOLLOWED.into()), got));
        }
        Ok(answers)
    })?
}

/// What is held, and what is told to those who name a key of now, of before or of later.
async fn state_after_refresh(network: &Network, keys: &At<'_>, kids: &[&str]) -> Result<Got, Unreadable> {
    if let Some(error) = network.refreshed().await.last_error {
        return Ok(network::refused(&error));
    }
    let (mut held, mut wanted) = (usable_kids(&network.auth), kids.to_vec());
    held.sort_unstable();
    wanted.sort_unstable();
    if !held.iter().map(Option::as_deref).eq(wanted.into_iter().map(Some)) {
        return Ok(Got::because("other keys", format!("{held:?}")));
    }
    for (kid, key) in keys.members()? {
        let algorithm = key.value.get("alg").and_then(Value::as_str).unwrap_or("RS256");
        let expected = if kids.contains(&kid) { Reason::SignatureInvalid } else { Reason::KeyUnknown };
        let got = network.probe(kid, algorithm).await;
        if got.outcome != expected.as_str() {
            return Ok(Got::because(got.outcome, format!("for {kid}, where {expected} is right")));
        }
    }
    Ok(Got::outcome(FOLLOWED))
}
