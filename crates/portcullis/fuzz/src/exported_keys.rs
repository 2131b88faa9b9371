//! Exported keys into the next process.
//!
//! Input: the JSON text.

use std::sync::LazyLock;

use portcullis::defaults::MAX_KEYS;
use portcullis::fetch::{Fetch, FetchFuture, FetchRequest};
use portcullis::internals::caching;
use portcullis::{Authenticator, ExportedKeys, Issuer};

use serde_json::Value;

use crate::allocation::bounded;
use crate::clock::{self, StandingClock};
use crate::setting::{AUDIENCE, PUBLIC};

/// Outside of a runtime nobody asks it.
#[derive(Debug)]
struct NoNetwork;

impl Fetch for NoNetwork {
    fn fetch(&self, _: FetchRequest) -> FetchFuture {
        Box::pin(std::future::pending())
    }
}

pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(exported) = bounded(text.len(), 64, || ExportedKeys::from_json(text)) else { return };
    assert_eq!(ExportedKeys::from_json(&exported.to_json()).as_ref(), Ok(&exported));

    clock::set(clock::NOW);
    let before: Value = serde_json::from_str(&exported.to_json()).expect("JSON");
    let auth = seeded(exported);
    let [status] = &auth.status()[..] else { panic!("one issuer") };
    assert!(status.keys + status.skipped.len() <= MAX_KEYS);
    assert_eq!(status.is_usable(), status.keys > 0);
    // What was taken over can be handed on, and is the same from then on.
    let handed_on = auth.export_keys();
    assert_eq!(handed_on.issuers().count(), usize::from(status.keys > 0));
    assert!(handed_on.issuers().all(|issuer| issuer == PUBLIC));
    keeps_the_origin(&before, &handed_on);
    let next = seeded(handed_on.clone());
    assert_eq!(next.export_keys(), handed_on);
    assert_eq!(next.status()[0].keys, status.keys);
    assert_eq!(next.status()[0].age, status.age);
    assert!(next.status()[0].skipped.is_empty());
}

/// What is handed on says of its place and its age what was said of them before.
fn keeps_the_origin(before: &Value, handed_on: &ExportedKeys) {
    let after: Value = serde_json::from_str(&handed_on.to_json()).expect("JSON");
    let Some(after) = after["sources"].get(0) else { return };
    let sources = before["sources"].as_array().expect("a list");
    let before = sources.iter().find(|source| source["issuer"] == PUBLIC).expect("the source of these keys");
    assert!(after["url"] == before["url"] && after["fetched_at"] == before["fetched_at"], "{before} became {after}");
    assert!(before["fetched_at"].as_i64().is_some_and(|fetched_at| fetched_at <= clock::NOW + 300), "from the future");
    let etag = before["etag"].as_str().filter(|etag| caching::is_entity_tag(etag));
    assert_eq!(after["etag"].as_str(), etag);
}

fn seeded(keys: ExportedKeys) -> Authenticator {
    static CONFIG: LazyLock<Issuer> = LazyLock::new(|| Issuer::new(PUBLIC, AUDIENCE));
    let builder = Authenticator::trusting(CONFIG.clone()).clock(StandingClock).fetch_with(NoNetwork);
    builder.seed(keys).build().expect("the setting is valid")
}
