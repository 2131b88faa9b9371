//! What the program may be told.

use std::path::PathBuf;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Runs the benchmarks first.
    pub(crate) measure: bool,
    /// Runs them for a short time.
    pub(crate) quick: bool,
    /// Writes the page though a benchmark was not run, or only for a short time.
    pub(crate) partial: bool,
    /// Runs those that one process can measure, and prints the budget.
    pub(crate) budget: bool,
    /// Compares with the page that is there, and writes nothing.
    pub(crate) check: bool,
    /// Where the result files are, if not where the benchmarks write them.
    pub(crate) from: Option<PathBuf>,
}

pub(crate) const USAGE: &str = "\
usage: performance [--measure [--quick] | --from FOLDER] [--partial]
       performance --budget [--quick] | --check

Writes docs/performance.md and docs/performance/ from the result files of the benchmarks, which it copies to
docs/performance/measured. Where one is missing or of a quick run it says which, and writes and copies nothing.

--measure      runs all benchmarks first, which takes the better part of an hour
--budget       runs those benchmarks that need nothing but one process, and prints what was promised beside what was
               measured; writes no page
--quick        with --measure or --budget: short runs, to see that everything works; they are not judged
--partial      writes the page nevertheless: a file that is missing stays as it was copied last, or is said to be missing
               with --from; quick ones take the place of full ones, and are marked on the page
--from FOLDER  takes the result files from there, such as docs/performance/measured
--check        fails unless the page is what it would be from docs/performance/measured and tests/benches/instructions.tsv";

impl Options {
    /// Reads them; `None` where they make no sense.
    pub(crate) fn read(words: impl IntoIterator<Item = String>) -> Option<Self> {
        let mut options = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match &*word {
                "--measure" => options.measure = true,
                "--budget" => options.budget = true,
                "--check" => options.check = true,
                "--quick" => options.quick = true,
                "--partial" => options.partial = true,
                "--from" => options.from = Some(words.next()?.into()),
                _ => return None,
            }
        }
        let ways = [options.measure, options.budget, options.from.is_some(), options.check];
        let ways = ways.into_iter().filter(|way| *way).count();
        let runs = options.measure || options.budget;
        let writes = !options.budget && !options.check;
        (ways <= 1 && (runs || !options.quick) && (writes || !options.partial)).then_some(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Option<Options> {
        Options::read(words.split_whitespace().map(Into::into))
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(read("--measure --quick").unwrap().quick);
        assert!(read("--partial").unwrap().partial && !read("").unwrap().partial);
        assert_eq!(read("--from a").unwrap().from, Some("a".into()));
        for nonsense in [
            "--from",
            "--quick",
            "--measure --from a",
            "--measure --check",
            "--measure --budget",
            "--budget --partial",
            "--check --partial",
            "--check --from a",
            "--mesure",
        ] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
