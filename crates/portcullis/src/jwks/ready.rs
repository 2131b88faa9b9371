//! Not ready to decide.

use std::fmt;

use super::status::{KeyState, KeyStatus};

/// Some issuers have no keys yet. Lists the state of each of them.
#[derive(Debug, Clone)]
pub struct NotReady {
    missing: Vec<KeyStatus>,
}

impl KeyStatus {
    /// Whether tokens of this issuer can be decided.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        matches!(self.state, KeyState::Fresh | KeyState::Stale | KeyState::Fixed)
    }
}

impl NotReady {
    pub(crate) fn unless_ready(status: Vec<KeyStatus>) -> Result<(), Self> {
        let missing: Vec<KeyStatus> = status.into_iter().filter(|status| !status.is_usable()).collect();
        if missing.is_empty() { Ok(()) } else { Err(Self { missing }) }
    }

    /// The issuers without keys.
    #[must_use]
    pub fn missing(&self) -> &[KeyStatus] {
        &self.missing
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no keys yet")?;
        for status in &self.missing {
            write!(f, "\n- {}: ", status.issuer)?;
            match &status.last_error {
                Some(error) => write!(f, "{error}")?,
                None => f.write_str("nothing fetched yet")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for NotReady {}
