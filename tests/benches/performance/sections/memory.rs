use crate::markdown;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

/// What a cached token holds.
pub(crate) fn memory(results: &Results) -> Result<Section, Trouble> {
    let Some(report) = results.report("memory") else { return Ok(Section::missing("memory")) };
    let mut section = Section::default();
    section.paragraph(
        "Live bytes of the heap as Rust code asks for them. What AWS-LC allocates in C for keys is not counted, so a \
         further key seems to cost next to nothing; nor is what the system's allocator adds to each piece.",
    );
    for table in &report.tables {
        section.paragraph(markdown::figures(table));
    }
    Ok(section)
}
