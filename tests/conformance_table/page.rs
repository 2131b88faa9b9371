//! The page, and the counts that are printed.

use std::fmt::Write;

use crate::rows::Tier;
use crate::table::{Entry, Status, Table};

const INTRODUCTION: &str = "\
# Conformance

Every requirement that portcullis holds itself to, and the tests that show it. The ids name the document and the section
that a requirement comes from (`RFC7519-4.1.4-a`: RFC 7519 §4.1.4), an attack (`ATK-…`) or a rule of the house where the
documents leave the point open (`PC-…`). Tier M is due in the first release, S in the second, X beyond.

This page is written by `cargo run -p portcullis-tests --bin conformance`, from the ids in the tests' comments and from
what the test runner says about them; it cannot be written while a requirement of tier M has no test that passes, unless
it is about a part that does not exist yet. To run what is behind a row: `cargo test NAME`; for tests below
`jwks/interleavings` and `what_must_not_compile_does_not` see [CONTRIBUTING.md](../CONTRIBUTING.md). Of many tests three are
linked; `grep -rn ID crates tests` finds the others.

Besides RFCs, ids name: `RFC8725bis` the draft that will replace RFC 8725, `OA21` the OAuth 2.1 draft, `OIDCC`, `OIDCD` and
`OIDC-BCL` OpenID Connect Core, Discovery and Back-Channel Logout, `FAPI2` the FAPI 2.0 Security Profile, `MCP` the
authorization part of the Model Context Protocol, `TSL` the draft on Token Status Lists, `SECTOP2` and `HTTPAPI-PRIV` drafts on
OAuth security and on credentials over plain HTTP, `OAS` OpenAPI. Sections of drafts are those of 2026.

";

const WIDTH: usize = 34;

/// One line per topic.
pub(crate) fn counts(table: &Table<'_>) -> String {
    let mut out = format!("{:WIDTH$}   shown  waiting  missing   | S shown  not yet | X shown  not yet\n", "M");
    for topic in table.topics().into_iter().map(Some).chain([None]) {
        let count = |tier: Tier, statuses: &[Status]| {
            let of_topic = table.entries.iter().filter(|entry| topic.is_none_or(|topic| entry.row.topic == topic));
            of_topic.filter(|entry| entry.row.tier == tier && statuses.contains(&entry.status())).count()
        };
        let wrong = [Status::Missing, Status::Failing, Status::NotRun];
        let open = [Status::NotYet, Status::Waiting, Status::Failing, Status::NotRun];
        writeln!(
            out,
            "{:WIDTH$} {:>7} {:>8} {:>8}   | {:>7} {:>8} | {:>7} {:>8}",
            topic.unwrap_or("all"),
            count(Tier::M, &[Status::Shown]),
            count(Tier::M, &[Status::Waiting]),
            count(Tier::M, &wrong),
            count(Tier::S, &[Status::Shown]),
            count(Tier::S, &open),
            count(Tier::X, &[Status::Shown]),
            count(Tier::X, &open),
        )
        .expect("a string takes everything");
    }
    out
}

pub(crate) fn page(table: &Table<'_>) -> String {
    let mut out = INTRODUCTION.to_owned();
    write!(out, "```text\n{}```\n", counts(table)).expect("a string takes everything");
    for topic in table.topics() {
        write!(out, "\n## {topic}\n\n| id | tier | requirement | status | tests |\n|---|---|---|---|---|\n")
            .expect("a string takes everything");
        for entry in table.entries.iter().filter(|entry| entry.row.topic == topic) {
            out.push_str(&line(entry));
        }
    }
    out
}

/// At most this many tests are linked for one row; the others are counted, and found with grep.
const LINKS: usize = 3;

fn line(entry: &Entry<'_>) -> String {
    let row = entry.row;
    let status = match (entry.status(), &row.waits_for) {
        (Status::Shown, _) => "passes".to_owned(),
        (Status::Failing, _) => "**fails**".to_owned(),
        (Status::NotRun, _) => "**not run**".to_owned(),
        (Status::Missing, _) => "**no test**".to_owned(),
        (Status::Waiting, Some(part)) => format!("not yet: {part}"),
        (Status::NotYet | Status::Waiting, _) => "not yet".to_owned(),
    };
    let link = |file: &str, name: &str| format!("[`{name}`](../{file})");
    let mut tests: Vec<String> = entry.tests.iter().take(LINKS).map(|(test, _)| link(&test.file, &test.name)).collect();
    if let Some(more @ 1..) = entry.tests.len().checked_sub(LINKS) {
        tests.push(format!("{more} more"));
    }
    format!("| {} | {:?} | {} | {status} | {} |\n", row.id, row.tier, row.requirement, tests.join("<br>"))
}
