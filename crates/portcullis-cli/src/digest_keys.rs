//! Where the digest key comes from: a file or the environment, never an argument.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use portcullis::api_key::{DigestKey, DigestKeyError};

use crate::failure::Problem;
use crate::output::note;

pub(crate) const VARIABLE: &str = "PORTCULLIS_DIGEST_KEY";
pub(crate) const OPTION: &str = "--digest-key-file";

/// From a file, which everybody but its owner should leave alone.
pub(crate) fn from_file(option: &str, path: &Path) -> Result<DigestKey, Problem> {
    if path.to_str().is_some_and(|text| text.parse::<DigestKey>().is_ok()) {
        let remedy = "write it to a file and name that; everybody can read arguments, so make another key";
        return Err(Problem::new(option, "a digest key where the name of a file should be", remedy));
    }
    let read = File::open(path).and_then(|file| {
        warn_if_open(path, &file);
        let mut text = String::new();
        file.take(4096).read_to_string(&mut text)?;
        Ok(text)
    });
    match read {
        Ok(text) => parse(option, &text),
        Err(error) => {
            let what = match error.kind() {
                io::ErrorKind::InvalidData => "not text".to_owned(),
                _ => error.to_string(),
            };
            let problem = format!("{} cannot be read: {what}", path.display());
            Err(Problem::new(
                option,
                problem,
                "name the file that the servers read, or make one with `portcullis digest-key`",
            ))
        }
    }
}

/// The error does not repeat any of the text.
pub(crate) fn parse(setting: &str, text: &str) -> Result<DigestKey, Problem> {
    text.parse().map_err(|error| {
        let problem = match error {
            DigestKeyError::Constant => "no digest key: nobody drew it at random",
            _ => "no digest key: that is 43 characters of base64url",
        };
        Problem::new(setting, problem, "make one with `portcullis digest-key`, and give the servers the same")
    })
}

#[cfg(unix)]
fn warn_if_open(path: &Path, file: &File) {
    use std::os::unix::fs::PermissionsExt as _;

    if file.metadata().is_ok_and(|known| known.is_file() && known.permissions().mode() & 0o077 != 0) {
        note(&format!("warning: others than its owner may use {}; `chmod 600` it", path.display()));
    }
}

#[cfg(not(unix))]
fn warn_if_open(_: &Path, _: &File) {}
