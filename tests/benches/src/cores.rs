//! Which core runs what.

use core_affinity::CoreId;

/// The cores this process may use, as they were before anything was pinned: a pinned thread sees one only.
#[derive(Debug, Clone)]
pub struct Cores {
    ids: Vec<CoreId>,
}

impl Cores {
    /// Those of the calling thread.
    #[must_use]
    pub fn available() -> Self {
        Self { ids: core_affinity::get_core_ids().unwrap_or_default() }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ids.len()
    }

    /// Keeps the calling thread, and those it starts, on the core of that number; counted from the last one, since
    /// systems give their own work to the first. `false` where there is none or the system does not do it.
    #[must_use = "a figure from a thread that moves between cores is another figure"]
    pub fn pin(&self, number: usize) -> bool {
        self.ids.iter().rev().nth(number).is_some_and(|id| core_affinity::set_for_current(*id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_core_that_is_not_there_is_not_pinned_to() {
        let cores = Cores::available();
        assert!(!cores.pin(cores.count()));
    }
}
