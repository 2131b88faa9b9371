//! What the benchmark `refresh` has found, by condition.

use portcullis_benches::report::{Figure, Results as Table};

use crate::results::Results;

pub(crate) const IDLE: &str = "idle";
pub(crate) const FETCHING: &str = "keys are being fetched";
pub(crate) const FLOODED: &str = "flood of invented kids";

/// All tables: with and without cache, background work on the same thread and on another.
pub(crate) fn tables(results: &Results) -> &[Table] {
    results.report("refresh").map_or(&[], |report| &report.tables)
}

/// One figure of a condition.
pub(crate) fn figure<'a>(table: &'a Table, condition: &str, what: &str) -> Option<&'a Figure> {
    let name = format!("{condition}: {what}");
    table.rows.iter().chain(&table.derived).find(|figure| figure.name == name)
}

/// The slowest request of a condition, in all tables.
pub(crate) fn slowest(results: &Results, condition: &str) -> Option<Figure> {
    let slowest = tables(results).iter().filter_map(|table| figure(table, condition, "100 %"));
    slowest.max_by(|a, b| a.median.total_cmp(&b.median)).cloned()
}

/// Percentiles and latencies of a condition, in microseconds.
pub(crate) fn profile(table: &Table, condition: &str) -> Vec<(f64, f64)> {
    let point = |figure: &Figure| {
        let percentile = figure.name.strip_prefix(condition)?.strip_prefix(": ")?.strip_suffix(" %")?;
        Some((percentile.parse().ok()?, figure.median / 1e3))
    };
    table.rows.iter().filter_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn the_slowest_request_is_looked_for_in_all_tables_and_only_under_its_condition() {
        let table = |name, fetching| {
            let rows = [
                ("idle: 100 %", "ns", 9e9),
                ("keys are being fetched: 99 %", "ns", 8e9),
                ("keys are being fetched: 100 %", "ns", fetching),
            ];
            invented::table(name, &rows, &[])
        };
        let report = invented::report("refresh", vec![table("a", 2e6), table("b", 3e6), table("c", 1e6)]);
        let results = Results::of([report]);
        assert_eq!(slowest(&results, FETCHING).unwrap().median, 3e6);
        assert!(slowest(&results, FLOODED).is_none());
    }

    #[test]
    fn a_profile_has_the_percentiles_and_nothing_else() {
        let rows = [("idle: 50 %", "ns", 2e3), ("idle: 99.9 %", "ns", 5e3), ("idle: slowest of a phase", "ns", 9e3)];
        assert_eq!(profile(&invented::table("a", &rows, &[]), IDLE), [(50.0, 2.0), (99.9, 5.0)]);
    }
}
