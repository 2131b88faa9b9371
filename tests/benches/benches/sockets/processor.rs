//! The processor time that a thread has had.

use std::path::PathBuf;
use std::time::Duration;

/// A thread of this process whose processor time can be read from any other.
#[derive(Debug, Clone)]
pub(crate) struct ThreadClock(PathBuf);

impl ThreadClock {
    /// The clock of the thread that asks.
    pub(crate) fn of_this_thread() -> std::io::Result<Self> {
        // "PID/task/TID", below `/proc`.
        Ok(Self(PathBuf::from("/proc").join(std::fs::read_link("/proc/thread-self")?).join("schedstat")))
    }

    /// The time on a processor so far: in nanoseconds, where `stat` counts ticks of 10 ms.
    pub(crate) fn now(&self) -> std::io::Result<Duration> {
        let text = std::fs::read_to_string(&self.0)?;
        let nanos = text.split_ascii_whitespace().next().and_then(|first| first.parse().ok());
        nanos.map(Duration::from_nanos).ok_or_else(|| std::io::Error::other(format!("schedstat says {text:?}")))
    }
}
