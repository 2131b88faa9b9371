//! Instructions per request, under callgrind: figures that do not depend on what else the machine does, so that a change
//! can be judged by them anywhere.
//!
//! Each path runs `n` and `2n` times in processes of their own, and the difference is divided by `n`, so that what
//! happens once cancels. Of a miss only what we add to the raw verification counts: valgrind does not know the
//! processor's SHA instructions, so the library below takes another way than it really does. Of a request through
//! tower, what the layer adds to a service that does nothing. Not in it: time, the processor's caches, other threads.
//!
//! Figures are compared with `instructions.tsv`: more than the tolerance above is a failure, and so is more than the
//! tolerance below, after which `--update` writes the file anew.

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io, process};

use http::StatusCode;
use portcullis::Algorithm;
use portcullis_benches::apps::{Bearer, tower};
use portcullis_benches::budget::{Counted, Instructions};
use portcullis_benches::{Arguments, Mint, Published, Rotation, Tokens, at_once, setting, take_apart, valgrind};
use serde::{Deserialize, Serialize};

/// What is counted: its name, the path, the path it is counted without, and how often `n` is.
const COUNTED: [(&str, &str, &str, u64); 9] = [
    ("miss_rs256_added", "miss RS256", "raw RS256", 32),
    ("miss_es256_added", "miss ES256", "raw ES256", 16),
    ("miss_ed25519_added", "miss EdDSA", "raw EdDSA", 16),
    ("hit_core", "core good", "", 1000),
    ("hit_tower", "tower good", "bare good", 1000),
    ("malformed_core", "core malformed", "", 1000),
    ("malformed_tower", "tower malformed", "bare malformed", 1000),
    ("unknown_kid_core", "core unknown", "", 1000),
    ("unknown_kid_tower", "tower unknown", "bare unknown", 1000),
];

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::read();
    if let [word, path, n, scene] = &*arguments.own
        && word == "--count"
    {
        let scene: Scene = serde_json::from_slice(&fs::read(scene)?)?;
        let mut step = scene.path(path);
        (0..n.parse().expect("a number")).for_each(|_| step());
        return Ok(ExitCode::SUCCESS);
    }
    if !valgrind::is_installed() {
        println!("instructions: NOT COUNTED, there is no valgrind here");
        return Ok(ExitCode::SUCCESS);
    }
    let directory = env::temp_dir().join(format!("portcullis-instructions-{}", process::id()));
    fs::create_dir_all(&directory)?;
    let counted = count(&directory);
    fs::remove_dir_all(&directory)?;
    Instructions::read()?.judge(&counted?, arguments.has("--update"))
}

fn count(directory: &Path) -> io::Result<Vec<Counted>> {
    let scene = directory.join("scene.json");
    fs::write(&scene, serde_json::to_vec(&Scene::new())?)?;
    let run = |path: &str, n: u64| {
        valgrind::instructions(&["--count", path, &n.to_string(), &scene.to_string_lossy()], directory)
    };
    let once = |path: &str, n: u64| match path {
        "" => Ok(0),
        path => Ok::<u64, io::Error>(run(path, 2 * n)?.saturating_sub(run(path, n)?) / n),
    };
    let counted = COUNTED.into_iter().map(|(name, with, without, n)| {
        Ok(Counted { name: name.to_owned(), instructions: once(with, n)?.saturating_sub(once(without, n)?) })
    });
    counted.collect()
}

/// What a counted process needs. Made by the one that counts: to make a key takes a different number of instructions
/// each time.
#[derive(Serialize, Deserialize)]
struct Scene {
    issuers: Vec<Published>,
    /// Eight of each issuer.
    tokens: Vec<Vec<String>>,
    malformed: String,
    unknown_kid: String,
}

impl Scene {
    fn new() -> Self {
        let mints = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA].map(Mint::new);
        let Tokens { malformed, unknown_kid, .. } = Tokens::new(&mints[0], 1);
        Self {
            issuers: mints.iter().map(|mint| mint.published().clone()).collect(),
            tokens: mints.iter().map(|mint| mint.tokens(8)).collect(),
            malformed: malformed.concat(),
            unknown_kid: unknown_kid.concat(),
        }
    }

    /// One step along that path. What is more than a step is done here.
    fn path<'a>(&'a self, path: &str) -> Box<dyn FnMut() + 'a> {
        let (kind, what) = path.split_once(' ').expect("two words");
        let index = self.issuers.iter().position(|issuer| issuer.algorithm().name() == what).unwrap_or(0);
        let (issuer, tokens) = (&self.issuers[index], &self.tokens[index]);
        let (token, status) = match what {
            "malformed" => (&self.malformed, StatusCode::UNAUTHORIZED),
            "unknown" => (&self.unknown_kid, StatusCode::UNAUTHORIZED),
            _ => (&tokens[0], StatusCode::OK),
        };
        let bearer = Bearer::new(token);
        match kind {
            "raw" => {
                let raw = issuer.raw();
                let mut parts = Rotation::in_order(tokens.iter().map(|token| take_apart(token)).collect());
                Box::new(move || {
                    let (input, signature) = parts.turn();
                    assert!(raw.verify(input.as_bytes(), signature));
                })
            }
            "miss" => {
                let auth = setting::without_cache(issuer);
                let mut tokens = Rotation::in_order(tokens.iter().collect());
                Box::new(move || assert!(setting::admits(&auth, tokens.turn())))
            }
            "core" => {
                let auth = setting::with_cache(issuer, 10_000);
                Box::new(move || assert_eq!(setting::admits(&auth, black_box(token)), status == StatusCode::OK))
            }
            "bare" => {
                let app = tower::bare();
                Box::new(move || assert_eq!(at_once(app(&bearer)), StatusCode::OK))
            }
            "tower" => {
                let app = tower::protected(setting::with_cache(issuer, 10_000));
                Box::new(move || assert_eq!(at_once(app(&bearer)), status))
            }
            _ => panic!("no path {path:?}"),
        }
    }
}
