//! What is remembered about `kid`s that no key had.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::defaults::RETURNING_KID_AFTER;

/// Fixed, so that no stream of invented `kid`s can make it grow: 1024 cells of 56 bytes.
const CELLS: usize = SETS * WAYS;
const SETS: usize = 256;
/// Cells that a `kid` can be in: with one, thirty inventions would hide one real `kid` in thirty.
const WAYS: usize = 4;

/// A cell whose `kid` was not asked for during this long goes to the next one that wants it. Long enough for a `kid`
/// that keeps coming back to be recognised; short, so that one-off inventions do not hold the table.
const HELD_FOR: Duration = Duration::from_secs(RETURNING_KID_AFTER.as_secs() * 2);

/// A table of `kid`s in sets of four cells, by a hash that is keyed per table so that nobody can aim at a set.
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

/// When a `kid` was met. Before or after a fetch is told by the number of fetches begun so far, not by the time: a
/// clock may be coarse, or stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sighting {
    /// Fetches begun when it was first asked for.
    pub(super) asked_after: u64,
    /// Turned away for lack of budget, and not settled by a fetch since.
    pub(super) turned_away: Option<TurnedAway>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TurnedAway {
    pub(super) at: Duration,
    /// Fetches begun by then.
    pub(super) after: u64,
}

impl KidMemory {
    pub(super) fn new() -> Self {
        Self { hasher: RandomState::new(), cells: Vec::new() }
    }

    /// What is known about `kid`, which is asked for now, after `begun` fetches.
    pub(super) fn recall(&mut self, kid: &str, now: Duration, begun: u64) -> Sighting {
        let first = Sighting { asked_after: begun, turned_away: None };
        let (set, tag) = self.set(kid);
        if let Some((last_asked_at, sighting)) = set.iter_mut().find_map(|cell| cell.of(tag)) {
            *last_asked_at = now;
            return *sighting;
        }
        let is_free = |cell: &&mut Cell| cell.sighting.is_none() || now >= cell.last_asked_at + HELD_FOR;
        if let Some(cell) = set.iter_mut().find(is_free) {
            *cell = Cell { tag, sighting: Some(first), last_asked_at: now };
        }
        first
    }

    /// `kid` was turned away. An earlier time stands, unless fetch `settled`, which answered for everything asked
    /// before it, came after.
    pub(super) fn turn_away(&mut self, kid: &str, now: TurnedAway, settled: u64) {
        let (set, tag) = self.set(kid);
        if let Some((_, sighting)) = set.iter_mut().find_map(|cell| cell.of(tag)) {
            sighting.turned_away = sighting.turned_away.filter(|earlier| earlier.after >= settled).or(Some(now));
        }
    }

    fn set(&mut self, kid: &str) -> (&mut [Cell], u64) {
        let tag = self.hasher.hash_one(kid);
        if self.cells.is_empty() {
            self.cells = vec![Cell::default(); CELLS];
        }
        let start = tag as usize % SETS * WAYS;
        (&mut self.cells[start..start + WAYS], tag)
    }
}

impl Cell {
    /// When it was last asked for, and the sighting, if it is of that tag.
    fn of(&mut self, tag: u64) -> Option<(&mut Duration, &mut Sighting)> {
        let Self { tag: own, sighting, last_asked_at } = self;
        sighting.as_mut().filter(|_| *own == tag).map(|sighting| (last_asked_at, sighting))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const fn away(seconds: u64, after: u64) -> TurnedAway {
        TurnedAway { at: at(seconds), after }
    }

    #[test]
    fn the_first_sighting_and_the_first_refusal_are_kept() {
        let mut memory = KidMemory::new();
        assert_eq!(memory.recall("a", at(10), 3), Sighting { asked_after: 3, turned_away: None });
        memory.turn_away("a", away(11, 3), 0);
        memory.turn_away("a", away(12, 3), 0);
        assert_eq!(memory.recall("a", at(500), 9), Sighting { asked_after: 3, turned_away: Some(away(11, 3)) });
    }

    #[test]
    fn a_refusal_from_before_the_last_good_fetch_no_longer_counts() {
        let mut memory = KidMemory::new();
        memory.recall("a", at(10), 3);
        memory.turn_away("a", away(10, 3), 2);
        memory.turn_away("a", away(50, 4), 4);
        assert_eq!(memory.recall("a", at(51), 4).turned_away, Some(away(50, 4)));
    }

    #[test]
    fn invented_kids_neither_grow_the_table_nor_push_out_one_that_keeps_coming_back() {
        let mut memory = KidMemory::new();
        memory.recall("real", at(0), 1);
        for second in 1..30 {
            for invented in 0..5000 {
                memory.recall(&format!("{second}-{invented}"), at(second), second);
            }
            assert_eq!(memory.recall("real", at(second), second).asked_after, 1);
        }
        assert_eq!(memory.cells.len(), CELLS);
        assert!(size_of::<Cell>() <= 64, "{}", size_of::<Cell>());
    }

    #[test]
    fn a_cell_nobody_asks_for_is_given_away() {
        let mut memory = KidMemory::new();
        for invented in 0..20_000 {
            memory.recall(&invented.to_string(), at(0), 0);
        }
        memory.recall("real", at(2), 7);
        assert_eq!(memory.recall("real", at(3), 8).asked_after, 7);
    }
}
