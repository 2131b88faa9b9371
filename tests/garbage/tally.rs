//! What was answered, and whether it was right.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::time::Duration;

use crate::request::{After, Request};
use crate::server::Framework;

/// Failures that are shown; all are counted.
const SHOWN: usize = 10;

/// With fewer requests, memory has not settled after a tenth of them.
const ENOUGH_FOR_MEMORY: u64 = 100_000;

#[derive(Default)]
pub(crate) struct Tally {
    server: &'static str,
    requests: u64,
    by_status: BTreeMap<u16, u64>,
    by_kind: BTreeMap<&'static str, u64>,
    unanswered: u64,
    right: u64,
    failed: u64,
    failures: Vec<String>,
    took: Duration,
    fetches: usize,
    discoveries: usize,
    resident_kib: [Option<u64>; 2],
}

impl Tally {
    pub(crate) fn add(&mut self, batch: &[Request], statuses: &[u16]) {
        self.requests += batch.len() as u64;
        for (at, request) in batch.iter().enumerate() {
            *self.by_kind.entry(request.kind).or_default() += 1;
            let Some(status) = statuses.get(at) else {
                // Only where the connection may end without one.
                self.unanswered += 1;
                self.check(request.after != After::Open, || format!("no answer to {}", shown(request)));
                continue;
            };
            *self.by_status.entry(*status).or_default() += 1;
            self.check(request.expected.contains(status), || format!("{status} for {}", shown(request)));
        }
    }

    /// The connection failed where it must not.
    pub(crate) fn lost(&mut self, batch: &[Request], error: &io::Error) {
        self.requests += batch.len() as u64;
        let batch: Vec<String> = batch.iter().map(shown).collect();
        self.check(false, || format!("the connection failed: {error}; sent: {}", batch.join("; ")));
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        for (status, count) in other.by_status {
            *self.by_status.entry(status).or_default() += count;
        }
        for (kind, count) in other.by_kind {
            *self.by_kind.entry(kind).or_default() += count;
        }
        self.unanswered += other.unanswered;
        self.right += other.right;
        self.failed += other.failed;
        self.failures.extend(other.failures);
        self.failures.truncate(SHOWN);
    }

    /// The run was not given up.
    pub(crate) fn all_sent(&mut self, wanted: u64) {
        let sent = self.requests;
        self.check(sent >= wanted, || format!("only {sent} of {wanted} requests were sent"));
    }

    pub(crate) fn after_a_tenth(&mut self, resident_kib: Option<u64>) {
        self.resident_kib[0] = resident_kib;
    }

    pub(crate) fn took(&mut self, framework: Framework, took: Duration) {
        self.server = framework.name();
        self.took = took;
    }

    /// One fetch for a start, one in thirty seconds for unknown names, one more for names that come back, and the
    /// periodic ones.
    pub(crate) fn asked(&mut self, fetches: usize, discoveries: usize) {
        (self.fetches, self.discoveries) = (fetches, discoveries);
        let intervals = 1 + self.took.as_secs() as usize / 30;
        let allowed = 1 + 2 * intervals + self.took.as_secs() as usize / 300;
        self.check(fetches <= allowed, || format!("{fetches} fetches of the key set, at most {allowed} are due"));
        self.check(fetches >= 2, || "no unknown name was asked for: nothing was tried".to_owned());
        self.check(discoveries <= allowed, || format!("{discoveries} discoveries, at most {allowed} are due"));
    }

    /// Within a tenth of what it was after a tenth of the requests.
    pub(crate) fn at_the_end(&mut self, resident_kib: Option<u64>) {
        self.resident_kib[1] = resident_kib;
        if let [Some(first), Some(last)] = self.resident_kib
            && self.requests >= ENOUGH_FOR_MEMORY
        {
            self.check(last * 10 <= first * 11, || format!("memory grew from {first} KiB to {last} KiB"));
        }
    }

    pub(crate) fn ended(&mut self, panics: Result<u64, String>) {
        self.check(panics == Ok(0), || format!("panics: {panics:?}"));
        let good = self.by_kind.get("a good token").copied().unwrap_or(0);
        self.check(good * 10 > self.requests, || format!("only {good} good tokens among them"));
    }

    fn check(&mut self, holds: bool, why: impl FnOnce() -> String) {
        if holds {
            self.right += 1;
        } else {
            self.failed += 1;
            if self.failures.len() < SHOWN {
                self.failures.push(why());
            }
        }
    }

    pub(crate) fn passed(&self) -> u64 {
        self.right
    }

    pub(crate) fn failed(&self) -> u64 {
        self.failed
    }
}

/// Kind and beginning of a request.
fn shown(request: &Request) -> String {
    let start = &request.octets[..request.octets.len().min(1500)];
    format!("{}, expected {:?}: {}", request.kind, request.expected, start.escape_ascii())
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} requests in {:.1} s", self.server, self.requests, self.took.as_secs_f64())?;
        for (status, count) in &self.by_status {
            writeln!(f, "  {count:>8} answered {status}")?;
        }
        writeln!(f, "  {:>8} not answered, on connections that were to be closed", self.unanswered)?;
        for (kind, count) in &self.by_kind {
            writeln!(f, "  {count:>8} {kind}")?;
        }
        writeln!(f, "  fetches: {} of the key set, {} of the metadata", self.fetches, self.discoveries)?;
        let memory = |kib: Option<u64>| kib.map_or("unknown".to_owned(), |kib| format!("{kib} KiB"));
        let [first, last] = self.resident_kib.map(memory);
        writeln!(f, "  resident: {first} after a tenth of the requests, {last} at the end")?;
        self.failures.iter().try_for_each(|failure| writeln!(f, "FAILED {failure}"))
    }
}
