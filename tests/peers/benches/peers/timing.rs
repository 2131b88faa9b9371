//! Good tokens.

use std::hint::black_box;

use portcullis_benches::{Arguments, Report, Table, take_apart};
use portcullis_peers::tokens::{Issuers, Shape};
use portcullis_peers::{Framework, Request};

use crate::Field;

/// The row of the signature check alone, on a parsed key.
pub(crate) const RAW: &str = "signature alone, aws-lc-rs";

/// What servers are asked with: in the order in which they were signed, and as they are asked for.
pub(crate) struct Asked {
    usual: Shuffled,
    keycloak: Shuffled,
}

struct Shuffled {
    signed: Vec<Request>,
    asked: Vec<Request>,
}

impl Shuffled {
    fn new(signed: Vec<Request>) -> Self {
        let mut asked = signed.clone();
        fastrand::Rng::with_seed(7).shuffle(&mut asked);
        Self { signed, asked }
    }
}

impl Asked {
    pub(crate) fn new(issuers: &Issuers, field: &Field, count: usize) -> Self {
        let of = |shape| Shuffled::new(issuers.good(field.alg, shape, count));
        Self { usual: of(Shape::Rfc9068), keycloak: of(Shape::Keycloak) }
    }

    fn of(&self, shape: Shape) -> &Shuffled {
        match shape {
            Shape::Rfc9068 => &self.usual,
            Shape::Keycloak => &self.keycloak,
        }
    }
}

/// The table's name.
pub(crate) fn table(field: &Field, many: bool) -> String {
    format!("{}, {}", field.alg.name(), if many { "many tokens" } else { "one token" })
}

/// What a row's "added" is called.
pub(crate) fn added(name: &str) -> String {
    format!("{name}: added")
}

/// One token, and then all.
pub(crate) fn measure(issuers: &Issuers, field: &Field, asked: &Asked, arguments: &Arguments, report: &mut Report) {
    for many in [false, true] {
        let slice = |shape| if many { &asked.of(shape).asked[..] } else { &asked.of(shape).asked[..1] };
        let key = issuers.mint(field.alg).published().raw();
        let parts: Vec<_> = slice(Shape::Rfc9068).iter().map(parts).collect();
        let mut measured = Table::new(table(field, many));
        let mut turn = parts.iter().cycle();
        measured.row(RAW, move |n| {
            for _ in 0..n {
                let (input, signature) = turn.next().expect("it does not end");
                assert!(black_box(key.verify(input, signature)));
            }
        });
        for framework in Framework::ALL {
            let open = framework.build();
            let mut turn = slice(Shape::Rfc9068).iter().cycle();
            measured.row(framework.open(), move |n| all_good(n, open.ask(&mut turn.by_ref().take(wide(n)))));
        }
        for server in &field.servers {
            let shape = server.contestant.shape;
            // A cache meets them in another order than the one in which it is asked.
            server.ask(&mut asked.of(shape).signed.iter());
            let mut turn = slice(shape).iter().cycle();
            let ask = move |n| all_good(n, server.ask(&mut turn.by_ref().take(wide(n))));
            measured.row(server.contestant.name, ask);
        }
        let mut samples = measured.measure(arguments);
        for server in &field.servers {
            let (name, open) = (server.contestant.name, server.contestant.framework.open());
            samples.added(&added(name), name, open);
            samples.derive(&format!("{name}: added, over the signature"), "ratio", |round| {
                (round.time(name) - round.time(open)) / round.time(RAW)
            });
            for ours in field.servers.iter().filter(|ours| ours.contestant.ours && !server.contestant.ours) {
                let (ours, our_open) = (ours.contestant, ours.contestant.framework.open());
                if ours.framework.family() == server.contestant.framework.family() {
                    samples.derive(&format!("{name}: added, over {}", ours.name), "ratio", |round| {
                        (round.time(name) - round.time(open)) / (round.time(ours.name) - round.time(our_open))
                    });
                }
            }
        }
        report.add(samples.results());
    }
}

pub(crate) fn wide(n: u64) -> usize {
    usize::try_from(n).expect("a sample is short")
}

fn all_good(n: u64, good: usize) {
    assert_eq!(wide(n), good, "a good token was refused");
}

pub(crate) fn parts(request: &Request) -> (Vec<u8>, Vec<u8>) {
    let value = request.to_str().expect("tokens are text");
    let (input, signature) = take_apart(value.strip_prefix("Bearer ").expect("it is one"));
    (input.as_bytes().to_vec(), signature)
}
