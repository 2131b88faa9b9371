//! Tokens of Spring Security's resource-server tests: neither `iss` nor `aud`, and names that say what should become
//! of them. Those that begin with `Valid` are good until 2118.

use portcullis::{Authenticator, Issuer};
use portcullis_testing::ManualClock;

use super::case::{Answer, Expected, Got};
use super::member::At;
use super::{Unreadable, Vectors};

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let file = At::top(&vectors.json);
    let issuer = Issuer::new("https://issuer.test/", "https://vectors.test/")
        .key_set(file.get("jwks")?.value.to_string())
        .dangerous_accept_any_audience()
        .dangerous_accept_tokens_without_issuer();
    let auth = Authenticator::trusting(issuer).clock(ManualClock::new()).crypto(vectors.backend).build();
    let mut answers = Vec::new();
    for (name, token) in file.get("tokens")?.members()? {
        let token = token.value.as_str().ok_or_else(|| token.wrong("not a token"))?;
        let got = match auth.as_ref().map(|auth| auth.verify(token).now()) {
            Ok(Ok(answer)) => answer.into(),
            Ok(Err(_)) => Got::outcome("waiting for keys, which are fixed"),
            Err(error) => error.into(),
        };
        let expected = if name.starts_with("Valid") { Expected::Accept } else { Expected::Refuse };
        answers.push(Answer::new(name, expected, got));
    }
    Ok(answers)
}
