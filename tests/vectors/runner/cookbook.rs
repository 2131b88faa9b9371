//! The examples of RFC 7520, in the form of the JOSE cookbook: one signature in up to three serializations.
//!
//! All of them are good signatures. Only the compact serialization with its payload in it can be a token (RFC 7519
//! §3), so the others are listed differences, for every file of this format.

use portcullis::{Algorithm, KeyKind};

use super::case::{Answer, Expected};
use super::member::At;
use super::signature::Keys;
use super::{Unreadable, Vectors};

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let example = At::top(&vectors.json);
    let input = example.get("input")?;
    let algorithm = Algorithm::from_name(input.text("alg")?).filter(|one| one.key_kind() != KeyKind::Secret);
    let keys = Keys::of(&[input.get("key")?.value.clone()], algorithm, vectors.backend);
    let mut answers = Vec::new();
    for (form, output) in example.get("output")?.members()? {
        let (form, text) = match (form, output.value.as_str()) {
            ("compact", Some(compact)) if compact.contains("..") => ("compact-detached", compact.to_owned()),
            ("compact", Some(compact)) => ("compact", compact.to_owned()),
            ("json" | "json_flat", None) => (form, output.value.to_string()),
            _ => return Err(output.wrong("no serialization of a JWS")),
        };
        answers.push(Answer::new(form, Expected::Accept, keys.judge(&text)).titled(example.perhaps("title")));
    }
    if answers.is_empty() { Err(example.wrong("no output")) } else { Ok(answers) }
}
