//! What is wrong with a configuration: all of it at once.

use std::fmt;

/// Why an authenticator could not be built. Lists every problem, each with what to do about it.
///
/// `Debug` reads like `Display`: it is what a `main` that returns this error prints.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<ConfigProblem>,
}

/// One thing wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigProblem {
    /// The setting, and the issuer it belongs to if there is one.
    pub setting: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub remedy: String,
}

impl ConfigError {
    /// Every problem: those of the whole first, then those of each issuer in order.
    #[must_use]
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in the configuration of portcullis:", plural(self.problems.len()))?;
        for problem in &self.problems {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.setting, self.problem, self.remedy)
    }
}

fn plural(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

/// Collects problems while a configuration is being read.
#[derive(Default)]
pub(crate) struct Problems(Vec<ConfigProblem>);

impl Problems {
    pub(crate) fn add(&mut self, setting: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) {
        let (setting, problem, remedy) = (setting.into(), problem.into(), remedy.into());
        self.0.push(ConfigProblem { setting, problem, remedy });
    }

    /// Everything was in order, or everything that was not.
    pub(crate) fn into_result(self) -> Result<(), ConfigError> {
        if self.0.is_empty() { Ok(()) } else { Err(self.into_error()) }
    }

    /// For where something is missing, so that there is a problem for sure.
    pub(crate) fn into_error(self) -> ConfigError {
        ConfigError { problems: self.0 }
    }
}
