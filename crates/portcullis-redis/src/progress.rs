//! What the task tells the handles.

use portcullis::RevocationNumber;
use tokio::sync::watch;

use crate::problem::RedisProblem;

/// How far the task has come.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// All of this instance's own revocations up to this one are in Redis.
    pub(crate) confirmed: Option<RevocationNumber>,
    /// How often it failed.
    pub(crate) failures: u64,
    /// What is wrong now: nothing from when everything was read until the next failure.
    pub(crate) problem: Option<RedisProblem>,
}

/// The task's side.
pub(crate) struct Teller(watch::Sender<Progress>);

impl Teller {
    pub(crate) fn new() -> (Self, watch::Receiver<Progress>) {
        let progress = Progress { confirmed: None, failures: 0, problem: Some(RedisProblem::NotYet) };
        let (sender, receiver) = watch::channel(progress);
        (Self(sender), receiver)
    }

    pub(crate) fn confirmed(&self, up_to: RevocationNumber) {
        self.0.send_modify(|progress| progress.confirmed = progress.confirmed.max(Some(up_to)));
    }

    pub(crate) fn well(&self) {
        self.0.send_if_modified(|progress| progress.problem.take().is_some());
    }

    pub(crate) fn failed(&self, problem: RedisProblem) {
        self.0.send_modify(|progress| {
            progress.failures += 1;
            progress.problem = Some(problem);
        });
    }
}
