//! The command line.

use crate::server::Framework;

#[derive(Debug)]
pub(crate) struct Options {
    /// For both servers together.
    pub(crate) requests: u64,
    pub(crate) seed: u64,
    pub(crate) role: Role,
}

/// What this process is.
#[derive(Debug)]
pub(crate) enum Role {
    Client,
    /// Started by a client, and ends when it does.
    Server {
        framework: Framework,
        issuer: String,
    },
}

impl Options {
    pub(crate) fn of(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { requests: 1_000_000, seed: fastrand::u64(..), role: Role::Client };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            let number = |value: String| value.parse().map_err(|_| format!("{name}: {value:?} is no number"));
            match &*name {
                "--requests" => options.requests = number(value()?)?,
                "--seed" => options.seed = number(value()?)?,
                "--serve" => {
                    let framework = Framework::from_name(&value()?).ok_or("--serve takes axum or actix")?;
                    options.role = Role::Server { framework, issuer: value()? };
                }
                _ => return Err(format!("{name}: unknown; there are --requests and --seed")),
            }
        }
        Ok(options)
    }
}
