use crate::markdown;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

const COLUMNS: [(&str, &str); 6] = [
    ("signature alone", "raw"),
    ("portcullis, a miss", "portcullis, miss"),
    ("over the signature", "miss over raw"),
    ("`jsonwebtoken`", "jsonwebtoken"),
    ("over the signature", "jsonwebtoken over raw"),
    ("portcullis over it", "miss over jsonwebtoken"),
];

/// What verification adds to the signature check.
pub(crate) fn primitives(results: &Results) -> Result<Section, Trouble> {
    let Some(report) = results.report("primitives") else { return Ok(Section::missing("primitives")) };
    let mut section = Section::default();
    section.paragraph(
        "Without a framework and without a cache: the check of a decoded signature with a parsed key of `aws-lc-rs`, \
         which no library can do without; the whole verification of a token by portcullis; and `decode_header` and \
         `decode` of `jsonwebtoken` on the same backend. Every token is another one.",
    );
    section.paragraph(markdown::side_by_side("", &report.tables, &COLUMNS));
    Ok(section)
}
