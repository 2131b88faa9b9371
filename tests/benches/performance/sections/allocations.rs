use crate::markdown;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

/// How often the heap is asked.
pub(crate) fn allocations(results: &Results) -> Result<Section, Trouble> {
    let Some(report) = results.report("allocations") else { return Ok(Section::missing("allocations")) };
    let mut section = Section::default();
    section.paragraph(
        "Allocations of one request, as Rust code makes them; AWS-LC allocates by itself beside them, in C.",
    );
    for table in &report.tables {
        section.paragraph(markdown::figures(table));
    }
    Ok(section)
}
