//! The rounds, and what follows from them.

use std::io;
use std::time::Duration;

use portcullis_benches::report::{Figure, Results};

use crate::load::{Generator, Order};
use crate::server::Servers;
use crate::subjects::Subject;

/// One subject in one round.
#[derive(Debug, Clone, Copy)]
struct Sample {
    per_second: f64,
    /// The server's processor time, in nanoseconds a request.
    cost: f64,
    /// The share of the time that the server's thread was on a processor.
    server_busy: f64,
    /// The same of the load's.
    load_busy: f64,
}

/// Picks a number.
type Value = fn(&Sample) -> f64;

/// All subjects in all rounds, by subject.
pub(crate) struct Rounds {
    samples: Vec<Vec<Sample>>,
}

impl Rounds {
    /// Measures. Every round begins with another subject, so that none always follows the same one.
    pub(crate) fn run(
        subjects: &[Subject],
        servers: &Servers,
        load: &mut Generator,
        rounds: usize,
        time: Duration,
    ) -> io::Result<Self> {
        let mut samples = vec![Vec::with_capacity(rounds); subjects.len()];
        let mut sample = |index: usize, time| {
            let order = Order { address: servers.addresses[index], tokens: subjects[index].tokens, time };
            Sample::take(order, servers, load)
        };
        for index in 0..subjects.len() {
            // Warms up; at a tenth of the slowest rate that was ever seen, every token is sent.
            sample(index, time.max(Duration::from_secs(1)))?;
        }
        for round in 0..rounds {
            for step in 0..subjects.len() {
                let index = (round + step) % subjects.len();
                samples[index].push(sample(index, time)?);
            }
        }
        Ok(Self { samples })
    }

    /// Requests a second, and their ratios to the server without auth.
    pub(crate) fn throughput(&self, subjects: &[Subject]) -> Results {
        let rate: Value = |sample| sample.per_second;
        let name = |subject: &Subject| format!("{} over {}", subject.name, subject.baseline);
        Results {
            name: "throughput".into(),
            rows: self.figures(subjects, "requests/s", rate),
            derived: self.over_baselines(subjects, name, rate),
        }
    }

    /// What a request costs the server, whoever sets the pace; and what shows who set it.
    pub(crate) fn processors(&self, subjects: &[Subject]) -> Vec<Results> {
        let table = |name: &str, unit, value, derived| {
            let rows = self.figures(subjects, unit, value);
            Results { name: name.into(), rows, derived }
        };
        let cost: Value = |sample| sample.cost;
        let over = self.over_baselines(subjects, |subject| format!("{}, over no auth", subject.name), cost);
        vec![
            table("processor time of the server for a request", "ns", cost, over),
            table("share of its core that the server used", "ratio", |sample| sample.server_busy, Vec::new()),
            table("share of its core that the load used", "ratio", |sample| sample.load_busy, Vec::new()),
        ]
    }

    /// The ratio of each server with auth to the one without, round by round.
    fn over_baselines(&self, subjects: &[Subject], name: impl Fn(&Subject) -> String, value: Value) -> Vec<Figure> {
        let guarded = subjects.iter().enumerate().filter(|(_, subject)| subject.baseline != subject.name);
        let ratio = |(index, subject): (usize, &Subject)| {
            let baseline = subjects.iter().position(|other| other.name == subject.baseline);
            let baseline = self.values(baseline.expect("every baseline is a subject"), value);
            let with = self.values(index, value);
            let ratios: Vec<f64> = with.iter().zip(&baseline).map(|(with, without)| with / without).collect();
            Figure::of(name(subject), "ratio", &ratios, 1)
        };
        guarded.map(ratio).collect()
    }

    fn figures(&self, subjects: &[Subject], unit: &str, value: Value) -> Vec<Figure> {
        let figure =
            |(index, subject): (usize, &Subject)| Figure::of(subject.name, unit, &self.values(index, value), 1);
        subjects.iter().enumerate().map(figure).collect()
    }

    fn values(&self, index: usize, value: Value) -> Vec<f64> {
        self.samples[index].iter().map(value).collect()
    }
}

impl Sample {
    fn take(order: Order, servers: &Servers, load: &mut Generator) -> io::Result<Self> {
        let before = servers.clock.now()?;
        let round = load.run(order)?;
        let busy = servers.clock.now()? - before;
        let requests = round.requests as f64;
        Ok(Self {
            per_second: requests / round.elapsed.as_secs_f64(),
            cost: busy.as_secs_f64() * 1e9 / requests,
            server_busy: busy.as_secs_f64() / round.elapsed.as_secs_f64(),
            load_busy: round.busy.as_secs_f64() / round.elapsed.as_secs_f64(),
        })
    }
}
