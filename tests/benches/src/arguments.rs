//! What a benchmark may be told.

use std::time::Duration;

/// How long to measure: `--quick` for few and short rounds, `--rounds N`.
#[derive(Debug, Clone)]
pub struct Arguments {
    /// Rounds of each table; every row has one sample in each.
    pub rounds: usize,
    /// What a sample takes, at least roughly.
    pub sample: Duration,
    /// Whether figures are only meant to show that the program works.
    pub quick: bool,
    /// Arguments that are the benchmark's own.
    pub own: Vec<String>,
}

impl Arguments {
    /// Those of this process.
    ///
    /// # Panics
    /// If `--rounds` is not followed by a number above zero.
    #[must_use]
    pub fn read() -> Self {
        Self::from_words(std::env::args().skip(1))
    }

    fn from_words(words: impl IntoIterator<Item = String>) -> Self {
        let (mut rounds, mut quick, mut own) = (None, false, Vec::new());
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match &*word {
                // Cargo's own, for every benchmark.
                "--bench" => {}
                "--quick" => quick = true,
                "--rounds" => {
                    let number = words.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                    rounds = Some(number.expect("--rounds wants a number above zero"));
                }
                _ => own.push(word),
            }
        }
        let (usual, sample) = if quick { (5, Duration::from_millis(1)) } else { (31, Duration::from_millis(4)) };
        Self { rounds: rounds.unwrap_or(usual), sample, quick, own }
    }

    /// Whether that word is among the benchmark's own arguments.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.own.iter().any(|own| own == word)
    }

    /// The smaller number when it has to be quick.
    #[must_use]
    pub fn choose<T>(&self, quick: T, usual: T) -> T {
        if self.quick { quick } else { usual }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Arguments {
        Arguments::from_words(words.split_whitespace().map(Into::into))
    }

    #[test]
    fn cargo_s_own_argument_is_nobody_s() {
        let arguments = read("--bench");
        assert_eq!((arguments.rounds, arguments.quick, arguments.own.len()), (31, false, 0));
    }

    #[test]
    fn a_number_of_rounds_outweighs_quick() {
        let arguments = read("--quick --rounds 9 --update");
        assert_eq!((arguments.rounds, arguments.quick, arguments.has("--update")), (9, true, true));
        assert_eq!(arguments.sample, Duration::from_millis(1));
    }
}
