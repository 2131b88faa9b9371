//! Tables in Markdown.

use std::fmt::Write as _;

use portcullis_benches::report::{Figure, Results as Table};

use crate::number;

/// A table: the first column and those with words to the left, those of numbers to the right.
pub(crate) fn table<S: AsRef<str>>(head: &[&str], rows: impl IntoIterator<Item = Vec<S>>) -> String {
    let rows: Vec<Vec<S>> = rows.into_iter().collect();
    let is_number =
        |cell: &S| cell.as_ref().starts_with(|letter: char| letter.is_ascii_digit() || "≤≥-".contains(letter));
    let rule = |column: usize| {
        let cells = || rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.as_ref().is_empty());
        if column > 0 && cells().all(is_number) { "--:|" } else { "---|" }
    };
    let rules: String = (0..head.len()).map(rule).collect();
    let mut text = format!("| {} |\n|{rules}\n", head.join(" | "));
    for row in &rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.as_ref().replace('|', "\\|")).collect();
        writeln!(text, "| {} |", cells.join(" | ")).expect("a string takes everything");
    }
    text
}

/// All figures of a result table, one a line.
pub(crate) fn figures(results: &Table) -> String {
    let line = |figure: &Figure| vec![number::in_words(&figure.name), number::with_quartiles(figure)];
    table(&[&results.name, "median [quartiles]"], results.rows.iter().chain(&results.derived).map(line))
}

/// Result tables that have the same figures, one a line, and those figures in columns of the given headings.
pub(crate) fn side_by_side(first: &str, tables: &[Table], columns: &[(&str, &str)]) -> String {
    let head: Vec<&str> = std::iter::once(first).chain(columns.iter().map(|column| column.0)).collect();
    let cell = |results: &Table, name: &str| {
        let figure = results.rows.iter().chain(&results.derived).find(|figure| figure.name == name);
        figure.map_or_else(|| "-".to_owned(), number::with_quartiles)
    };
    let line = |results: &Table| {
        let cells = columns.iter().map(|column| cell(results, column.1));
        std::iter::once(results.name.clone()).chain(cells).collect()
    };
    table(&head, tables.iter().map(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn only_columns_of_numbers_are_to_the_right() {
        let text = table(&["", "version", "time"], [vec!["a", "", "15 µs"], vec!["b", "set by hand", "-"]]);
        assert!(text.contains("\n|---|---|--:|\n"), "{text}");
    }

    #[test]
    fn figures_of_several_tables_stand_beside_each_other() {
        let tables = [
            invented::table("RS256", &[("raw", "ns", 12_000.0)], &[("over", "ratio", 1.1)]),
            invented::table("ES256", &[("raw", "ns", 33_000.0)], &[]),
        ];
        let text = side_by_side("algorithm", &tables, &[("raw", "raw"), ("ratio", "over")]);
        let expected =
            "| algorithm | raw | ratio |\n|---|--:|--:|\n| RS256 | 12.0 µs | 1.10 |\n| ES256 | 33.0 µs | - |\n";
        assert_eq!(text, expected);
    }
}
