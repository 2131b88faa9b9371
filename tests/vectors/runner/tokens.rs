//! `made/tokens.json`: tokens under one key set, each with one defect.

use super::case::{Answer, Expected};
use super::member::At;
use super::policy::Policy;
use super::{Unreadable, Vectors};

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let file = At::top(&vectors.json);
    let server = Policy::read(&file, vectors.backend)?.with_keys(&file.get("jwks")?.value.to_string());
    let answer = |case: At<'_>| {
        let expected = Expected::from_word(case.text("expect")?).ok_or_else(|| case.wrong("`expect` is no verdict"))?;
        Ok(Answer::new(case.text("name")?, expected, server.ask(case.text("jwt")?)).titled(case.perhaps("why")))
    };
    file.list("cases")?.into_iter().map(answer).collect()
}
