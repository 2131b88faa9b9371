//! When the next fetch is due.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::defaults::{MAX_BACKOFF, MIN_BACKOFF, REFRESH_AT_PERCENT, REFRESH_JITTER_PERCENT};

/// Shortest pause after a failure, whatever the draw: an unlucky zero must not be a second request at once.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Evenly drawn from 0 to 1, from the hash keys that the standard library draws for each process and each call. Good
/// enough to spread a fleet; nothing secret hangs on it.
pub(super) fn draw() -> f64 {
    let bits = RandomState::new().hash_one(0_u8) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// How long after their fetch keys that are fresh this long are looked at again; `draw` from 0 to 1.
pub(super) fn refresh_after(fresh_for: Duration, draw: f64) -> Duration {
    let spread = f64::from(REFRESH_JITTER_PERCENT) / 100.0;
    let share = f64::from(REFRESH_AT_PERCENT) / 100.0;
    fresh_for.mul_f64(share * (1.0 - spread + 2.0 * spread * draw))
}

/// The pause after so many failures in a row: anything up to a bound that doubles ("full jitter").
pub(super) fn pause_after(failures: u32, draw: f64) -> Duration {
    let doubled = 1_u32 << failures.saturating_sub(1).min(16);
    let bound = MIN_BACKOFF.saturating_mul(doubled).min(MAX_BACKOFF);
    bound.mul_f64(draw).max(SHORTEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// PC-JWKS-2
    #[test]
    fn a_refresh_is_due_at_four_fifths_of_the_fresh_time_give_or_take_a_tenth() {
        assert_eq!(refresh_after(seconds(1000), 0.0), seconds(720));
        assert_eq!(refresh_after(seconds(1000), 0.5), seconds(800));
        assert_eq!(refresh_after(seconds(1000), 1.0), seconds(880));
    }

    /// PC-JWKS-3
    #[test]
    fn pauses_double_to_a_minute_and_never_vanish() {
        let longest: Vec<_> = (1..=8).map(|failures| pause_after(failures, 1.0).as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause_after(u32::MAX, 1.0), seconds(60));
        assert_eq!(pause_after(3, 0.5), seconds(2));
        assert_eq!(pause_after(9, 0.0), SHORTEST_PAUSE);
    }

    #[test]
    fn draws_are_spread_over_the_whole_range() {
        let draws: Vec<_> = (0..1000).map(|_| draw()).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        assert!(draws.iter().any(|draw| *draw < 0.1) && draws.iter().any(|draw| *draw > 0.9));
    }
}
