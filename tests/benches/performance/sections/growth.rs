use portcullis_benches::report::{Figure, Results as Table};

use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::plot::{CurvePlot, Line, Scale, Trouble};
use crate::results::Results;

/// The tables that are drawn, with the name of the file and what it shows.
const DRAWN: [(&str, &str, &str); 3] = [
    ("cached tokens", "growth-tokens.svg", "A hit, by the number of tokens in turn"),
    ("issuers", "growth-issuers.svg", "Hits and misses, by the number of trusted issuers"),
    ("threads", "growth-threads.svg", "A hit, by the number of threads at once"),
];

const SETTING: &str = "\
Through the core alone. Threads use RS256. Issuers and cached tokens use HS256, since a million tokens have to be signed \
first: what a miss costs there is mostly not the signature, and would be hidden by one of RSA.";

/// What becomes of a cost, and why: its table, and figures that take the place of each `{}`.
const SAID: [(&str, &[&str], &str); 4] = [
    (
        "threads",
        &["one hot token: 2 threads over 1"],
        "**Threads**: level. A hit by two threads at once takes {} times what it takes by one: each thread has a handle of \
         its own for a token that it has met twice, and there is nothing that both write to.",
    ),
    (
        "issuers",
        &["hit: 10000 issuers over 1"],
        "**Issuers, hits**: nearly level. With 10,000 issuers a hit takes {} times what it takes with one. It does not \
         look for its issuer, but the 1,000 tokens in turn are then of as many issuers, whose keys it asks about.",
    ),
    (
        "issuers",
        &["miss: 1000 issuers over 1", "miss: 10000 issuers over 1"],
        "**Issuers, misses**: not level. With 1,000 issuers a miss takes {} times what it takes with one, with 10,000 {} \
         times. An issuer is found by a hash of its name, in as many steps however many there are, but it and its keys are \
         then in memory that is not in the processor's caches.",
    ),
    (
        "cached tokens",
        &["hit, 1000 tokens", "hit, 10000 tokens", "hit, 100000 tokens", "hit, 1000000 tokens"],
        "**Cached tokens**: not level. A hit takes {} with 1,000 tokens in turn, {} with 10,000, {} with 100,000 and {} with \
         a million. A thread has handles of its own for 16,384 tokens; above that, hits go to the table that all threads \
         share, with a lock and a reference count. The more there are, the fewer of them are in the processor's caches: \
         a thousand are about 1 MB, a million about 1 GB, and nearly every look at a token then waits for memory.",
    ),
];

/// The text with its figures, where there are all of them.
fn said(results: &Results, table: &str, names: &[&str], text: &str) -> Option<String> {
    let mut said = format!("- {text}");
    for name in names {
        said = said.replacen("{}", &number::median(results.figure("scale", table, name)?), 1);
    }
    Some(said)
}

/// How costs grow with cached tokens, issuers and threads.
pub(crate) fn growth(results: &Results) -> Result<Section, Trouble> {
    let Some(report) = results.report("scale") else { return Ok(Section::missing("scale")) };
    let mut section = Section::default();
    section.paragraph(SETTING);
    let said: Vec<String> = SAID.iter().filter_map(|(table, names, text)| said(results, table, names, text)).collect();
    section.paragraph(said.join("\n"));
    for (name, file, title) in DRAWN {
        let Some((what, lines)) = results.table("scale", name).and_then(curves) else { continue };
        let across = if most(&lines) > 20.0 { Scale::Logarithmic } else { Scale::Linear };
        let plot = CurvePlot { title, across: (&what, across), up: ("nanoseconds", Scale::Linear), lines: &lines };
        section.plot(file, title, plot.draw()?);
    }
    for table in &report.tables {
        section.paragraph(markdown::figures(table));
    }
    Ok(section)
}

fn most(lines: &[Line]) -> f64 {
    lines.iter().flat_map(|line| &line.points).map(|point| point.0).fold(0.0, f64::max)
}

/// The curves of a table, and what its numbers count; `None` where its rows are no points of curves.
///
/// `hit, 10,000 tokens` is the point at 10,000 of the curve `hit`, over a number of `tokens`.
fn curves(table: &Table) -> Option<(String, Vec<Line>)> {
    // What was computed from the rows, where it is a time, is what they were measured for.
    curves_of(&table.derived).or_else(|| curves_of(&table.rows))
}

