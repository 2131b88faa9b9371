use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::plot::Trouble;
use crate::promise::Verdict;
use crate::promises::PROMISES;
use crate::refresh;
use crate::results::Results;
use crate::why_short;

/// Every promise beside what was measured.
pub(crate) fn promises(results: &Results) -> Result<Section, Trouble> {
    let mut section = Section::default();
    let mut verdicts = Vec::new();
    let rows = PROMISES.iter().map(|promise| {
        let (figure, verdict) = promise.judged(results);
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
    let quick = match count(&[Verdict::Quick]) {
        0 => String::new(),
        quick => format!(", {quick} of quick runs and not judged"),
    };
    section.paragraph(format!(
        "{} of {} kept, {} short, {} not measured{quick}. Times, ratios and what was added are judged by the median of \
         their rounds ([Method](#method)), counts as they are, and the slowest request is one maximum.",
        count(&[Verdict::Aim, Verdict::Must]),
        PROMISES.len(),
        count(&[Verdict::Short]),
        count(&[Verdict::NotMeasured]),
    ));
    section.paragraph(table);
    let why = why_short::lines(results);
    if !why.is_empty() {
        section.paragraph("By how much what is short is short, where the time goes, and what was tried:");
        section.paragraph(why.join("\n"));
    }
    if let Some(idle) = refresh::slowest(results, refresh::IDLE) {
        section.paragraph(format!(
            "The slowest request with a known key while nothing else went on, in the same run: {}.",
            number::median(&idle)
        ));
    }
    Ok(section)
}
