//! Writes docs/performance.md and the plots beside it, from the result files of the benchmarks.
//!
//! `cargo run --release -p portcullis-benches --bin performance`, with `-- --measure` to run the benchmarks first. The
//! files that the page was drawn from are copied to docs/performance/measured; `-- --from` that folder draws it again,
//! octet for octet, and `-- --check` says whether it would be another. Without a full run of every benchmark nothing is
//! written, unless it is told `--partial`.

#[cfg(test)]
mod invented;
mod kept;
mod markdown;
mod measure;
mod number;
mod options;
mod page;
mod peers;
mod plot;
mod promise;
mod promises;
mod refresh;
mod results;
mod sections;
mod why_short;

use std::collections::BTreeSet;
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
    if options.check {
        return Ok(verdict(&Page::of(&Results::read(&measured)?)?.differences(&docs)?));
    }
    let run = Report::path("any").with_file_name("");
    let mut results = Results::read(options.from.as_ref().unwrap_or(&run))?;
    let mut page = Page::of(&results)?;
    let lacking = kept::lacking(&results);
    lacking.iter().for_each(|line| println!("{line}"));
    if !lacking.is_empty() && !options.partial {
        println!("nothing is written: a page wants a full run of every benchmark, unless it is told --partial");
        // Such figures were asked for: everything ran, and the page could be drawn.
        return Ok(if options.quick { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    if options.from.is_none() {
        kept::keep(&results, &run, &measured)?;
        results = Results::read(&measured)?;
        page = Page::of(&results)?;
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
