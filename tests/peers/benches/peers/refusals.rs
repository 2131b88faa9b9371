//! Bad tokens.

use std::collections::BTreeMap;
use std::hint::black_box;

use portcullis_benches::{Arguments, Report, Table};
use portcullis_peers::Framework;
use portcullis_peers::tokens::{Bad, Issuers, Shape};

use crate::Field;
use crate::timing::{RAW, added, parts, wide};

/// Enough that no cache of refusals could hide what one costs, and few enough to be quick.
const DISTINCT: usize = 64;

/// What each server answers to what.
pub(crate) type Statuses = BTreeMap<(&'static str, &'static str), u16>;

/// The table's name.
pub(crate) fn table(bad: Bad) -> String {
    format!("refusals: {}", bad.name())
}

/// Times and statuses.
pub(crate) fn measure(issuers: &Issuers, field: &Field, arguments: &Arguments, report: &mut Report) -> Statuses {
    let mut statuses = Statuses::new();
    for bad in Bad::TIMED {
        let usual = issuers.bad(field.alg, Shape::Rfc9068, bad, DISTINCT);
        let requests: Vec<_> =
            field.servers.iter().map(|server| issuers.bad(field.alg, server.contestant.shape, bad, DISTINCT)).collect();
        let mut measured = Table::new(table(bad));
        for framework in Framework::ALL {
            let open = framework.build();
            let mut turn = usual.iter().cycle();
            let run = move |n: u64| {
                black_box(open.ask(&mut turn.by_ref().take(wide(n))));
            };
            measured.row(framework.open(), run);
        }
        for (server, requests) in field.servers.iter().zip(&requests) {
            statuses.insert((server.contestant.name, bad.name()), server.status(&requests[0]));
            let mut turn = requests.iter().cycle();
            measured.row(server.contestant.name, move |n| {
                black_box(server.ask(&mut turn.by_ref().take(wide(n))));
            });
        }
        if bad == Bad::Signature {
            let key = issuers.mint(field.alg).published().raw();
            let (input, signature) = parts(&usual[0]);
            measured.row(RAW, move |n| (0..n).for_each(|_| assert!(!black_box(key.verify(&input, &signature)))));
        }
        let fetched = issuers.keys().answered();
        let mut samples = measured.measure(arguments);
        for server in &field.servers {
            samples.added(&added(server.contestant.name), server.contestant.name, server.contestant.framework.open());
        }
        report.add(samples.results());
        println!("the key set was asked for {} times meanwhile", issuers.keys().answered() - fetched);
    }
    statuses
}
