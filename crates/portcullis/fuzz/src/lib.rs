//! What each target does with its bytes, and what must hold whatever they are.
//!
//! The targets in `fuzz_targets/` only call these; so does the test that replays the committed corpus without libFuzzer.

#![forbid(unsafe_code)]

pub mod api_key;
pub mod authorization_header;
pub mod caching_headers;
pub mod compact_token;
pub mod discovery_document;
pub mod exported_keys;
pub mod json_text;
pub mod jwks_document;
pub mod logout_form;
pub mod pem;
pub mod url_check;

mod allocation;
mod clock;
mod oracle;
mod setting;

pub use clock::NOW;
pub use setting::{AUDIENCE, KEYCLOAK, LOCAL, PROFILE, PUBLIC};

/// A target's name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 11] = [
    ("api_key", api_key::check),
    ("authorization_header", authorization_header::check),
    ("caching_headers", caching_headers::check),
    ("compact_token", compact_token::check),
    ("discovery_document", discovery_document::check),
    ("exported_keys", exported_keys::check),
    ("json_text", json_text::check),
    ("jwks_document", jwks_document::check),
    ("logout_form", logout_form::check),
    ("pem", pem::check),
    ("url_check", url_check::check),
];
