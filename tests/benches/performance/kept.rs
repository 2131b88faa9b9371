//! The result files that are kept beside the page, and what must be there before they are replaced.

use std::io;
use std::path::Path;

use crate::measure;
use crate::results::{BENCHES, Results};

/// A line for each benchmark of which there is no full run: a page that was drawn without it would be no page of all.
pub(crate) fn lacking(results: &Results) -> Vec<String> {
    let line = |bench| {
        let word = match results.report(bench) {
            None => "missing",
            Some(report) if report.quick => "quick",
            Some(_) => return None,
        };
        Some(format!("{word}: {bench} (run: {})", measure::command(bench).join(" ")))
    };
    BENCHES.into_iter().filter_map(line).collect()
}

/// Copies the files that there are from one folder to another. What the other has besides stays there.
///
/// # Errors
/// Those of the file system.
pub(crate) fn keep(results: &Results, from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for report in results.reports() {
        let name = Path::new(&report.bench).with_extension("json");
        std::fs::copy(from.join(&name), to.join(&name))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn a_benchmark_that_was_not_run_or_only_quickly_is_lacking() {
        let all = BENCHES.map(|bench| invented::report(bench, Vec::new()));
        assert_eq!(lacking(&Results::of(all.clone())), Vec::<String>::new());
        let mut some = all.to_vec();
        some.remove(0);
        some[0].quick = true;
        let expected = [
            "missing: primitives (run: cargo bench -p portcullis-benches --bench primitives)",
            "quick: layer (run: cargo bench -p portcullis-benches --bench layer)",
        ];
        assert_eq!(lacking(&Results::of(some)), expected);
    }

    #[test]
    fn a_file_of_which_there_is_no_newer_one_stays() {
        let root = std::env::temp_dir().join(format!("portcullis-kept-{}", std::process::id()));
        let [run, kept] = ["run", "kept"].map(|name| root.join(name));
        let write = |folder: &Path, bench: &str, date: &str| {
            std::fs::create_dir_all(folder).unwrap();
            let mut report = invented::report(bench, Vec::new());
            report.date = date.into();
            std::fs::write(folder.join(bench).with_extension("json"), serde_json::to_vec(&report).unwrap()).unwrap();
        };
        write(&kept, "layer", "old");
        write(&kept, "peers", "old");
        write(&run, "layer", "new");
        keep(&Results::read(&run).unwrap(), &run, &kept).unwrap();
        let results = Results::read(&kept).unwrap();
        let dates = ["layer", "peers"].map(|bench| results.report(bench).map(|report| report.date.as_str()));
        assert_eq!(dates, [Some("new"), Some("old")]);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
