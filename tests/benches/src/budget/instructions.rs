//! Instructions that paths may take: `instructions.tsv`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

/// What was counted on one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The path.
    pub name: String,
    /// Per request.
    pub instructions: u64,
}

/// The committed figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Instructions {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    instructions: u64,
    /// In percent, both ways.
    tolerance: f64,
}

const HEAD: &str = "# Instructions per request on each path, and by how many percent they may differ, more or less.\n\
                    # Written by: cargo bench -p portcullis-benches --bench instructions -- --update\n";

impl Instructions {
    const TOLERANCE: f64 = 3.0;

    fn path() -> PathBuf {
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.tsv"))
    }

    /// Those of the file; none where there is no file yet.
    ///
    /// # Errors
    /// Those of the file system, and of a line that is not one of ours.
    pub fn read() -> io::Result<Self> {
        match fs::read_to_string(Self::path()) {
            Ok(text) => {
                Self::parse(&text).ok_or_else(|| io::Error::other("instructions.tsv has a line of another form"))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// How many that path takes, by the file.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<u64> {
        self.rows.iter().find(|row| row.name == path).map(|row| row.instructions)
    }

    fn parse(text: &str) -> Option<Self> {
        let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let mut columns = line.split('\t');
            let (name, instructions, tolerance) = (columns.next()?, columns.next()?, columns.next()?);
            let name = name.to_owned();
            Some(Row { name, instructions: instructions.parse().ok()?, tolerance: tolerance.parse().ok()? })
        });
        Some(Self { rows: rows.collect::<Option<_>>()? })
    }

    /// Prints what was counted beside what was expected; with `update`, makes the one the other.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn judge(self, counted: &[Counted], update: bool) -> io::Result<ExitCode> {
        let mut kept = true;
        println!("{:<20} {:>10} {:>10} {:>9}", "path", "counted", "expected", "");
        for path in counted {
            let (expected, verdict) = self.verdict(path);
            println!("{:<20} {:>10} {:>10} {verdict}", path.name, path.instructions, expected);
            kept &= verdict.ends_with("ok");
        }
        if update {
            fs::write(Self::path(), self.updated(counted).render())?;
            println!("written to {}; docs/performance.md says some of it, so draw it again", Self::path().display());
            return Ok(ExitCode::SUCCESS);
        }
        if !kept {
            println!("a path costs more, or so much less that the file should say so: look why, then use -- --update");
        }
        Ok(if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    #[expect(clippy::cast_precision_loss, reason = "a request takes less than 2^53 instructions")]
    fn verdict(&self, path: &Counted) -> (u64, String) {
        let Some(row) = self.rows.iter().find(|row| row.name == path.name) else {
            return (0, "not in the file".to_owned());
        };
        // Multiplied before it is divided, so that whole percents stay whole.
        let off = (path.instructions as f64 - row.instructions as f64) * 100.0 / row.instructions as f64;
        let word = match off {
            off if off > row.tolerance => "MORE",
            off if off < -row.tolerance => "LESS",
            _ => "ok",
        };
        (row.instructions, format!("{off:+8.2}% {word}"))
    }

    fn updated(self, counted: &[Counted]) -> Self {
        let rows = counted.iter().map(|path| {
            let tolerance =
                self.rows.iter().find(|row| row.name == path.name).map_or(Self::TOLERANCE, |row| row.tolerance);
            Row { name: path.name.clone(), instructions: path.instructions, tolerance }
        });
        Self { rows: rows.collect() }
    }

    fn render(&self) -> String {
        let line = |row: &Row| format!("{}\t{}\t{}\n", row.name, row.instructions, row.tolerance);
        HEAD.chars().chain(self.rows.iter().map(line).collect::<String>().chars()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(instructions: u64) -> Counted {
        Counted { name: "hit".to_owned(), instructions }
    }

    #[test]
    fn more_and_less_than_the_tolerance_are_both_noticed() {
        let file = Instructions::parse("# a comment\nhit\t1000\t3\n").unwrap();
        for (instructions, word) in [(1030, "ok"), (1031, "MORE"), (970, "ok"), (969, "LESS")] {
            assert!(file.verdict(&counted(instructions)).1.ends_with(word), "{instructions}");
        }
        let unknown = Counted { name: "miss".to_owned(), instructions: 1 };
        assert_eq!(file.verdict(&unknown).1, "not in the file");
        assert_eq!((file.of("hit"), file.of("miss")), (Some(1000), None));
    }

    #[test]
    fn an_update_keeps_tolerances_and_can_be_read_again() {
        let file = Instructions::parse("hit\t1000\t1.5\n").unwrap().updated(&[counted(700)]);
        assert_eq!(Instructions::parse(&file.render()), Some(file.clone()));
        assert_eq!((file.rows[0].instructions, file.rows[0].tolerance), (700, 1.5));
    }

    #[test]
    fn a_line_of_another_form_is_not_passed_over() {
        assert_eq!(Instructions::parse("hit 1000 3\n"), None);
    }
}
