//! What went wrong, and the code to exit with. No secret is in any of it.

use std::fmt;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use portcullis::ConfigError;
use portcullis::api_key::{KeyError, StoreError};

use crate::output::note;

/// Why it was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer is no, and was given already.
    Negative,
    /// It cannot be done to this key.
    Refused(String),
    /// What is wrong with arguments or configuration: all of it.
    Usage(Vec<Problem>),
    Store(StoreError),
    /// The sentence that says so.
    NotFound(String),
    NotConfirmed,
    /// Nobody reads any more, and nothing was lost by it.
    OutputClosed,
    /// Something that a machine should have.
    Machine(String),
}

/// One thing that is wrong, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) setting: String,
    pub(crate) problem: String,
    pub(crate) remedy: String,
}

impl Problem {
    pub(crate) fn new(setting: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { setting: setting.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n- {}: {}", self.setting, self.problem)?;
        // What the core has against a new key is a sentence that says it already.
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

impl Failure {
    pub(crate) fn usage(setting: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage(vec![Problem::new(setting, problem, remedy)])
    }

    /// Says it, and gives the code.
    pub(crate) fn tell(&self) -> ExitCode {
        if !matches!(self, Self::Negative | Self::OutputClosed) {
            note(&format!("portcullis: {self}"));
        }
        ExitCode::from(self.code())
    }

    const fn code(&self) -> u8 {
        match self {
            Self::OutputClosed => 0,
            Self::Negative | Self::Refused(_) => 1,
            Self::Usage(_) => 2,
            Self::Store(_) => 3,
            Self::NotFound(_) => 4,
            Self::NotConfirmed => 5,
            Self::Machine(_) => 6,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negative => f.write_str("no"),
            Self::Refused(why) | Self::NotFound(why) | Self::Machine(why) => f.write_str(why),
            Self::Usage(problems) => {
                let many =
                    if problems.len() == 1 { "1 problem:".to_owned() } else { format!("{} problems:", problems.len()) };
                f.write_str(&many)?;
                problems.iter().try_for_each(|one| one.fmt(f))
            }
            Self::Store(error) => error.fmt(f),
            Self::NotConfirmed => f.write_str("not confirmed; nothing was done"),
            Self::OutputClosed => f.write_str("standard output is closed"),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NotFound => Self::NotFound(error.to_string()),
            KeyError::Invalid(problems) => Self::Usage(problems_of_key(&problems)),
            KeyError::Store(StoreError::IdTaken) => Self::Refused("that key is there already".to_owned()),
            KeyError::Store(error) => Self::Store(error),
            other @ KeyError::Final => Self::Refused(other.to_string()),
            other => Self::Machine(other.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<io::Error> for Failure {
    /// Of writing to standard output.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Machine(format!("standard output cannot be written: {error}")),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(problems_of(&error))
    }
}

/// What the core has against a key, with the options in place of its own names.
pub(crate) fn problems_of_key(problems: &[String]) -> Vec<Problem> {
    let named = |what: &str| match what {
        "owner" | "name" | "tenant" => format!("--{what}"),
        "scopes" | "roles" | "groups" => format!("--{}", what.trim_end_matches('s')),
        "expiry" => "--expires-in, --expires-at".to_owned(),
        "personal access token" => "--personal-access-token".to_owned(),
        "time" => "--at".to_owned(),
        "key" => "ID".to_owned(),
        other => other.to_owned(),
    };
    let problem = |text: &String| {
        let (what, problem) = text.split_once(": ").unwrap_or(("key", text));
        Problem::new(named(what), problem, "")
    };
    problems.iter().map(problem).collect()
}

/// In the words of the command line.
pub(crate) fn problems_of(error: &ConfigError) -> Vec<Problem> {
    let named = |setting: &str| match setting {
        "environment" => "--environment".to_owned(),
        "also_accept_digest_key" => "--old-digest-key-file".to_owned(),
        other => other.to_owned(),
    };
    error.problems().iter().map(|one| Problem::new(named(&one.setting), &*one.problem, &*one.remedy)).collect()
}

/// What clap has to say: help and version on standard output, everything else on standard error, and without the
/// arguments that may be a key or a password that came to the wrong place.
pub(crate) fn of_arguments(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return match crate::output::write(&text) {
            Ok(()) | Err(Failure::OutputClosed) => ExitCode::SUCCESS,
            Err(failure) => failure.tell(),
        };
    }
    note(without_secrets(text, std::env::args_os().skip(1).filter_map(|one| one.into_string().ok())).trim_end());
    ExitCode::from(2)
}

/// Replaces what is as long as a secret. Names of commands and options are shorter.
fn without_secrets(mut text: String, arguments: impl Iterator<Item = String>) -> String {
    const SHORTEST: usize = 21;
    for argument in arguments {
        let value = argument.split_once('=').map_or(&*argument, |(_, value)| value);
        for part in [&*argument, value] {
            if part.len() >= SHORTEST && !part.starts_with("--") {
                text = text.replace(part, "[not shown]");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_repeated() {
        let key = "acme_live_0123456789abcdef_0123456789";
        let told = |text: &str, argument: &str| without_secrets(text.to_owned(), [argument.to_owned()].into_iter());
        assert_eq!(told(&format!("unexpected '{key}'"), key), "unexpected '[not shown]'");
        assert_eq!(told(&format!("bad '{key}' for --form"), &format!("--form={key}")), "bad '[not shown]' for --form");
        assert_eq!(told("unexpected 'revoek'", "revoek"), "unexpected 'revoek'");
        assert_eq!(told("unexpected '--digest-key-fille'", "--digest-key-fille"), "unexpected '--digest-key-fille'");
    }
}
