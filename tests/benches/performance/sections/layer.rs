use crate::markdown;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

const COLUMNS: [(&str, &str); 7] = [
    ("miss", "miss: added"),
    ("hit, one hot token", "hit, one hot token: added"),
    ("hit, many tokens", "hit, all tokens: added"),
    ("malformed", "malformed: added"),
    ("unknown `kid`", "unknown kid: added"),
    ("bad signature", "bad signature: added"),
    ("expired", "expired: added"),
];

/// What authentication adds to a request in each framework.
pub(crate) fn layer(results: &Results) -> Result<Section, Trouble> {
    let Some(report) = results.report("layer") else { return Ok(Section::missing("layer")) };
    let mut section = Section::default();
    section.paragraph(
        "Time added to a request, over the same application without auth, in process. With axum and actix-web the handler \
         takes the caller and a claim of its own, which is decoded once for a token that is remembered; with tower alone \
         the service only looks whether there is a caller. The last four columns are refusals, with the cache on.",
    );
    section.paragraph(markdown::side_by_side("", &report.tables, &COLUMNS));
    Ok(section)
}
