//! What is remembered about `kid`s that no key had.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::defaults::RETURNING_KID_AFTER;

/// Fixed, so that no stream of invented `kid`s can make it grow: 1024 cells of 56 bytes.
const CELLS: usize = 1024;

/// A cell whose `kid` was not asked for during this long goes to the next one that wants it. Long enough for a `kid`
/// that keeps coming back to be recognised; short, so that one-off inventions do not hold the table.
const HELD_FOR: Duration = Duration::from_secs(RETURNING_KID_AFTER.as_secs() * 2);

/// A direct-mapped table of `kid`s, by a hash that is keyed per table so that nobody can aim at a cell.
///
/// Forgetting one costs no correctness: its next request is treated as a first one, under the same budget.
pub(super) struct KidMemory {
    hasher: RandomState,
    /// Empty until the first unknown `kid`: most sources never see one.
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    tag: u64,
    sighting: Option<Sighting>,
    last_asked_at: Duration,
}

/// When a `kid` was met, in monotonic time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sighting {
    /// First asked for.
    pub(super) asked_at: Duration,
    /// Turned away for lack of budget, and not settled by a fetch since.
    pub(super) turned_away_at: Option<Duration>,
}

impl KidMemory {
    pub(super) fn new() -> Self {
        Self { hasher: RandomState::new(), cells: Vec::new() }
    }

    /// What is known about `kid`, which is asked for now.
    pub(super) fn recall(&mut self, kid: &str, now: Duration) -> Sighting {
        let fresh = Sighting { asked_at: now, turned_away_at: None };
        let (cell, tag) = self.cell(kid);
        match cell.sighting {
            Some(sighting) if cell.tag == tag => {
                cell.last_asked_at = now;
                sighting
            }
            Some(_) if now < cell.last_asked_at + HELD_FOR => fresh,
            _ => {
                *cell = Cell { tag, sighting: Some(fresh), last_asked_at: now };
                fresh
            }
        }
    }

    /// `kid` was turned away now. An earlier time stands, unless it is from before `settled_at`, when a fetch
    /// answered for everything asked so far.
    pub(super) fn turn_away(&mut self, kid: &str, now: Duration, settled_at: Option<Duration>) {
        let (cell, tag) = self.cell(kid);
        if cell.tag != tag {
            return;
        }
        if let Some(sighting) = &mut cell.sighting {
            let unsettled = |at: &Duration| settled_at.is_none_or(|settled| *at > settled);
            sighting.turned_away_at = sighting.turned_away_at.filter(unsettled).or(Some(now));
        }
    }

    fn cell(&mut self, kid: &str) -> (&mut Cell, u64) {
        let tag = self.hasher.hash_one(kid);
        if self.cells.is_empty() {
            self.cells = vec![Cell::default(); CELLS];
        }
        (&mut self.cells[tag as usize % CELLS], tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_first_sighting_and_the_first_refusal_are_kept() {
        let mut memory = KidMemory::new();
        assert_eq!(memory.recall("a", at(10)), Sighting { asked_at: at(10), turned_away_at: None });
        memory.turn_away("a", at(11), None);
        memory.turn_away("a", at(12), None);
        assert_eq!(memory.recall("a", at(500)), Sighting { asked_at: at(10), turned_away_at: Some(at(11)) });
    }

    #[test]
    fn a_refusal_from_before_the_last_good_fetch_no_longer_counts() {
        let mut memory = KidMemory::new();
        memory.recall("a", at(10));
        memory.turn_away("a", at(10), None);
        memory.turn_away("a", at(50), Some(at(20)));
        assert_eq!(memory.recall("a", at(51)).turned_away_at, Some(at(50)));
    }

    #[test]
    fn invented_kids_neither_grow_the_table_nor_push_out_one_that_keeps_coming_back() {
        let mut memory = KidMemory::new();
        memory.recall("real", at(0));
        for second in 1..30 {
            for invented in 0..5000 {
                memory.recall(&format!("{second}-{invented}"), at(second));
            }
            assert_eq!(memory.recall("real", at(second)).asked_at, at(0));
        }
        assert_eq!(memory.cells.len(), CELLS);
        assert!(size_of::<Cell>() <= 64, "{}", size_of::<Cell>());
    }

    #[test]
    fn a_cell_nobody_asks_for_is_given_away() {
        let mut memory = KidMemory::new();
        for invented in 0..20_000 {
            memory.recall(&invented.to_string(), at(0));
        }
        memory.recall("real", at(2));
        assert_eq!(memory.recall("real", at(3)).asked_at, at(2));
    }
}
