//! Everything in one table.

use std::process::Command;

use portcullis_benches::Report;
use portcullis_benches::report::{Figure, Results};
use portcullis_peers::tokens::Bad;
use portcullis_peers::{Contestant, contestants};

use crate::refreshes;
use crate::refusals::{self, Statuses};
use crate::timing::{self, added};
use crate::{Alg, Field};

const ALLOCATIONS: &str = "allocations for one request";

/// Runs the program that counts.
pub(crate) fn count_allocations() -> std::io::Result<Results> {
    let output = Command::new(env!("CARGO_BIN_EXE_allocations")).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let rows = text.lines().filter_map(|line| {
        let (name, count) = line.split_once('\t')?;
        Some(Figure::counted(name, "allocations", count.parse().ok()?, 1))
    });
    let results = Results { name: ALLOCATIONS.to_owned(), rows: rows.collect(), derived: Vec::new() };
    if output.status.success() { Ok(results) } else { Err(std::io::Error::other("allocations were not counted")) }
}

/// The table, and below it where somebody is ahead of us.
pub(crate) fn print(report: &Report, fields: &[Field; 2], statuses: &Statuses) {
    println!("\n# All of it\n");
    println!("Nanoseconds that a request takes longer than without authentication; medians.\n");
    print!(
        "| | version | set to | RS256 one | RS256 many | ES256 one | ES256 many | allocations | x signature RS256, ES256 "
    );
    print!("| miss: times ours | hit: times ours, one | many | slowest while refreshing, ms | ");
    for bad in Bad::TIMED {
        print!("{} | ", bad.name());
    }
    println!("\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for contestant in contestants() {
        println!("{}", line(report, fields, statuses, &contestant));
    }
    println!("\n`miss` and `hit`: what the peer adds, RS256 and many tokens, over what portcullis adds.");
    println!("Refusals: nanoseconds added, and the status.");
    for field in fields {
        for (name, reason) in &field.left_out {
            println!("Not measured with {}: {name}: {reason}.", field.alg.name());
        }
    }
    ahead(report, fields);
}

fn line(report: &Report, fields: &[Field; 2], statuses: &Statuses, contestant: &Contestant) -> String {
    let name = contestant.name;
    let median = |table: &str, figure: &str| report.figure(table, figure).map(|figure| figure.median);
    let cell = |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
    let over =
        |many: bool, of: &Field, what: &str| median(&timing::table(of, many), &format!("{name}: added, over {what}"));
    let [rs256, es256] = fields;
    let mut cells = vec![name.to_owned(), contestant.versions(), contestant.setting.to_owned()];
    for field in fields {
        for many in [false, true] {
            cells.push(cell(median(&timing::table(field, many), &added(name)), 0));
        }
    }
    let counted = |row: &str| median(ALLOCATIONS, &format!("{:?} {row}", Alg::Rs256));
    cells.push(cell(counted(name).zip(counted(contestant.framework.open())).map(|(with, without)| with - without), 0));
    let signatures = [rs256, es256].map(|field| cell(over(true, field, "the signature"), 2));
    cells.push(signatures.join(", "));
    for (kind, many) in [("miss", true), ("hit", false), ("hit", true)] {
        let ours = contestants().into_iter().find(|ours| {
            ours.ours
                && !ours.name.contains("all claims")
                && ours.name.ends_with(kind)
                && ours.framework.family() == contestant.framework.family()
        });
        cells.push(cell(ours.and_then(|ours| over(many, rs256, ours.name)), if kind == "hit" { 1 } else { 2 }));
    }
    cells.push(cell(median(refreshes::TABLE, name).map(|slowest| slowest / 1e6), 1));
    for bad in Bad::TIMED {
        let time = cell(median(&refusals::table(bad), &added(name)), 0);
        let status = statuses.get(&(name, bad.name())).map_or("-".to_owned(), u16::to_string);
        cells.push(format!("{time} ({status})"));
    }
    format!("| {} |", cells.join(" | "))
}

/// Every figure in which a peer needs less than we do: of good tokens, those that we meet for the first time too.
fn ahead(report: &Report, fields: &[Field; 2]) {
    let good = fields.iter().flat_map(|field| [false, true].map(|many| timing::table(field, many)));
    let tables = good.map(|table| (table, true)).chain(Bad::TIMED.map(|bad| (refusals::table(bad), false)));
    println!("\nWhere a peer adds less than portcullis does:\n");
    let mut none = true;
    for (table, good) in tables {
        let figure = |name: &str| report.figure(&table, &added(name));
        // What a refusal costs is asked of us as shipped; a cache makes no difference that we would like to hide.
        let ours = contestants().into_iter().filter(|one| one.ours && (good || one.setting == "as shipped"));
        for ours in ours {
            let same = |peer: &Contestant| !peer.ours && peer.framework.family() == ours.framework.family();
            for peer in contestants().into_iter().filter(same) {
                let (Some(we), Some(they)) = (figure(ours.name), figure(peer.name)) else { continue };
                if they.median < we.median {
                    none = false;
                    let clear = if they.q3 < we.q1 { "" } else { ", within the spread" };
                    println!(
                        "- {table}: {} {:.0} ns, {} {:.0} ns{clear}",
                        peer.name, they.median, ours.name, we.median
                    );
                }
            }
        }
    }
    if none {
        println!("- nowhere");
    }
}
