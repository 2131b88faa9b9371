//! What can go wrong, in words for operators. No password, no address and no revocation is in any of them.

use portcullis::FeedError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why Redis could not be used just now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedisProblem {
    /// No connection, or it broke: what the operating system or TLS says.
    #[error("Redis cannot be reached ({0})")]
    Unreachable(Box<str>),
    /// No answer in time.
    #[error("Redis did not answer in time")]
    TimedOut,
    /// Wrong or missing password, or a user that may not do what is needed.
    #[error("Redis refused the user, the password, or one of the commands that are needed ({0})")]
    NotAllowed(Box<str>),
    /// It does not speak RESP3.
    #[error("Redis is too old: version 6.0 or later is needed")]
    TooOld,
    /// It holds more than may be read, or has no room for another: see
    /// [`max_entries`](crate::RedisRevocationsBuilder::max_entries).
    #[error("Redis holds as many revocations as are allowed, or more ({0} at most)")]
    TooMany(usize),
    /// It answered with an error: its code.
    #[error("Redis answered with the error {0}")]
    Refused(Box<str>),
    /// It answered something else than was asked for.
    #[error("Redis gave an answer that makes no sense")]
    Nonsense,
    /// The connection was never made, or not again yet.
    #[error("Redis is not connected yet")]
    NotYet,
    /// The task is gone: its runtime was shut down.
    #[error("the task that talks to Redis has ended with its runtime")]
    Ended,
}

impl RedisProblem {
    /// Error texts of the server may hold anything, such as what it was asked; codes do not.
    pub(crate) fn of(error: &RedisError, max_entries: usize) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        // Of several commands that were sent together, the first that failed.
        let several = error.clone().into_server_errors();
        let code = error.code().or_else(|| Some(several.as_deref()?.first()?.1.code()));
        let code = code.filter(|code| is_code(code)).unwrap_or("unknown");
        match error.kind() {
            ErrorKind::AuthenticationFailed => Self::NotAllowed("authentication".into()),
            ErrorKind::RESP3NotSupported => Self::TooOld,
            ErrorKind::Server(ServerErrorKind::NoPerm) => Self::NotAllowed(code.into()),
            _ if matches!(code, "WRONGPASS" | "NOAUTH" | "NOPERM") => Self::NotAllowed(code.into()),
            _ if code == "FULL" => Self::TooMany(max_entries),
            ErrorKind::Server(_) | ErrorKind::Extension => Self::Refused(code.into()),
            // What the system, the resolver or TLS says: they know no password.
            ErrorKind::Io => Self::Unreachable(error.to_string().chars().take(200).collect::<String>().into()),
            _ => Self::Nonsense,
        }
    }
}

/// As servers make them: `WRONGTYPE`.
fn is_code(code: &str) -> bool {
    code.len() <= 32 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Why nothing was started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address.
    #[error("the address of Redis {0}")]
    Url(&'static str),
    /// A setting.
    #[error("{setting} is {problem}")]
    Setting {
        /// The setter's name.
        setting: &'static str,
        /// What is wrong with it, and what is right.
        problem: &'static str,
    },
    /// There is no tokio runtime to start the task on.
    #[error("there is no tokio runtime here: start within one, with its I/O and timer enabled")]
    NoRuntime,
    /// The list takes no feed.
    #[error(transparent)]
    List(#[from] FeedError),
    /// Redis cannot be used; only where it was waited for.
    #[error("revocations cannot be read: {0}")]
    Redis(#[from] RedisProblem),
}

/// Why a revocation is not confirmed. It counts on this instance in any case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// Redis has not confirmed it. It is sent again until Redis does; other instances may accept the token until then.
    #[error("revoked on this instance only, and sent again until Redis confirms it: {0}")]
    NotConfirmed(RedisProblem),
    /// It cannot be sent: its issuer or its value is empty or longer than
    /// [`MAX_REVOCATION_NAME_BYTES`](portcullis::defaults::MAX_REVOCATION_NAME_BYTES).
    #[error("revoked on this instance only: a name that is empty or too long cannot be shared")]
    Unfit,
}
