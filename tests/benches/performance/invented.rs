//! Result files for tests: their figures were invented.

use std::collections::BTreeMap;

use portcullis_benches::report::{Figure, Results as Table};
use portcullis_benches::{Machine, Report};

/// A name, a unit and a value.
type Row<'a> = (&'a str, &'a str, f64);

pub(crate) fn report(bench: &str, tables: Vec<Table>) -> Report {
    let machine = Machine {
        cpu: "Invented CPU".into(),
        cores: 2,
        pinned: true,
        kernel: "Invented 1.0".into(),
        rustc: "rustc 1.0.0".into(),
        commit: "abc1234".into(),
        crates: BTreeMap::from([("portcullis".into(), "0.1.0".into())]),
    };
    Report {
        bench: bench.into(),
        date: "2026-01-15T12:00:00Z".into(),
        quick: false,
        machine,
        tables,
        notes: BTreeMap::new(),
    }
}

pub(crate) fn table(name: &str, rows: &[Row<'_>], derived: &[Row<'_>]) -> Table {
    let figures =
        |rows: &[Row<'_>]| rows.iter().map(|(name, unit, value)| Figure::counted(*name, unit, *value, 1)).collect();
    Table { name: name.into(), rows: figures(rows), derived: figures(derived) }
}
