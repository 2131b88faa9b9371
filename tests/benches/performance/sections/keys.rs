use portcullis_benches::report::{Figure, Results as Table};

use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

/// What is in a line, the table it is of, and the names of its figures: one key or token, the same over a token, many in
/// turn, and the same over a token.
const COST: [(&str, &str, [&str; 4]); 5] = [
    ("core, token", "core", ["token, one", "", "token, many", ""]),
    (
        "core, key under `ApiKey`",
        "core",
        [
            "key under ApiKey, one",
            "key under ApiKey, one: over a token",
            "key under ApiKey, many",
            "key under ApiKey, many: over a token",
        ],
    ),
    (
        "core, key in a field of its own",
        "core",
        [
            "key in a field, one",
            "key in a field, one: over a token",
            "key in a field, many",
            "key in a field, many: over a token",
        ],
    ),
    ("axum, token, added", "axum", ["token, one: added", "", "token, many: added", ""]),
    (
        "axum, key under `ApiKey`, added",
        "axum",
        ["key, one: added", "key, one: added, over a token", "key, many: added", "key, many: added, over a token"],
    ),
];

/// Of a normal distribution, one value in a thousand is farther from zero than this.
const CRITICAL: f64 = 3.29;

/// What an API key costs beside a token, and what can be learned from how long a refusal takes.
pub(crate) fn keys(results: &Results) -> Result<Section, Trouble> {
    let mut section = if results.report("keys").is_some() { cost(results) } else { Section::missing("keys") };
    section.paragraph("### Whether refusals can be told apart by their time");
    match results.table("key_timing", "refusals") {
        Some(table) => apart(table, &mut section),
        None => section.paragraph(Section::missing("key_timing").text),
    }
    Ok(section)
}

fn cost(results: &Results) -> Section {
    let mut section = Section::default();
    let cell = |table: &str, name: &str| {
        results.figure("keys", table, name).map_or_else(|| "-".to_owned(), number::with_quartiles)
    };
    section.paragraph(
        "A key that was used before is remembered, as a token is, and costs about what a hit does; it is measured beside \
         RS256 tokens that are hits. The store is in memory and holds 100,000 keys, of which 10,000 are in use where they are \
         many. The core is given a head of one field line; in axum the handler takes the caller and a claim of its own.",
    );
    let line = |(what, table, names): (&str, &str, [&str; 4])| {
        std::iter::once(what.to_owned()).chain(names.map(|name| cell(table, name))).collect()
    };
    let head = ["", "one", "over a token", "many in turn", "over a token"];
    section.paragraph(markdown::table(&head, COST.map(line)));
    section.paragraph(
        "Refused, in the core. None of these asks the store: an invented id has the right form, but not the characters \
         that show it to be ours, and a wrong secret comes with the id of a key in use:",
    );
    let refused = results.table("keys", "core").map_or(&[][..], |table| &table.rows);
    let refused = refused.iter().filter_map(|figure| {
        let reason = figure.name.strip_prefix("refused: ")?;
        Some(vec![reason.to_owned(), number::with_quartiles(figure)])
    });
    section.paragraph(markdown::table(&["", "median [quartiles]"], refused));
    section.paragraph(format!(
        "The first use of a key takes {}: a look-up in a store in memory, in a task of the runtime. What a database takes \
         comes on top.",
        cell("first use", "key that is not remembered")
    ));
    let flood = |name| cell("flood of unknown keys", name);
    section.paragraph(format!(
        "A flood of invented keys in the format of another system, which nothing tells from real ones but a look-up: {} \
         different ones, each sent twice, {} requests a second. {} were answered with 401, and {} with 503, since \
         unknown keys may cause 1,000 look-ups a second and no more; of {} it is remembered that there is no such \
         key. Of the requests with keys in use, one for every hundred invented ones, {} had to wait, and the slowest took {}.",
        flood("distinct keys"),
        flood("keys a second"),
        flood("answered 401"),
        flood("answered 503, over the budget of look-ups"),
        flood("unknown keys remembered"),
        flood("regular requests that had to wait"),
        flood("slowest regular request"),
    ));
    section
}

/// The times of each kind of refusal, and what Welch's test says of each two.
fn apart(table: &Table, section: &mut Section) {
    let count = table.rows.iter().map(|figure| figure.rounds).max().unwrap_or_default();
    section.paragraph(format!(
        "{count} refusals of each kind, all of different keys and in random order, each timed by itself on one pinned core; \
         Welch's t-test compares two kinds by all their times, and besides by those below the 99th percentile of both \
         together, where there is less noise to hide in. Where |t| is below {CRITICAL} they cannot be told apart at the \
         level of 0.1 %, by one run of so many. That of a wrong checksum can be, and may: it is a checksum, not a secret, and whoever knows the \
         key that is sent can compute it.",
        count = number::in_words(&count.to_string()),
    ));
    let times = table.rows.iter().map(|figure| vec![figure.name.clone(), number::with_quartiles(figure)]);
    section.paragraph(markdown::table(&["", "median [quartiles]"], times));
    let (all, below) = (": t, all", ": t, below the 99th percentile");
    let line = |of_all: &Figure| {
        let pair = of_all.name.strip_suffix(all)?;
        let of_most = table.derived.iter().find(|figure| figure.name.strip_suffix(below) == Some(pair))?;
        let is_level = [of_all, of_most].iter().all(|figure| figure.median.abs() < CRITICAL);
        let verdict = if is_level { "cannot be told apart" } else { "can be told apart" };
        Some(vec![pair.to_owned(), number::median(of_all), number::median(of_most), verdict.to_owned()])
    };
    let lines = table.derived.iter().filter_map(line);
    section.paragraph(markdown::table(&["", "t, all", "t, below the 99th percentile", ""], lines));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    fn timing(all: f64, below: f64) -> String {
        let derived = [("a and b: t, all", "ratio", all), ("a and b: t, below the 99th percentile", "ratio", below)];
        let table = invented::table("refusals", &[("a", "ns", 880.0)], &derived);
        keys(&Results::of([invented::report("key_timing", vec![table])])).unwrap().text
    }

    #[test]
    fn two_kinds_are_told_apart_when_either_test_says_so() {
        assert!(timing(-0.03, 1.52).contains("| a and b | -0.030 | 1.52 | cannot be told apart |"));
        for (all, below) in [(-3.3, 1.0), (1.0, 3.3), (f64::NAN, 0.0)] {
            let text = timing(all, below);
            assert!(text.contains(" | can be told apart |"), "{text}");
        }
    }

    #[test]
    fn a_key_stands_beside_a_token_and_a_refusal_by_its_reason() {
        let rows = [
            ("token, one", "ns", 200.0),
            ("key under ApiKey, one", "ns", 250.0),
            ("refused: wrong checksum", "ns", 154.0),
        ];
        let core = invented::table("core", &rows, &[("key under ApiKey, one: over a token", "ratio", 1.25)]);
        let flood = [("regular requests that had to wait", "requests", 7.0), ("slowest regular request", "ns", 8e3)];
        let flood = invented::table("flood of unknown keys", &flood, &[]);
        let text = keys(&Results::of([invented::report("keys", vec![core, flood])])).unwrap().text;
        for said in [
            "| core, token | 200 ns | - | - | - |",
            "| core, key under `ApiKey` | 250 ns | 1.25 | - | - |",
            "| wrong checksum | 154 ns |",
            "7 had to wait, and the slowest took 8.00 µs",
            "no result file of `key_timing`",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
