//! The harness: all rows of a table in one process, in interleaved rounds.

use std::time::{Duration, Instant};

use crate::Arguments;
use crate::report::{Figure, Results};

/// Rows that are measured together, so that they may be compared.
///
/// In each round every row has one sample, as long as [`Arguments::sample`] says, and each round begins with another
/// row: what disturbs the machine for a while disturbs all rows alike.
///
/// ```
/// use portcullis_benches::{Arguments, Table};
///
/// let mut arguments = Arguments::read();
/// # arguments.rounds = 3;
/// # arguments.sample = std::time::Duration::from_micros(50);
/// let mut table = Table::new("sums");
/// table.row("of three", |n| (0..n).for_each(|i| drop(std::hint::black_box(i + 1 + 2))));
/// table.row("of two", |n| (0..n).for_each(|i| drop(std::hint::black_box(i + 1))));
/// let mut samples = table.measure(&arguments);
/// samples.ratio("three over two", "of three", "of two");
/// samples.added("the third", "of three", "of two");
/// assert_eq!(samples.results().rows.len(), 2);
/// ```
#[must_use]
pub struct Table<'a> {
    name: String,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    name: String,
    run: Box<dyn FnMut(u64) -> Duration + 'a>,
}

impl<'a> Table<'a> {
    /// A table without rows.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), rows: Vec::new() }
    }

    /// Adds a row: a closure that does the same thing `n` times.
    pub fn row(&mut self, name: impl Into<String>, mut run: impl FnMut(u64) + 'a) {
        self.timed_row(name, move |n| {
            let start = Instant::now();
            run(n);
            start.elapsed()
        });
    }

    /// Adds a row that looks at the clock itself, for what has parts that are not to be timed.
    pub fn timed_row(&mut self, name: impl Into<String>, run: impl FnMut(u64) -> Duration + 'a) {
        self.rows.push(Row { name: name.into(), run: Box::new(run) });
    }

    /// Measures all rows.
    #[expect(clippy::cast_precision_loss, reason = "nobody waits for 2^53 iterations")]
    pub fn measure(mut self, arguments: &Arguments) -> Samples {
        let iterations: Vec<u64> = self.rows.iter_mut().map(|row| calibrate(row, arguments.sample)).collect();
        let count = self.rows.len();
        let mut times = vec![Vec::with_capacity(arguments.rounds); count];
        for round in 0..arguments.rounds {
            for step in 0..count {
                let index = (round + step) % count;
                let elapsed = (self.rows[index].run)(iterations[index]);
                times[index].push(elapsed.as_secs_f64() * 1e9 / iterations[index] as f64);
            }
        }
        let names = self.rows.into_iter().map(|row| row.name).collect();
        Samples { table: self.name, names, times, iterations, derived: Vec::new() }
    }
}

/// How often it has to run to fill a sample. Warms everything up on the way.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the guess is bounded and positive"
)]
fn calibrate(row: &mut Row<'_>, sample: Duration) -> u64 {
    let mut n = 1;
    loop {
        let elapsed = (row.run)(n);
        if elapsed * 2 >= sample {
            let fitting = n as f64 * sample.as_secs_f64() / elapsed.as_secs_f64();
            return (fitting.round() as u64).max(1);
        }
        n *= 2;
    }
}

/// What was measured: for each row one time per round.
#[derive(Debug, Clone)]
#[must_use]
pub struct Samples {
    table: String,
    names: Vec<String>,
    /// By row, then by round; nanoseconds per iteration.
    times: Vec<Vec<f64>>,
    iterations: Vec<u64>,
    derived: Vec<Figure>,
}

/// The times of one round.
#[derive(Debug, Clone, Copy)]
pub struct Round<'a> {
    samples: &'a Samples,
    number: usize,
}

impl Round<'_> {
    /// Nanoseconds per iteration of that row.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn time(&self, row: &str) -> f64 {
        let index = self.samples.names.iter().position(|name| name == row);
        self.samples.times[index.unwrap_or_else(|| panic!("no row {row:?}"))][self.number]
    }
}

impl Samples {
    /// How many times one row takes as long as another.
    pub fn ratio(&mut self, name: &str, of: &str, over: &str) -> Figure {
        self.derive(name, "ratio", |round| round.time(of) / round.time(over))
    }

    /// How much longer one row takes than another.
    pub fn added(&mut self, name: &str, with: &str, without: &str) -> Figure {
        self.derive(name, "ns", |round| round.time(with) - round.time(without))
    }

    /// Whatever can be computed from the rows of a round.
    pub fn derive(&mut self, name: &str, unit: &str, compute: impl Fn(Round<'_>) -> f64) -> Figure {
        let rounds = self.times.first().map_or(0, Vec::len);
        let values: Vec<f64> = (0..rounds).map(|number| compute(Round { samples: self, number })).collect();
        let figure = Figure::of(name, unit, &values, 1);
        self.derived.push(figure.clone());
        figure
    }

    /// In the form that is printed and written.
    #[must_use]
    pub fn results(&self) -> Results {
        let rows = self.names.iter().zip(&self.times).zip(&self.iterations);
        let rows = rows.map(|((name, times), iterations)| Figure::of(name, "ns", times, *iterations)).collect();
        Results { name: self.table.clone(), rows, derived: self.derived.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn arguments(rounds: usize) -> Arguments {
        Arguments { rounds, sample: Duration::from_micros(8), quick: true, own: Vec::new() }
    }

    fn micros(count: u64, n: u64) -> Duration {
        Duration::from_micros(count * n)
    }

    #[test]
    fn a_sample_has_as_many_iterations_as_fill_it() {
        let mut table = Table::new("t");
        table.timed_row("short", |n| micros(1, n));
        table.timed_row("long", |n| micros(20, n));
        let results = table.measure(&arguments(3)).results();
        let of = |index: usize| (results.rows[index].iterations, results.rows[index].median);
        assert_eq!((of(0), of(1)), ((8, 1000.0), (1, 20_000.0)));
    }

    #[test]
    fn each_round_begins_with_another_row() {
        let order = RefCell::new(Vec::new());
        let mut table = Table::new("t");
        for name in ["a", "b", "c"] {
            let order = &order;
            table.timed_row(name, move |n| {
                order.borrow_mut().push(name);
                micros(8, n)
            });
        }
        let _ = table.measure(&arguments(2));
        // The first three are calibration.
        assert_eq!(order.borrow()[3..], ["a", "b", "c", "b", "c", "a"]);
    }

    #[test]
    fn a_round_that_slows_both_rows_leaves_their_ratio_alone() {
        let mut samples = Samples {
            table: "t".to_owned(),
            names: vec!["double".to_owned(), "single".to_owned()],
            times: vec![vec![20.0, 200.0, 24.0], vec![10.0, 100.0, 12.0]],
            iterations: vec![1, 1],
            derived: Vec::new(),
        };
        let ratio = samples.ratio("r", "double", "single");
        assert_eq!((ratio.q1, ratio.median, ratio.q3), (2.0, 2.0, 2.0));
        assert_eq!(samples.added("a", "double", "single").median, 12.0);
        assert_eq!(samples.results().derived.len(), 2);
    }
}
