//! Where the time goes of a promise that is not kept, and what was tried: written by hand, beside figures of the run.

use portcullis_benches::budget::Instructions;

use crate::number;
use crate::peers::Peers;
use crate::promise::{Promise, Verdict};
use crate::promises::PROMISES;
use crate::refresh::{FETCHING, FLOODED, IDLE, figure, slowest, tables};
use crate::results::Results;

/// What is to be said of a promise, by its row.
type Why = fn(&Results) -> String;

const WHY: [(&str, Why); 7] = [
    ("hit_10k_over_raw_rs256", |_| counted("hit_tower") + MANY_TOKENS),
    ("refusal_bad_signature_beyond_raw_ns", |_| BAD_SIGNATURE.to_owned()),
    ("refusal_malformed_ns", |_| counted("malformed_tower") + MALFORMED),
    ("refusal_unknown_kid_ns", |_| counted("unknown_kid_tower") + UNKNOWN_KID),
    ("fastest_peer_over_hit_10k", fastest_peer),
    ("slowest_during_fetch", |results| one_maximum(results, FETCHING)),
    ("slowest_under_flood", |results| one_maximum(results, FLOODED)),
];

const MANY_TOKENS: &str = "\
They are the same for one hot token, so the rest is waiting: 10,000 tokens, their claims and the requests do not fit into \
what of the processor's caches other machines on the same host leave. It varies with those by the hour: the program that had \
measured 0.076 here in the morning measured 0.095 and 0.089 in turn with that of today, which measured 0.094 and 0.095. \
Tried: what a hit is judged by moved into the thread's own handle, the rest of an entry ordered by use, smaller entries.";

const BAD_SIGNATURE: &str = "\
It is the difference of two times of some 14 µs, and in a noisy hour each of those varies by more than that from round to \
round, which is why its quartiles are so far apart: it says little then. What is done besides the check is what is done for a \
good token up to there, and the answer of a malformed one.";

const MALFORMED: &str = "\
About 2,200 are the layer and the answer, with its 6 allocations: two header fields, and the error in the response's \
extensions, where applications and logs find it. About 1,400 are the reading of the token's characters, to tell what is no \
token from one that is refused; 470 the look-up in the cache, 430 the search for periods, 370 the check that it is text, \
and 300 the finding of the header field and the credential in it. Tried: header fields rendered once, constants for their \
names, no copies, and a loop over the alphabet that becomes vector instructions. It was about 1,000 ns before that.";

const UNKNOWN_KID: &str = "\
About 2,400 are the layer and the answer, that of a malformed token with more to tell a log. 1,900 are the header's JSON, \
and 1,590 the base64 of all three parts; 620 are the look-up in the cache, 550 the check that the token is text, 550 the \
search for the key and what an operator is told of it, 400 the check of the payload's text and the search for the issuer's \
name in it, 330 the search for periods, and 300 the finding of the credential. Some 700 are between these steps. Claims are \
not read. It was 1,400 to 2,400 ns before what was tried for malformed tokens.";

/// A line for each promise that is short: by how much, and why.
pub(crate) fn lines(results: &Results) -> Vec<String> {
    let line = |promise: &Promise| {
        let (figure, Verdict::Short) = promise.judged(results) else { return None };
        let measured = figure?.median;
        let why = WHY.iter().find(|(row, _)| *row == promise.row).map(|(_, why)| format!(" {}", why(results)));
        Some(format!("- **{}**: {}.{}", promise.in_full(), promise.distance(measured), why.unwrap_or_default()))
    };
    PROMISES.iter().filter_map(line).collect()
}

/// How many instructions that path takes through the layer, by the file that every change is held to.
fn counted(path: &str) -> String {
    let known = Instructions::read().ok().and_then(|file| u32::try_from(file.of(path)?).ok());
    known.map_or_else(String::new, |counted| {
        let counted = number::grouped(counted.into());
        format!("Through tower's layer it takes {counted} instructions, as callgrind counts them. ")
    })
}

