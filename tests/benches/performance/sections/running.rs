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
        "This page is drawn from those files, or from the committed ones, or after running all of the benchmarks:",
    );
    section.paragraph(
        "```sh\ncargo run --release -p portcullis-benches --bin performance\n\
         cargo run --release -p portcullis-benches --bin performance -- --from docs/performance/measured\n\
         cargo run --release -p portcullis-benches --bin performance -- --measure\n```",
    );
    if !results.missing().is_empty() {
        section.paragraph(format!("Not run for this page: {}.", results.missing().join(", ")));
    }
    Ok(section)
}
