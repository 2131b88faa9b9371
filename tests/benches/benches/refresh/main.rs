//! How long requests with a known key take while keys are fetched, and under a flood of invented `kid`s.
//!
//! `cargo bench -p portcullis-benches --bench refresh`, `-- --quick` for a short run.
//!
//! The conditions take turns in short phases, so that what the machine does beside them meets all alike: a virtual
//! machine is now and then not run for milliseconds, and that is in the slowest requests of every condition, idle too.

mod condition;
mod flood;
mod phases;
mod placement;
mod probe;
mod scene;

use std::time::{Duration, Instant};

use portcullis::defaults;
use portcullis_benches::{Arguments, Cores, Report};

use condition::Condition;
use placement::Placement;

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    // Long enough for some fetches of 300 ms.
    let phase = Duration::from_secs(1);
    let rounds = arguments.choose(2, arguments.rounds.min(10));
    let cores = Cores::available();
    let pinned = cores.pin(0);

    let began = Instant::now();
    let mut report = Report::new("refresh", &arguments, pinned);
    for placement in Placement::ALL {
        for cached_tokens in [0, defaults::CACHED_TOKENS] {
            report.add(phases::measure(placement, cached_tokens, rounds, phase, &cores));
        }
    }
    println!(
        "\n{} requests a second; {rounds} phases of {} s of each of {} conditions in each table, {:.0} s in all.\n\
         The machine's scheduling noise is in these figures: what idle requests show, no library can better.",
        probe::PER_SECOND,
        phase.as_secs(),
        Condition::ALL.len(),
        began.elapsed().as_secs_f64(),
    );
    report.write()
}
