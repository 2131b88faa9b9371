//! One table: the conditions in turn, round after round.

use std::sync::Arc;
use std::time::Duration;

use hdrhistogram::Histogram;
use portcullis_benches::Cores;
use portcullis_benches::report::{Figure, Results};
use tokio::runtime::{Builder, Handle, Runtime};

use crate::condition::Condition;
use crate::flood::Flood;
use crate::placement::Placement;
use crate::probe::{self, probe};
use crate::scene::{FETCH, Scene};

/// Different tokens of known callers.
const CALLERS: usize = 1000;

/// The percentiles that are kept.
const PERCENTILES: [f64; 9] = [0.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99, 99.999, 100.0];

/// What one condition has shown.
struct Tally {
    latencies: Histogram<u64>,
    /// The slowest request of each phase, in nanoseconds.
    slowest: Vec<f64>,
    fetches: usize,
    /// Tokens that were verified and then kept: none, once all are.
    verified: u64,
    flood: Flood,
}

/// Measures all conditions in that many rounds.
pub(crate) fn measure(
    placement: Placement,
    cached_tokens: usize,
    rounds: usize,
    phase: Duration,
    cores: &Cores,
) -> Results {
    let here = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let elsewhere = background(cores);
    let background = match placement {
        Placement::Apart => elsewhere.handle(),
        Placement::Together => here.handle(),
    };
    let tallies = here.block_on(all_phases(placement, cached_tokens, rounds, phase, background));
    let cache = if cached_tokens == 0 { "every token is verified" } else { "tokens are cached" };
    Results {
        name: format!("{cache}, background work on {}", placement.name()),
        rows: Condition::ALL.into_iter().zip(&tallies).flat_map(|(condition, tally)| tally.rows(condition)).collect(),
        derived: Condition::ALL.into_iter().zip(&tallies).flat_map(|(at, tally)| tally.counts(at, phase)).collect(),
    }
}

/// A runtime on a thread and core of its own.
fn background(cores: &Cores) -> Runtime {
    let cores = cores.clone();
    let start = move || {
        // Where there is one core only, both are on it, and the figures show that.
        let _ = cores.pin(1);
    };
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().on_thread_start(start).build().expect("a runtime")
}

async fn all_phases(
    placement: Placement,
    cached_tokens: usize,
    rounds: usize,
    phase: Duration,
    background: &Handle,
) -> Vec<Tally> {
    let scene = background.spawn(Scene::new(cached_tokens, CALLERS)).await.expect("a scene is set without a panic");
    let scene = Arc::new(scene);
    // Warms up; with a cache, every caller is in it from here on.
    probe(&scene, placement, phase / 2, &mut probe::histogram()).await;
    let mut tallies: Vec<Tally> = Condition::ALL.iter().map(|_| Tally::new()).collect();
    for round in 0..rounds {
        for step in 0..Condition::ALL.len() {
            let index = (round + step) % Condition::ALL.len();
            tallies[index].add(Condition::ALL[index], &scene, placement, phase, background).await;
        }
    }
    tallies
}

impl Tally {
    fn new() -> Self {
        Self { latencies: probe::histogram(), slowest: Vec::new(), fetches: 0, verified: 0, flood: Flood::default() }
    }

    /// One phase.
    async fn add(&mut self, at: Condition, scene: &Arc<Scene>, placement: Placement, phase: Duration, there: &Handle) {
        let mut latencies = probe::histogram();
        let (fetches, verified) = (scene.fetches(), scene.auth.cache_status().misses);
        let disturbance = at.begin(scene, there);
        probe(scene, placement, phase, &mut latencies).await;
        self.flood += disturbance.end().await;
        self.fetches += scene.fetches() - fetches;
        self.verified += scene.auth.cache_status().misses - verified;
        self.slowest.push(latencies.max() as f64);
        self.latencies += latencies;
    }

    fn rows(&self, at: Condition) -> Vec<Figure> {
        let name = |what: &str| format!("{}: {what}", at.name());
        let requests = self.latencies.len();
        let mut rows: Vec<Figure> = PERCENTILES
            .iter()
            // Where a thousandth of a per cent is less than a request, it says nothing.
            .filter(|share| **share >= 100.0 || requests as f64 * (1.0 - **share / 100.0) >= 1.0)
            .map(|share| {
                let latency = self.latencies.value_at_quantile(share / 100.0) as f64;
                Figure::counted(name(&format!("{share} %")), "ns", latency, requests)
            })
            .collect();
        rows.push(Figure::of(name("slowest of a phase"), "ns", &self.slowest, requests / self.slowest.len() as u64));
        rows
    }

    fn counts(&self, at: Condition, phase: Duration) -> Vec<Figure> {
        let count = |what: &str, unit, value| Figure::counted(format!("{}: {what}", at.name()), unit, value, 1);
        let mut counts = vec![
            count("measured", "s", phase.as_secs_f64() * self.slowest.len() as f64),
            count("key fetches", "fetches", self.fetches as f64),
            count("verified and cached", "tokens", self.verified as f64),
        ];
        match at {
            Condition::Idle => {}
            Condition::Fetching => counts.push(count("time of a fetch", "ms", FETCH.as_secs_f64() * 1e3)),
            Condition::Flooded => counts.extend([
                count("invented kids", "tokens", self.flood.sent as f64),
                count("answered 401", "tokens", self.flood.refused as f64),
                count("answered 503", "tokens", self.flood.unavailable as f64),
            ]),
        }
        counts
    }
}
