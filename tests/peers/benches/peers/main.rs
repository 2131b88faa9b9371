//! Portcullis beside its peers, end to end, in process.
//!
//! ```sh
//! cargo bench --manifest-path tests/peers/Cargo.toml --bench peers
//! cargo bench --manifest-path tests/peers/Cargo.toml --bench peers -- --quick
//! ```
//!
//! It prints its tables, and at the end one of all figures in Markdown; `target/bench/peers.json` has them too.
//!
//! # What is measured
//!
//! Every server has one route, `GET /invoices`, whose handler takes the caller's claims, in its own type where the library
//! gives it one. It is asked as a router is: `app.clone().oneshot(request)`, with a request that is built for the occasion
//! from eight header fields, one of them the token. The same route without authentication is asked in the same way, with
//! the same tokens, and "added" is the difference, round by round. Peers are compared with the row of their framework: the
//! two versions of axum and actix-web have a route without authentication each.
//!
//! Tokens have the shape of RFC 9068, with 464 octets of claims. Keys are one of RSA with 2,048 bits and one of P-256,
//! served on the loopback, and every server fetches them from there. "One token" is the same for each request; "many" are
//! 10,000 (1,000 with `--quick`) in a random order, which is not the one in which a cache met them first. With one token a
//! processor learns the branches of P-256, and flatters whoever verifies it each time.
//!
//! All rows of a table are measured in one process on one core, in interleaved rounds. Allocations are those of Rust code,
//! counted by the program `allocations` of this package, which is run for it: what times does not count. AWS-LC and OpenSSL
//! allocate beside them.
//!
//! Refusals are of RS256 tokens, each in 64 variants. The slowest request while keys are refreshed is that of one client in
//! a loop, with a refresh each second from an endpoint that takes 300 ms, on whichever cores the system likes.
//!
//! # Who is measured, and how they are set
//!
//! Each peer is set to its fastest, and as it is shipped where that is something else; `src/servers` has a file for each.
//! A server is measured when it answers 200 to a good token, and something else to one with a bad signature, one that has
//! expired and one for another audience. One that is not measured is named with the reason.
//!
//! - None of the peers remembers tokens that it verified; their options were looked through for it.
//! - Only huskarl lets its users bring a verifier, and so keys that are parsed once: the one it has here is ours, on AWS-LC.
//! - `jsonwebtoken` 10 and 11 have both of their backends in this build, since two peers hard-wire one of them and Cargo
//!   has one build for all. Which one verifies is set before each sample (`src/provider.rs`), so that both settings of a
//!   peer are measured in one process. Version 9, below three others, has ring only.
//! - Checks differ a little. All look at the signature, `exp` and `aud`, and all but axum-keycloak-auth at `iss` and `nbf`;
//!   that one ignores `kid` as well, which is why an unknown one is no refusal there. huskarl, oauth-resource-server and
//!   portcullis also refuse critical header fields that they do not know.
//! - Handlers of portcullis ask for the one claim that callers do not know by themselves. Since other handlers take one type
//!   with all of them, there is a row for that, too.

mod refreshes;
mod refusals;
mod summary;
mod timing;

use std::collections::BTreeMap;
use std::error::Error;

use portcullis_benches::{Arguments, Cores, Report};
use portcullis_peers::servers::Alg;
use portcullis_peers::tokens::Issuers;
use portcullis_peers::{Checked, contestants, provider, versions_of};

/// Who is measured with tokens of one algorithm, and who is not, for which reason.
struct Field {
    alg: Alg,
    servers: Vec<Checked>,
    left_out: Vec<(&'static str, String)>,
}

impl Field {
    fn of(issuers: &Issuers, alg: Alg) -> Self {
        let (mut servers, mut left_out) = (Vec::new(), Vec::new());
        for contestant in contestants() {
            match contestant.checked(issuers, alg) {
                Ok(server) => servers.push(server),
                Err(reason) => left_out.push((contestant.name, reason)),
            }
        }
        Self { alg, servers, left_out }
    }
}

/// Those of this package's own lock file.
fn versions() -> BTreeMap<String, String> {
    let peers = contestants().into_iter().flat_map(|contestant| contestant.packages);
    let below = ["actix-web", "aws-lc-rs", "aws-lc-sys", "axum", "openssl", "ring", "rsa", "serde_json"];
    peers.chain(&below).map(|package| ((*package).to_owned(), versions_of(package).join(", "))).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read();
    provider::install();
    // Before anything is pinned, so that its thread may be on another core than the one that is measured.
    let issuers = Issuers::new();
    let allocations = summary::count_allocations()?;
    let refreshes = refreshes::measure(&issuers, &arguments);
    let fields = [Alg::Rs256, Alg::Es256].map(|alg| Field::of(&issuers, alg));
    for field in &fields {
        for (name, reason) in &field.left_out {
            println!("not measured with {}: {name}: {reason}", field.alg.name());
        }
    }
    let tokens = arguments.choose(1_000, 10_000);
    let asked = fields.map(|field| (timing::Asked::new(&issuers, &field, tokens), field));
    let mut report = Report::new("peers", &arguments, Cores::available().pin(0));
    report.machine.crates = versions();
    for contestant in contestants() {
        report.notes.insert(contestant.name.to_owned(), format!("{}; {}", contestant.versions(), contestant.setting));
    }
    for (name, reason) in asked.iter().flat_map(|(_, field)| &field.left_out) {
        report.notes.insert(format!("left out: {name}"), reason.to_string());
    }
    for (asked, field) in &asked {
        timing::measure(&issuers, field, asked, &arguments, &mut report);
    }
    let (_, rs256) = &asked[0];
    let statuses = refusals::measure(&issuers, rs256, &arguments, &mut report);
    report.add(allocations);
    report.tables.push(refreshes);
    report.write()?;
    summary::print(&report, &asked.map(|(_, field)| field), &statuses);
    Ok(())
}