fn curves_of(figures: &[Figure]) -> Option<(String, Vec<Line>)> {
    let mut lines: Vec<Line> = Vec::new();
    let mut counted = None;
    for figure in figures.iter().filter(|figure| figure.unit == "ns") {
        let (label, number, what) = point(figure)?;
        if *counted.get_or_insert_with(|| what.clone()) != what {
            return None;
        }
        let known = lines.iter().position(|line| line.label == label);
        let index = known.unwrap_or_else(|| {
            lines.push(Line { label, points: Vec::new() });
            lines.len() - 1
        });
        lines[index].points.push((number, figure.median));
    }
    lines.retain(|line| line.points.len() > 1);
    lines.iter_mut().for_each(|line| line.points.sort_by(|a, b| a.0.total_cmp(&b.0)));
    (!lines.is_empty()).then_some((counted?, lines))
}

/// What is measured, at which number, of what.
fn point(figure: &Figure) -> Option<(String, f64, String)> {
    let start = figure.name.rfind(|letter: char| letter.is_ascii_digit())?;
    let digits = |letter: char| letter.is_ascii_digit() || letter == ',';
    let first = figure.name[..start].rfind(|letter| !digits(letter)).map_or(0, |at| at + 1);
    let number = figure.name[first..=start].replace(',', "").parse().ok()?;
    let label = figure.name[..first].trim_end_matches([' ', ',', ':']);
    let mut what = figure.name[start + 1..].trim_matches([' ', ',', ':']).to_owned();
    if !what.ends_with('s') {
        what.push('s');
    }
    Some((label.to_owned(), number, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn rows_with_a_number_are_points_of_a_curve() {
        let rows = [
            ("hit, 1 token", "ns", 100.0),
            ("hit, 10,000 tokens", "ns", 300.0),
            ("hit, 100 tokens", "ns", 200.0),
            ("miss, 1 token", "ns", 15_000.0),
        ];
        let (what, lines) = curves(&invented::table("t", &rows, &[])).unwrap();
        assert_eq!((&*what, lines.len(), &*lines[0].label), ("tokens", 1, "hit"));
        assert_eq!(lines[0].points, [(1.0, 100.0), (100.0, 200.0), (10_000.0, 300.0)]);
    }

    #[test]
    fn times_that_were_computed_are_drawn_instead_of_those_they_are_from() {
        let rows = [("copy and hit, 1 token", "ns", 100.0), ("copy and hit, 10 tokens", "ns", 110.0)];
        let derived = [("hit, 1 token", "ns", 90.0), ("hit, 10 tokens", "ns", 95.0), ("over 1", "ratio", 1.1)];
        assert_eq!(curves(&invented::table("t", &rows, &derived)).unwrap().1[0].label, "hit");
        assert_eq!(curves(&invented::table("t", &rows, &derived[2..])).unwrap().1[0].label, "copy and hit");
    }

    #[test]
    fn what_does_not_stay_level_is_said_not_to() {
        let derived = [
            ("hit, 1000 tokens", "ns", 180.0),
            ("hit, 10000 tokens", "ns", 430.0),
            ("hit, 100000 tokens", "ns", 1790.0),
            ("hit, 1000000 tokens", "ns", 2840.0),
        ];
        let page = |count: usize| {
            let tokens = invented::table("cached tokens", &[], &derived[..count]);
            growth(&Results::of([invented::report("scale", vec![tokens])])).unwrap().text
        };
        let expected =
            "takes 180 ns with 1,000 tokens in turn, 430 ns with 10,000, 1.79 µs with 100,000 and 2.84 µs with";
        assert!(page(4).contains(expected) && page(4).contains("HS256"), "{}", page(4));
        assert!(!page(3).contains("**Cached tokens**"), "{}", page(3));
    }

    #[test]
    fn rows_without_numbers_or_of_different_things_are_no_curve() {
        assert!(curves(&invented::table("t", &[("hit", "ns", 1.0)], &[])).is_none());
        let mixed = [("hit, 1 token", "ns", 1.0), ("hit, 2 threads", "ns", 1.0)];
        assert!(curves(&invented::table("t", &mixed, &[])).is_none());
    }
}
