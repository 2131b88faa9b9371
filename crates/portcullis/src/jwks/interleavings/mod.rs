//! The key store under a model checker: [`shuttle`] runs the code of `remote`, `keeper` and `wait` itself, and chooses
//! at each step which task goes on, thousands of times.
//!
//! Time stands still unless a model moves it, so that nothing which waits is rescued by a timer: a wake-up that gets
//! lost is a deadlock, and shuttle reports those. A failure prints the schedule that leads to it.

mod stage;
pub(super) mod stand_ins;
mod succession;
mod unknown_kid;
mod waiting;

use std::future::Future;
use std::sync::Arc;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

use super::scenarios::{document, policy};

/// Schedules of each of the two kinds, unless the environment variable `SCHEDULES` says another number.
const SCHEDULES: usize = 10_000;

/// Priorities that change in a schedule of the second kind: most of what can go wrong needs no more.
const CHANGES: usize = 3;

/// Runs a model under both schedulers: one that chooses evenly at every step, and one that lets one task run for as
/// long as it can and takes over at few points, which finds what needs somebody to be very late.
fn explore<F: Future<Output = ()>>(model: impl Fn() -> F + Send + Sync + 'static) {
    let schedules =
        std::env::var("SCHEDULES").map_or(SCHEDULES, |number| number.parse().expect("SCHEDULES is a number"));
    let model = Arc::new(move || shuttle::future::block_on(model()));
    let even = run(RandomScheduler::new(schedules), Arc::clone(&model));
    let late = run(PctScheduler::new(CHANGES, schedules), model);
    println!("{even} schedules chosen evenly, {late} with priorities");
}

fn run(scheduler: impl Scheduler + 'static, model: Arc<impl Fn() + Send + Sync + 'static>) -> usize {
    let mut config = Config::new();
    // Parsing a key set in a build without optimisation needs more than shuttle's 60 KiB.
    config.stack_size = 256 * 1024;
    config.max_steps = MaxSteps::FailAfter(50_000);
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(move || model())
}
