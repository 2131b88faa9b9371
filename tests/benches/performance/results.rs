//! The result files that there are.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use portcullis_benches::Report;
use portcullis_benches::report::{Figure, Results as Table};

/// Every benchmark that the page is drawn from, in the order in which they are run.
pub(crate) const BENCHES: [&str; 10] =
    ["primitives", "layer", "allocations", "memory", "scale", "keys", "key_timing", "refresh", "sockets", "peers"];

/// Those that need no second process, no socket and no peer.
pub(crate) const IN_ONE_PROCESS: [&str; 7] =
    ["primitives", "layer", "allocations", "memory", "scale", "keys", "key_timing"];

/// The latest results of each benchmark that has been run.
#[derive(Debug, Default)]
pub(crate) struct Results {
    reports: BTreeMap<String, Report>,
}

impl Results {
    /// Those of a folder.
    ///
    /// # Errors
    /// When a file is there and cannot be read: a page that silently does without it would claim that it is missing.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut reports = BTreeMap::new();
        for bench in BENCHES {
            let path = folder.join(bench).with_extension("json");
            match std::fs::read(&path) {
                Ok(octets) => {
                    let report = serde_json::from_slice(&octets);
                    let report = report.map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
                    reports.insert(bench.to_owned(), report);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { reports })
    }

    #[cfg(test)]
    pub(crate) fn of(reports: impl IntoIterator<Item = Report>) -> Self {
        Self { reports: reports.into_iter().map(|report| (report.bench.clone(), report)).collect() }
    }

    pub(crate) fn report(&self, bench: &str) -> Option<&Report> {
        self.reports.get(bench)
    }

    /// All reports, in the order of [`BENCHES`].
    pub(crate) fn reports(&self) -> impl Iterator<Item = &Report> {
        BENCHES.iter().filter_map(|bench| self.report(bench))
    }

    /// The benchmarks that have not been run.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        BENCHES.into_iter().filter(|bench| self.report(bench).is_none()).collect()
    }

    pub(crate) fn table(&self, bench: &str, table: &str) -> Option<&Table> {
        self.report(bench)?.tables.iter().find(|results| results.name == table)
    }

    pub(crate) fn figure(&self, bench: &str, table: &str, name: &str) -> Option<&Figure> {
        self.report(bench)?.figure(table, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn a_benchmark_that_was_not_run_is_missing_and_one_that_cannot_be_read_is_an_error() {
        let folder = std::env::temp_dir().join(format!("portcullis-page-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let layer = invented::report("layer", vec![invented::table("axum", &[("hit", "ns", 300.0)], &[])]);
        std::fs::write(folder.join("layer.json"), serde_json::to_vec(&layer).unwrap()).unwrap();
        let results = Results::read(&folder).unwrap();
        assert_eq!(results.figure("layer", "axum", "hit").unwrap().median, 300.0);
        assert!(results.figure("layer", "axum", "miss").is_none());
        assert_eq!(results.missing(), BENCHES.into_iter().filter(|bench| *bench != "layer").collect::<Vec<_>>());

        std::fs::write(folder.join("memory.json"), "{").unwrap();
        assert!(Results::read(&folder).unwrap_err().to_string().contains("memory.json"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
