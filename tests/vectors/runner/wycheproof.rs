//! Project Wycheproof: `json_web_signature_test.json`, a key a group, and `json_web_key_test.json`, a key set a group.

use serde_json::Value;

use super::case::{Answer, Expected};
use super::member::At;
use super::signature::Keys;
use super::{Unreadable, Vectors};

pub(super) fn answers(vectors: &Vectors<'_>) -> Result<Vec<Answer>, Unreadable> {
    let mut answers = Vec::new();
    for group in At::top(&vectors.json).list("testGroups")? {
        let kind = group.text("type")?;
        if !matches!(kind, "JsonWebSignature" | "JsonWebKey") {
            return Err(group.wrong(&format!("{kind:?} is not about signed tokens")));
        }
        // What an issuer publishes; symmetric keys have no such half.
        let published = group.get("public").or_else(|_| group.get("private"))?;
        let one = std::slice::from_ref(published.value);
        let set = published.value.get("keys").and_then(Value::as_array);
        let keys = Keys::of(set.map_or(one, Vec::as_slice), None, vectors.backend);
        for test in group.list("tests")? {
            let result = test.text("result")?;
            let expected = Expected::from_word(result).ok_or_else(|| test.wrong("`result` is no verdict"))?;
            let answer = Answer::new(test.number("tcId")?.to_string(), expected, keys.judge(test.text("jws")?));
            answers.push(answer.titled(test.perhaps("comment")));
        }
    }
    Ok(answers)
}
