//! One line made weaker.

use std::fmt;
use std::path::Path;

use crate::Failure;

pub(crate) struct Weakening {
    area: String,
    /// Below `crates/`.
    pub(crate) file: String,
    pub(crate) from: String,
    pub(crate) to: String,
    effect: String,
}

impl Weakening {
    pub(crate) fn read(path: &Path) -> Result<Vec<Self>, Failure> {
        let text = std::fs::read_to_string(path)?;
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let weakening = |line: &str| match line.split('\t').collect::<Vec<_>>()[..] {
            [area, file, from, to, effect] => {
                // A line in the list can stand for several of the file.
                let [area, file, from, to, effect] =
                    [area, file, from, to, effect].map(|column| column.replace('⏎', "\n"));
                Ok(Self { area, file, from, to, effect })
            }
            _ => Err(format!("{}: not five columns: {line}", path.display()).into()),
        };
        lines.map(weakening).collect()
    }

    pub(crate) fn is_about(&self, word: &str) -> bool {
        self.area.contains(word) || self.effect.contains(word) || self.file.contains(word)
    }

    /// The text of the file with this weakening.
    pub(crate) fn apply(&self, text: &str) -> Result<String, Failure> {
        match text.matches(&self.from).count() {
            1 => Ok(text.replacen(&self.from, &self.to, 1)),
            found => Err(format!("{self}: {:?} stands in {} {found} times, not once", self.from, self.file).into()),
        }
    }
}

impl fmt::Display for Weakening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.area, self.effect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list is run by hand and seldom; that its lines are still there is known at once.
    #[test]
    fn every_weakening_applies_to_its_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let all = Weakening::read(&root.join("tests/sabotage/weakenings.tsv")).unwrap();
        assert!(all.len() > 100, "{}", all.len());
        for weakening in all {
            let text = std::fs::read_to_string(root.join("crates").join(&weakening.file)).unwrap();
            assert_ne!(weakening.apply(&text).unwrap(), text, "{weakening}");
        }
    }
}
