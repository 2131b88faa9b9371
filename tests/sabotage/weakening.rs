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
                let [area, file, from, to, effect] = [area, file, from, to, effect].map(str::to_owned);
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
