use crate::page::Section;
use crate::plot::Trouble;
use crate::results::{BENCHES, Results};

/// The commands.
pub(crate) fn running(results: &Results) -> Result<Section, Trouble> {
    let mut section = Section::default();
    section.paragraph(
        "Each benchmark prints its tables and writes `target/bench/NAME.json`; `-- --quick` makes any of them short, and \
         its figures worth little.",
    );
    let benches = BENCHES.iter().map(|bench| format!("{}\n", crate::measure::command(bench).join(" ")));
    section.paragraph(format!("```sh\n{}```", benches.collect::<String>()));
    section.paragraph(
        "What was promised beside what is measured, a line each, from those that need nothing but one process; and \
         instructions per request, which do not depend on what else the machine does (needs valgrind):",
    );
    section.paragraph(
        "```sh\ncargo bench -p portcullis-benches --bench budget\n\
         cargo bench -p portcullis-benches --bench instructions\n```",
    );
    section.paragraph(
        "This page is drawn from those files, or from the committed ones, or after running all of the benchmarks; the last \
         says whether it is what the committed files make:",
    );
    let ways = ["", " -- --from docs/performance/measured", " -- --measure", " -- --check"];
    let ways = ways.map(|way| format!("cargo run --release -p portcullis-benches --bin performance{way}\n"));
    section.paragraph(format!("```sh\n{}```", ways.concat()));
    section.paragraph(
        "Where a benchmark was not run, or with `--quick`, it says which, and neither the page nor the committed files are \
         touched. With `--partial` they are: a file that is missing stays as it was committed, and quick figures are \
         marked and not judged.",
    );
    if !results.missing().is_empty() {
        section.paragraph(format!("Not run for this page: {}.", results.missing().join(", ")));
    }
    Ok(section)
}
