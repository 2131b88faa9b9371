//! Standard output is for what was asked for, standard error for people. Neither panics when it is closed.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Writes to standard output, all of it or an error.
pub(crate) fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// One line of text.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    write(&format!("{text}\n"))
}

/// One object on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|_| Failure::Machine("no JSON can be made of it".to_owned()))?;
    line(&text)
}

/// Says something to people. Where nobody listens, that is all right.
pub(crate) fn note(text: &str) {
    writeln!(io::stderr().lock(), "{text}").ok();
}
