//! The numbers.

use std::collections::BTreeMap;

use portcullis_benches::report::{Figure, Results as Table};

use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::peers::{Peers, SLOWEST, allocations, is_of_allocations};

/// Figures and whose they are.
type Column<'a> = (String, Vec<(&'a str, &'a Figure)>);

/// All times by algorithm and tokens, what a refusal adds, and allocations.
pub(super) fn write(peers: &Peers<'_>, section: &mut Section) {
    let (counted, timed): (Vec<&Table>, Vec<&Table>) =
        peers.report().tables.iter().partition(|table| is_of_allocations(table));
    let (bad, good): (Vec<&Table>, Vec<&Table>) = timed.into_iter().partition(|table| table.name.starts_with(REFUSALS));

    section.paragraph("Added for a good token:");
    section.paragraph(with_notes(peers, &good.iter().map(|table| column(table)).collect::<Vec<_>>()));
    if good.iter().any(|table| table.name == SLOWEST) {
        section.paragraph(
            "The last column is of whole requests, while the key endpoint takes 300 ms for every answer and is asked \
             every second: one maximum of one run each, which says whether requests wait for a fetch, and not who is \
             quicker by some hundred microseconds. A dash is a peer that refreshes when it \
             likes, or never, and of a peer with two settings the slower one.",
        );
    }
    section.paragraph("Added for one that is refused:");
    section.paragraph(beside(&bad.iter().map(|table| column(table)).collect::<Vec<_>>()));
    for table in counted {
        section.paragraph(format!("And {}, those of the route itself included:", table.name));
        let columns = allocations(table).into_iter().map(|(algorithm, figures)| (algorithm.to_uppercase(), figures));
        section.paragraph(beside(&columns.collect::<Vec<_>>()));
    }
    for (key, note) in &peers.report().notes {
        if let Some(name) = key.strip_prefix("left out: ") {
            section.paragraph(format!("Not measured: {name}: {note}."));
        }
    }
}

const REFUSALS: &str = "refusals: ";

fn column(table: &Table) -> Column<'_> {
    (table.name.trim_start_matches(REFUSALS).to_owned(), Peers::counts(table))
}

/// Everybody who is in one of these columns, with the median of each.
fn beside(columns: &[Column<'_>]) -> String {
    rows(columns, None)
}

/// The same with versions and settings, if the result file has them.
fn with_notes(peers: &Peers<'_>, columns: &[Column<'_>]) -> String {
    rows(columns, Some(&peers.report().notes).filter(|notes| !notes.is_empty()))
}

fn rows(columns: &[Column<'_>], notes: Option<&BTreeMap<String, String>>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in columns.iter().flat_map(|column| &column.1) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let head = ["", "version and setting"].into_iter().take(if notes.is_some() { 2 } else { 1 });
    let head: Vec<&str> = head.chain(columns.iter().map(|column| &*column.0)).collect();
    let line = |name: &str| {
        let note = notes.map(|notes| notes.get(name).cloned().unwrap_or_default());
        let cell = |column: &Column<'_>| {
            let found = column.1.iter().find(|(other, _)| *other == name);
            found.map_or_else(|| "-".to_owned(), |(_, figure)| number::median(figure))
        };
        std::iter::once(name.to_owned()).chain(note).chain(columns.iter().map(cell)).collect()
    };
    markdown::table(&head, names.into_iter().map(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;
    use crate::results::Results;

    #[test]
    fn the_slowest_request_is_shown_though_nothing_was_taken_off_it() {
        let rows = [("no authentication, axum 0.8", "ns", 1000.0)];
        let good = invented::table("RS256, one token", &rows, &[("a: added", "ns", 100.0), ("b: added", "ns", 200.0)]);
        let slowest = invented::table(SLOWEST, &[("a", "ns", 302_039_204.0)], &[]);
        let results = Results::of([invented::report("peers", vec![good, slowest])]);
        let mut section = Section::default();
        write(&Peers::of(&results).unwrap(), &mut section);
        assert!(section.text.contains("\n| a | 100 ns | 302 ms |\n| b | 200 ns | - |\n"), "{}", section.text);
        assert!(section.text.contains("one maximum of one run"), "{}", section.text);
    }

    #[test]
    fn whoever_is_missing_from_a_column_has_a_dash_there() {
        let [one, two] = [
            invented::table("RS256, one token", &[], &[("a: added", "ns", 100.0), ("b: added", "ns", 200.0)]),
            invented::table("refusals: expired", &[], &[("b: added", "ns", 300.0)]),
        ];
        let notes = BTreeMap::from([("a".to_owned(), "1.0".to_owned())]);
        let text = rows(&[column(&one), column(&two)], Some(&notes));
        let expected = "| a | 1.0 | 100 ns | - |\n| b |  | 200 ns | 300 ns |\n";
        assert!(
            text.starts_with("|  | version and setting | RS256, one token | expired |") && text.ends_with(expected),
            "{text}"
        );
    }
}
