//! Counts what the benchmark does not: allocations for one request of each server. Run by `--bench peers`, which reads
//! what it prints: by lines, the row's name, a tab, and a number.

use portcullis_peers::servers::Alg;
use portcullis_peers::tokens::{Issuers, Shape};
use portcullis_peers::{Framework, Request, contestants, provider};

const REQUESTS: u32 = 200;

fn main() {
    provider::install();
    let issuers = Issuers::new();
    for alg in [Alg::Rs256, Alg::Es256] {
        let good = issuers.good(alg, Shape::Rfc9068, 1);
        for framework in Framework::ALL {
            let open = framework.build();
            print(alg, framework.open(), &good[0], |requests| open.ask(requests));
        }
        for contestant in contestants() {
            let server = match contestant.checked(&issuers, alg) {
                Ok(server) => server,
                Err(reason) => {
                    eprintln!("{alg:?} {}: {reason}", contestant.name);
                    continue;
                }
            };
            let good = issuers.good(alg, contestant.shape, 1);
            print(alg, contestant.name, &good[0], |requests| server.ask(requests));
        }
    }
}

/// Once to have everything there, and then those that count.
fn print(alg: Alg, name: &str, good: &Request, ask: impl Fn(&mut dyn Iterator<Item = &Request>) -> usize) {
    let requests = usize::try_from(REQUESTS).expect("a few");
    let asked = || assert_eq!(ask(&mut std::iter::repeat_n(good, requests)), requests, "{name}");
    asked();
    let counted = allocation_counter::measure(asked).count_total;
    let counted = u32::try_from(counted).expect("not thousands of millions");
    println!("{alg:?} {name}\t{:.2}", f64::from(counted) / f64::from(REQUESTS));
}
