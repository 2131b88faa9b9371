//! A new digest key.

use std::path::Path;

use portcullis::api_key::DigestKey;

use crate::failure::Failure;
use crate::output::{line, note};

/// To standard output, or to a file that is not there yet.
pub(crate) fn make(out: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = out else {
        let key = DigestKey::generate().map_err(|error| Failure::Machine(error.to_string()))?;
        line(&key.expose())?;
        note("a secret: keep it where other secrets are, and give it to every server of the environment");
        return Ok(());
    };
    if path.symlink_metadata().is_ok() {
        let remedy = "name another file; keys made under a digest key are worth nothing without it";
        return Err(Failure::usage("--out", format!("{} is there already", path.display()), remedy));
    }
    DigestKey::load_or_create(path).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Failure::usage("--out", format!("{error}{cause}"), "name a file in a folder that you may write to")
    })?;
    note(&format!("{} holds a secret: give it to every server of the environment", path.display()));
    Ok(())
}
