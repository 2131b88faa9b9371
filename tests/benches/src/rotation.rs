//! Which token comes next.

/// Values in turn or in random order, for ever.
#[derive(Debug, Clone)]
pub struct Rotation<T> {
    values: Vec<T>,
    order: Vec<u32>,
    next: usize,
}

impl<T> Rotation<T> {
    /// In the order given.
    ///
    /// # Panics
    /// If there is none, or more than four thousand million.
    #[must_use]
    pub fn in_order(values: Vec<T>) -> Self {
        assert!(!values.is_empty(), "nothing to rotate");
        let order = (0..u32::try_from(values.len()).expect("a few million at most")).collect();
        Self { values, order, next: 0 }
    }

    /// In one random order, the same in every run and each time round, so that no value comes back sooner than
    /// another.
    #[must_use]
    pub fn shuffled(values: Vec<T>, seed: u64) -> Self {
        let mut rotation = Self::in_order(values);
        fastrand::Rng::with_seed(seed).shuffle(&mut rotation.order);
        rotation
    }

    /// The next one.
    pub fn turn(&mut self) -> &T {
        let index = self.order[self.next] as usize;
        self.next = if self.next + 1 == self.order.len() { 0 } else { self.next + 1 };
        &self.values[index]
    }

    /// All of them, in the order given.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_once_before_any_comes_again() {
        let mut rotation = Rotation::shuffled((0..100).collect(), 1);
        for _ in 0..2 {
            let mut seen: Vec<i32> = (0..100).map(|_| *rotation.turn()).collect();
            assert_ne!(seen, rotation.values());
            seen.sort_unstable();
            assert_eq!(seen, rotation.values());
        }
    }
}
