//! Writes docs/performance.md and the plots beside it, from the result files of the benchmarks.
//!
//! `cargo run --release -p portcullis-benches --bin performance`, with `-- --measure` to run the benchmarks first. The
//! files that the page was drawn from are copied to docs/performance/measured; `-- --from` that folder draws it again,
//! octet for octet, and `-- --check` says whether it would be another.

#[cfg(test)]
mod invented;
mod markdown;
mod measure;
mod number;
mod options;
mod page;
mod peers;
mod plot;
mod promises;
mod refresh;
mod results;
mod sections;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use portcullis_benches::Report;

use options::{Options, USAGE};
use page::Page;
use plot::Trouble;
use promises::PROMISES;
use results::{BENCHES, Results};

fn main() -> Result<ExitCode, Trouble> {
    let Some(options) = Options::read(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    if options.measure {
        measure::measure(&root, &BENCHES, options.quick)?;
    }
    if options.budget {
        let benches: BTreeSet<&str> = PROMISES.iter().map(|promise| promise.bench).collect();
        let benches = benches.into_iter().filter(|bench| results::IN_ONE_PROCESS.contains(bench)).collect::<Vec<_>>();
        measure::measure(&root, &benches, options.quick)?;
        let results = Results::read(&Report::path("any").with_file_name(""))?;
        println!();
        for promise in PROMISES.iter().filter(|promise| benches.contains(&promise.bench)) {
            println!("{}", promise.line(&results));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let docs = root.join("docs");
    let measured = docs.join("performance/measured");
    let results = match &options.from {
        Some(folder) => Results::read(folder)?,
        None if options.check => Results::read(&measured)?,
        None => {
            let folder = Report::path("any").with_file_name("");
            let results = Results::read(&folder)?;
            copy(&results, &folder, &measured)?;
            results
        }
    };
    for bench in results.missing() {
        println!("missing: {bench} (run: {})", measure::command(bench).join(" "));
    }
    let page = Page::of(&results)?;
    if options.check {
        return Ok(verdict(&page.differences(&docs)?));
    }
    page.write(&docs)?;
    println!("written: {} and {} plots", docs.join("performance.md").display(), page.plots.len());
    Ok(ExitCode::SUCCESS)
}

fn verdict(differences: &[PathBuf]) -> ExitCode {
    for path in differences {
        println!("docs/{} is not what is drawn from docs/performance/measured", path.display());
    }
    if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Keeps the files that a page is drawn from, and no others.
fn copy(results: &Results, from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for bench in BENCHES {
        let name = Path::new(bench).with_extension("json");
        let kept = to.join(&name);
        if results.report(bench).is_some() {
            std::fs::copy(from.join(&name), kept)?;
        } else if kept.exists() {
            std::fs::remove_file(kept)?;
        }
    }
    Ok(())
}
