//! A runner for published test vectors and for this project's own: `cargo run -p portcullis-tests --bin vectors --
//! FILE…`. Each file is recognised by its content and put to the library through its public interface; what comes out
//! otherwise than the file expects is one line.
//!
//! Two things are decided in `tests/vectors` and not here: which way the library goes where a file allows both, and
//! where it differs on purpose (`differences.tsv`); and what is expected of documents that do not say so themselves
//! (`jwks/expected.tsv`, `discovery/expected.tsv`).

mod caching;
mod case;
mod cookbook;
mod discovery;
mod dpop;
mod format;
mod key_documents;
mod key_set;
mod listed;
mod member;
mod named_tokens;
mod network;
mod policy;
mod report;
mod signature;
mod timeline;
mod tokens;
mod wycheproof;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use portcullis::CryptoBackend;
use serde_json::Value;

pub use listed::every_listed_format_case;
pub use report::Report;

/// Why a file was not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(String);

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Unreadable {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// Far above any real file of vectors, and below what a machine has.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// One file of vectors, read.
struct Vectors<'a> {
    /// As it was named.
    name: String,
    text: &'a str,
    json: Value,
    backend: CryptoBackend,
}

/// Runs one file of any format that is known.
///
/// # Errors
/// [`Unreadable`] for a file that cannot be read, is not JSON, or is of no known format.
pub fn run(path: &Path, backend: CryptoBackend) -> Result<Report, Unreadable> {
    run_text(path, &read(path)?, backend)
}

/// Runs a text that stands for a file of that name.
///
/// # Errors
/// [`Unreadable`] for one that is not JSON, or is of no known format.
pub fn run_text(path: &Path, text: &str, backend: CryptoBackend) -> Result<Report, Unreadable> {
    let json = serde_json::from_str(text).map_err(|error| Unreadable(format!("not JSON: {error}")))?;
    let vectors = Vectors { name: path.display().to_string(), text, json, backend };
    let format = format::recognise(&vectors.json)?;
    let answers = format.answers(&vectors)?;
    Ok(Report::judge(&vectors.name, answers, &listed::Listed::of(path, format.name(), &vectors.json)))
}

fn read(path: &Path) -> Result<String, Unreadable> {
    let cannot = |error: std::io::Error| Unreadable(format!("cannot be read: {error}"));
    let mut octets = Vec::new();
    File::open(path).map_err(cannot)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut octets).map_err(cannot)?;
    if octets.len() as u64 > MAX_FILE_BYTES {
        return Err(Unreadable(format!("longer than {MAX_FILE_BYTES} octets")));
    }
    String::from_utf8(octets).map_err(|_| Unreadable::new("not UTF-8"))
}
