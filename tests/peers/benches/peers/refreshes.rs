//! What a client notices of a refresh.

use std::time::{Duration, Instant};

use portcullis_benches::Arguments;
use portcullis_benches::report::{Figure, Results};
use portcullis_peers::contestants;
use portcullis_peers::servers::Alg;
use portcullis_peers::tokens::Issuers;

/// The table's name.
pub(crate) const TABLE: &str = "slowest request while keys are refreshed";

const EVERY: Duration = Duration::from_secs(1);
const ANSWERED_AFTER: Duration = Duration::from_millis(300);

/// One client, one good RS256 token, keys refreshed every second, and an endpoint that takes its time.
///
/// Nothing is pinned: a server may refresh on another core, as it would.
pub(crate) fn measure(issuers: &Issuers, arguments: &Arguments) -> Results {
    println!("\n## {TABLE}\n\nEvery {EVERY:?}, from an endpoint that takes {ANSWERED_AFTER:?}.\n");
    let time = arguments.choose(Duration::from_millis(1_500), Duration::from_secs(6));
    let mut rows = Vec::new();
    // Where a peer has two settings, they differ in cryptography.
    for contestant in contestants().into_iter().filter(|one| one.ours || !one.name.ends_with("as shipped")) {
        let server = match contestant.refreshing(issuers, EVERY) {
            Ok(server) => server,
            Err(reason) => {
                println!("{}: not measured: it refreshes {reason}", contestant.name);
                continue;
            }
        };
        issuers.keys().delay(ANSWERED_AFTER);
        let good = &issuers.good(Alg::Rs256, contestant.shape, 1)[0];
        let (start, fetches) = (Instant::now(), issuers.keys().answered());
        let (mut slowest, mut slow, mut asked) = (Duration::ZERO, 0, 0);
        while start.elapsed() < time {
            let sent = Instant::now();
            assert_eq!(server.status(good), 200, "{}: a good token was refused", contestant.name);
            let took = sent.elapsed();
            slowest = slowest.max(took);
            slow += u32::from(took > Duration::from_millis(50));
            asked += 1;
        }
        issuers.keys().delay(Duration::ZERO);
        let fetches = issuers.keys().answered() - fetches;
        println!("{}: {slowest:?}; {slow} of {asked} over 50 ms, {fetches} refreshes", contestant.name);
        rows.push(Figure::counted(contestant.name, "ns", slowest.as_secs_f64() * 1e9, asked));
    }
    Results { name: TABLE.to_owned(), rows, derived: Vec::new() }
}
