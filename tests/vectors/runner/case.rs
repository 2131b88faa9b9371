//! What a file expects of one case, and what came.

use portcullis::{AuthError, ConfigError, Reason};

/// One question put to the library.
pub(super) struct Answer {
    /// Unique in its file: what a list names.
    pub(super) case: String,
    /// What the file calls it, where that is something else.
    pub(super) title: Option<String>,
    pub(super) expected: Expected,
    pub(super) got: Got,
}

/// What a file expects.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Expected {
    Accept,
    Refuse,
    /// Policy decides: anything orderly.
    Either,
    /// That outcome and no other.
    Exactly(String),
    /// A document nobody wrote expectations for: it is told what the library makes of it.
    Anything,
    /// Not run, and why.
    Skip(&'static str),
}

/// What the library did.
#[derive(Clone)]
pub(super) struct Got {
    /// `accept`, a code of ours (a `Reason`, a `SkipReason`, a short word for other errors), or a value.
    pub(super) outcome: String,
    /// More, for the reader of a line.
    pub(super) detail: Option<String>,
}

pub(super) const ACCEPT: &str = "accept";
/// The keys or the issuer were refused when they were configured.
pub(super) const CONFIGURATION: &str = "configuration";

impl Answer {
    pub(super) fn new(case: impl Into<String>, expected: Expected, got: Got) -> Self {
        Self { case: case.into(), title: None, expected, got }
    }

    pub(super) fn titled(self, title: Option<&str>) -> Self {
        Self { title: title.map(str::to_owned), ..self }
    }
}

impl Expected {
    /// The words that files use.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "accept" | "valid" => Some(Self::Accept),
            "reject" | "invalid" => Some(Self::Refuse),
            "either" | "acceptable" => Some(Self::Either),
            _ => None,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Accept => ACCEPT,
            Self::Refuse => "refuse",
            Self::Either | Self::Anything => "an orderly answer",
            Self::Exactly(outcome) => outcome,
            Self::Skip(why) => why,
        }
    }

    pub(super) fn is_met_by(&self, got: &Got) -> bool {
        match self {
            Self::Accept => got.outcome == ACCEPT,
            Self::Refuse => got.outcome != ACCEPT && got.is_orderly(),
            Self::Either | Self::Anything => got.is_orderly(),
            Self::Exactly(outcome) => got.outcome == *outcome,
            Self::Skip(_) => true,
        }
    }
}

impl Got {
    pub(super) fn outcome(outcome: impl Into<String>) -> Self {
        Self { outcome: outcome.into(), detail: None }
    }

    pub(super) fn because(outcome: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { outcome: outcome.into(), detail: Some(detail.into()) }
    }

    /// Not one of ours to blame on a token: no 5xx.
    fn is_orderly(&self) -> bool {
        ![Reason::KeysUnavailable, Reason::LayerMissing].iter().any(|reason| reason.as_str() == self.outcome)
    }
}

impl<T> From<Result<T, Reason>> for Got {
    fn from(answer: Result<T, Reason>) -> Self {
        Self::outcome(answer.map_or_else(Reason::as_str, |_| ACCEPT))
    }
}

impl<T> From<Result<T, AuthError>> for Got {
    fn from(answer: Result<T, AuthError>) -> Self {
        let detail = answer.as_ref().err().and_then(AuthError::subject_of_check).map(str::to_owned);
        Self { detail, ..answer.map_err(|error| error.reason()).into() }
    }
}

impl From<&ConfigError> for Got {
    fn from(error: &ConfigError) -> Self {
        let problems: Vec<&str> = error.problems().iter().map(|one| one.problem.as_str()).collect();
        Self::because(CONFIGURATION, problems.join("; "))
    }
}

impl std::fmt::Display for Got {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.detail {
            Some(detail) => write!(f, "{} ({detail})", self.outcome),
            None => f.write_str(&self.outcome),
        }
    }
}