fn fastest_peer(results: &Results) -> String {
    let mut text =
        "In that process about twenty servers with 10,000 tokens each take turns, so that every hit finds its \
                    memory cold"
            .to_owned();
    let there = results.figure("peers", crate::peers::DECISIVE, "portcullis-axum, hit: added");
    let alone = results.figure("layer", "axum, RS256", "hit, all tokens: added");
    if let (Some(there), Some(alone)) = (there, alone) {
        text.push_str(&format!(
            ": it adds {} there, and {} in `layer`, where one server has the caches for itself",
            number::median(there),
            number::median(alone)
        ));
    }
    let hot = Peers::of(results).and_then(|peers| peers.closest_to_a_hit("RS256, one token"));
    if let Some(hot) = hot {
        text.push_str(&format!(". With one hot token the fastest peer takes {} times a hit", number::median(&hot)));
    }
    text + ". Tried: what a hit is judged by moved into the thread's own handle, the rest of an entry ordered by use, and \
            smaller entries."
}

/// What is beside the slowest request of all: where it was found, how slow one in a thousand was, and the same while
/// nothing else went on.
fn one_maximum(results: &Results, condition: &str) -> String {
    let most = slowest(results, condition);
    let found = tables(results).iter().find(|table| figure(table, condition, "100 %") == most.as_ref());
    let (Some(table), Some(most)) = (found, most) else { return String::new() };
    let of = |condition, what| figure(table, condition, what).map_or_else(|| "not measured".to_owned(), number::median);
    let mut text = format!(
        "This is one maximum, where {}; 99.9 % of the requests took no longer than {}.",
        table.name,
        of(condition, "99.9 %"),
    );
    if let Some(idle) = figure(table, IDLE, "100 %").filter(|idle| idle.median >= most.median) {
        text.push_str(&format!(
            " With nothing else going on the slowest was {} there, and 99.9 % took no longer than {}: the machine has two \
             cores and work that is not ours, its scheduler alone does as much, and a maximum does not say who did it.",
            number::median(idle),
            of(IDLE, "99.9 %"),
        ));
    }
    text + " Tried: only in the benchmark, where nothing is signed any more on the thread whose latency is measured."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    fn malformed(added: f64) -> Results {
        let table = invented::table("axum, RS256", &[], &[("malformed: added", "ns", added)]);
        Results::of([invented::report("layer", vec![table])])
    }

    #[test]
    fn whatever_is_explained_is_promised() {
        assert!(WHY.iter().all(|(row, _)| PROMISES.iter().any(|promise| promise.row == *row)));
    }

    #[test]
    fn only_what_is_short_is_explained_and_by_how_much_is_said() {
        assert_eq!(lines(&malformed(99.0)), Vec::<String>::new());
        let [line] = &lines(&malformed(334.0))[..] else { panic!("one line") };
        let start = "- **refusing a malformed token, added**: 334 ns, 3.34 times what it may be. Through tower's layer it takes ";
        let rest = line.strip_prefix(start).unwrap_or_else(|| panic!("{line}"));
        let counted = Instructions::read().unwrap().of("malformed_tower").unwrap();
        assert!(rest.replace(',', "").starts_with(&format!("{counted} instructions")), "{line}");
    }

    #[test]
    fn a_maximum_stands_beside_what_one_in_a_thousand_took_in_the_same_table() {
        let table = |name, slowest, most| {
            let rows = [
                ("keys are being fetched: 99.9 %", "ns", most),
                ("keys are being fetched: 100 %", "ns", slowest),
                ("idle: 99.9 %", "ns", 18e6),
                ("idle: 100 %", "ns", 28e6),
            ];
            invented::table(name, &rows, &[])
        };
        let report = invented::report("refresh", vec![table("a", 7e6, 3e5), table("b", 6e6, 1e5)]);
        let [line] = &lines(&Results::of([report]))[..] else { panic!("one line") };
        for said in ["7.00 ms, 1.40 times", "where a; 99.9 % of the requests took no longer than 300 µs", "28.0 ms"] {
            assert!(line.contains(said), "{said}: {line}");
        }
        let calm =
            invented::table("a", &[("keys are being fetched: 100 %", "ns", 7e6), ("idle: 100 %", "ns", 1e6)], &[]);
        let lines = lines(&Results::of([invented::report("refresh", vec![calm])]));
        assert!(!lines[0].contains("scheduler"), "{lines:?}");
    }
}
