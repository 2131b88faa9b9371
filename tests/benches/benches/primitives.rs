//! What the library adds to a signature check when nothing is cached, and what `jsonwebtoken` adds.
//!
//! For each algorithm: the raw verification of aws-lc-rs with a parsed key, over a signing input whose signature is
//! decoded already; `Authenticator::verify` with the cache off; `decode_header` and `decode` into an owned struct. Each
//! goes through the same distinct tokens, since a branch predictor learns a token that is repeated and makes ES256
//! look a tenth faster. Not in it: a framework, a cache, the network, the decoding of claims into a type of the
//! application's by us (a handler's extractor does that; `layer` has it).

use std::hint::black_box;

use portcullis::Algorithm;
use portcullis_benches::{Arguments, Cores, Mint, Peer, Report, Rotation, Table, setting, take_apart};

const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::ES512,
    Algorithm::EdDSA,
    Algorithm::HS256,
];

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let cores = Cores::available();
    let mut report = Report::new("primitives", &arguments, cores.pin(0));
    for algorithm in ALGORITHMS {
        measure(algorithm, &arguments, &mut report);
    }
    report.write()
}

fn measure(algorithm: Algorithm, arguments: &Arguments, report: &mut Report) {
    let mint = Mint::new(algorithm);
    let tokens = mint.tokens(arguments.choose(500, 5_000));
    let mut table = Table::new(algorithm.name());

    let raw = mint.published().raw();
    let mut parts = Rotation::in_order(tokens.iter().map(|token| take_apart(token)).collect());
    table.row("raw", move |n| {
        for _ in 0..n {
            let (input, signature) = parts.turn();
            assert!(raw.verify(black_box(input.as_bytes()), signature));
        }
    });
    let auth = setting::without_cache(mint.published());
    let in_turn = Rotation::in_order(tokens.iter().map(String::as_str).collect());
    let mut tokens = in_turn.clone();
    table.row("portcullis, miss", move |n| {
        for _ in 0..n {
            assert!(setting::admits(&auth, black_box(tokens.turn())));
        }
    });
    let peer = Peer::trusting(mint.published());
    let has_peer = peer.is_some();
    if let Some(peer) = peer {
        let mut tokens = in_turn;
        table.row("jsonwebtoken", move |n| {
            for _ in 0..n {
                assert!(peer.verify(black_box(tokens.turn())).is_some());
            }
        });
    }

    let mut samples = table.measure(arguments);
    samples.ratio("miss over raw", "portcullis, miss", "raw");
    samples.added("added to raw", "portcullis, miss", "raw");
    if has_peer {
        samples.ratio("miss over jsonwebtoken", "portcullis, miss", "jsonwebtoken");
        samples.ratio("jsonwebtoken over raw", "jsonwebtoken", "raw");
    }
    report.add(samples.results());
}
