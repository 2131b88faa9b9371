use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::plot::Trouble;
use crate::promises::{PROMISES, Verdict};
use crate::refresh;
use crate::results::Results;

/// Every promise beside what was measured.
pub(crate) fn promises(results: &Results) -> Result<Section, Trouble> {
    let mut section = Section::default();
    let mut verdicts = Vec::new();
    let rows = PROMISES.iter().map(|promise| {
        let figure = promise.figure(results);
        let verdict = promise.verdict(figure.as_ref());
        verdicts.push(verdict);
        vec![
            promise.what.to_owned(),
            promise.bound(promise.must),
            promise.aim.map_or_else(String::new, |aim| promise.bound(aim)),
            figure.as_ref().map_or_else(|| "-".to_owned(), number::with_quartiles),
            verdict.written().to_owned(),
        ]
    });
    let table = markdown::table(&["what", "must", "aim", "measured", ""], rows);
    let count = |wanted: &[Verdict]| verdicts.iter().filter(|verdict| wanted.contains(verdict)).count();
    section.paragraph(format!(
        "{} of {} kept, {} short, {} not measured. Ratios are of medians in interleaved rounds of one process; what one \
         must not exceed, or fall below, is judged by the median.",
        count(&[Verdict::Aim, Verdict::Must]),
        PROMISES.len(),
        count(&[Verdict::Short]),
        count(&[Verdict::NotMeasured]),
    ));
    section.paragraph(table);
    if let Some(idle) = refresh::slowest(results, refresh::IDLE) {
        section.paragraph(format!(
            "The slowest request with a known key while nothing else went on, in the same run: {}.",
            number::median(&idle)
        ));
    }
    Ok(section)
}
