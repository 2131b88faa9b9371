//! Every default and bound of this crate, each with its reason.

use std::time::Duration;

/// How often Redis is asked whether anything was missed: what a lost message costs at most. The question is one small
/// command.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often everything is read again although nothing seems to be missing: finds what was removed in Redis by hand, or to
/// make room.
pub const RELOAD_EVERY: Duration = Duration::from_secs(5 * 60);
/// Time for connecting, and for each answer.
pub const TIMEOUT: Duration = Duration::from_secs(2);
/// Revocations that are read or held in Redis at most: about 200 MB there, and half of that in each instance.
pub const MAX_ENTRIES: usize = 1_000_000;
/// Before the names of keys and channel.
pub const PREFIX: &str = "portcullis";

/// The first pause after a failure; doubles up to [`MAX_BACKOFF`], with jitter.
pub const MIN_BACKOFF: Duration = Duration::from_millis(100);
/// The longest pause, so that an instance is back soon after Redis is.
pub const MAX_BACKOFF: Duration = Duration::from_secs(5);

/// How long an entry stays in Redis after its end: the largest leeway of an authenticator, and as much again for clocks that
/// disagree.
pub(crate) const KEPT_AFTER_END: Duration = Duration::from_secs(600);
/// Entries in one command.
pub(crate) const PAGE: usize = 500;
/// The longest text of a revocation: two names in their worst escape.
pub(crate) const MAX_TEXT_BYTES: usize = 12 * portcullis::defaults::MAX_REVOCATION_NAME_BYTES + 256;
/// Messages that wait to be applied; those beyond are missed, which is noticed.
pub(crate) const MESSAGES: usize = 4096;
/// What is left to share when the last handle is dropped gets this long.
pub(crate) const LAST_WORDS: Duration = Duration::from_millis(500);
