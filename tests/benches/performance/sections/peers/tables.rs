//! The numbers.

use portcullis_benches::report::{Figure, Results as Table};

use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::peers::{Peers, allocator};

/// All times by algorithm and tokens, what a refusal adds, and allocations.
pub(super) fn write(peers: &Peers<'_>, section: &mut Section) {
    let is_refusal = |table: &&Table| table.name.starts_with("refusals: ");
    let is_counted = |table: &&Table| table.rows.iter().all(|figure| figure.unit == "allocations");
    let tables = || peers.report().tables.iter();
    let good: Vec<&Table> = tables().filter(|table| !is_refusal(table) && !is_counted(table)).collect();
    let bad: Vec<&Table> = tables().filter(is_refusal).collect();

    section.paragraph("Added for a good token:");
    section.paragraph(table(peers, &good, |name| name.to_owned()));
    section.paragraph("Added for one that is refused:");
    section.paragraph(table(peers, &bad, |name| name.trim_start_matches("refusals: ").to_owned()));
    for counted in tables().filter(is_counted) {
        section.paragraph(format!("{}, the route's own with them:", counted.name));
        let line = |figure: &Figure| vec![allocator(&figure.name).to_owned(), number::median(figure)];
        section.paragraph(markdown::table(&["", "allocations"], counted.rows.iter().map(line)));
    }
    for (key, note) in &peers.report().notes {
        if let Some(name) = key.strip_prefix("left out: ") {
            section.paragraph(format!("Not measured: {name}: {note}."));
        }
    }
}

/// Everybody who is in one of these tables, with the median of each.
fn table(peers: &Peers<'_>, tables: &[&Table], heading: impl Fn(&str) -> String) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in tables.iter().flat_map(|table| Peers::added(table)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let headings: Vec<String> = tables.iter().map(|table| heading(&table.name)).collect();
    let mut head = vec!["", "version and setting"];
    head.extend(headings.iter().map(|heading| &**heading));
    let line = |name: &str| {
        let note = peers.report().notes.get(name).cloned().unwrap_or_default();
        let cell = |table: &&Table| {
            let found = Peers::added(table).into_iter().find(|(other, _)| *other == name);
            found.map_or_else(|| "-".to_owned(), |(_, figure)| number::median(figure))
        };
        [vec![name.to_owned(), note], tables.iter().map(cell).collect()].concat()
    };
    markdown::table(&head, names.into_iter().map(line))
}
