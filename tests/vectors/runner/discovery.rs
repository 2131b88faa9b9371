//! Discovery documents as issuers publish them: served to somebody who trusts the issuer they name, to somebody who
//! trusts another one, and, where the issuer is plain http, to somebody who allows that for loopback.

use portcullis::{Authenticator, CryptoBackend, Issuer};
use portcullis_testing::TestIssuer;

use super::case::{Answer, Expected, Got};
use super::listed;
use super::member::At;
use super::network::{self, AUDIENCE, Network};
use super::{Unreadable, Vectors};

const OWN: &str = "own issuer";
const LOOPBACK: &str = "own issuer, loopback http allowed";
const OTHER: &str = "another issuer";

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let document = At::top(&vectors.json);
    let issuer = document.text("issuer")?;
    let rows = listed::expected(&vectors.json);
    let expected = |case: &str| {
        let row = rows.iter().find(|row| row.case == case);
        row.map_or(Expected::Anything, |row| Expected::Exactly(row.outcome.to_owned()))
    };
    let mut answers = vec![Answer::new(OWN, expected(OWN), served_to(issuer, false, vectors)?)];
    if issuer.starts_with("http://") {
        answers.push(Answer::new(LOOPBACK, expected(LOOPBACK), served_to(issuer, true, vectors)?));
    }
    // Of any document (RFC 8414 §3.3).
    let other = "https://another-issuer.test";
    answers.push(Answer::new(OTHER, Expected::Exactly("issuer".into()), served_to(other, false, vectors)?));
    let missing = rows.iter().filter(|row| !answers.iter().any(|answer| answer.case == row.case));
    let missing: Vec<_> = missing
        .map(|row| Answer::new(row.case, Expected::Exactly(row.outcome.into()), Got::outcome("no such case")))
        .collect();
    answers.extend(missing);
    Ok(answers)
}

/// What becomes of the document for somebody who trusts that issuer.
fn served_to(issuer: &str, loopback: bool, vectors: &Vectors<'_>) -> Result<Got, Unreadable> {
    let network = match Network::new(config(issuer, loopback, vectors.backend)) {
        Ok(network) => network,
        Err(error) => return Ok((&error).into()),
    };
    // At whichever well-known URL it is looked for; and good keys where it says they are.
    network.fetch.everywhere().json(vectors.text);
    if let Some(keys) = At::top(&vectors.json).perhaps("jwks_uri") {
        network.serve(keys, &TestIssuer::new().jwks());
    }
    let status = network::run(network.refreshed())?;
    Ok(match &status.last_error {
        Some(error) => network::refused(error),
        None if status.is_usable() => Got::outcome("used"),
        None => Got::outcome("no keys, and no error"),
    })
}

fn config(issuer: &str, loopback: bool, backend: CryptoBackend) -> portcullis::AuthenticatorBuilder {
    let config = Authenticator::trusting(Issuer::new(issuer, AUDIENCE)).crypto(backend);
    if loopback { config.allow_loopback_http() } else { config }
}
