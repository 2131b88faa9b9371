//! `made/key-documents.json`: key documents, each with one defect, and tokens to be checked against it alone. A case is
//! `NAME/N`: the Nth token of a document.

use super::case::{Answer, Expected};
use super::member::At;
use super::policy::Policy;
use super::{Unreadable, Vectors};

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let file = At::top(&vectors.json);
    let policy = Policy::read(&file, vectors.backend)?;
    let mut answers = Vec::new();
    for case in file.list("cases")? {
        let server = policy.with_keys(case.text("body")?);
        for (index, token) in case.list("tokens")?.into_iter().enumerate() {
            let expected = token.text("expect")?;
            let expected = Expected::from_word(expected).ok_or_else(|| token.wrong("`expect` is no verdict"))?;
            let name = format!("{}/{}", case.text("name")?, index + 1);
            let title = token.perhaps("why").or_else(|| case.perhaps("why"));
            answers.push(Answer::new(name, expected, server.ask(token.text("jwt")?)).titled(title));
        }
    }
    Ok(answers)
}
