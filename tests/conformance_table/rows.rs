//! The requirements, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::Failure;

/// When a requirement is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// In the first release.
    M,
    /// In the second.
    S,
    /// Beyond.
    X,
}

pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) tier: Tier,
    pub(crate) topic: String,
    pub(crate) requirement: String,
    /// The part of the library that it is about, if that is not there yet.
    pub(crate) waits_for: Option<String>,
}

pub(crate) struct Rows(Vec<Row>);

impl Rows {
    /// Reads `rows.tsv` (id, tier, topic, requirement) and `waiting.tsv` (id, part).
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let waiting = lines(&folder.join("waiting.tsv"))?;
        let mut waiting: BTreeMap<String, String> = waiting
            .into_iter()
            .map(|line| match line.split_once('\t') {
                Some((id, part)) => Ok((id.to_owned(), part.to_owned())),
                None => Err(format!("waiting.tsv: {line:?} is not an id and a part")),
            })
            .collect::<Result<_, _>>()?;
        let mut rows = Vec::new();
        for line in lines(&folder.join("rows.tsv"))?.iter().skip(1) {
            let [id, tier, topic, requirement] = line.split('\t').collect::<Vec<_>>()[..] else {
                return Err(format!("rows.tsv: {line:?} has not four columns").into());
            };
            let tier = match tier {
                "M" => Tier::M,
                "S" => Tier::S,
                "X" => Tier::X,
                other => return Err(format!("rows.tsv: {id} has the tier {other:?}").into()),
            };
            let waits_for = waiting.remove(id);
            let [id, topic, requirement] = [id, topic, requirement].map(str::to_owned);
            rows.push(Row { id, tier, topic, requirement, waits_for });
        }
        let ids: BTreeSet<&str> = rows.iter().map(|row| &*row.id).collect();
        if ids.len() != rows.len() {
            return Err("rows.tsv: an id stands there twice".into());
        }
        match waiting.keys().next() {
            Some(id) => Err(format!("waiting.tsv: there is no row {id}").into()),
            None => Ok(Self(rows)),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.0.iter()
    }
}

/// The lines of a file that are not empty and no comment.
fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect())
}
