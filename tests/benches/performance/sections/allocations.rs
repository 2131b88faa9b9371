use crate::markdown;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

const COLUMNS: [(&str, &str); 5] = [
    ("miss", "miss: allocations added"),
    ("hit", "hit: allocations added"),
    ("malformed", "malformed: allocations added"),
    ("unknown `kid`", "unknown kid: allocations added"),
    ("expired", "expired: allocations added"),
];

/// How often the heap is asked.
pub(crate) fn allocations(results: &Results) -> Result<Section, Trouble> {
    let Some(report) = results.report("allocations") else { return Ok(Section::missing("allocations")) };
    let mut section = Section::default();
    section.paragraph(
        "Allocations that a request makes beyond those of the same application without auth, as Rust code makes them; \
         AWS-LC allocates beside them, in C, for every signature. Fewer than none: a refusal comes before the route, and \
         what actix-web allocates to find and call a handler is not needed then.",
    );
    section.paragraph(markdown::side_by_side("", &report.tables, &COLUMNS));
    Ok(section)
}
