//! What the two processes say to each other, in lines over the load's standard input and output.

use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ROLE;

/// One round.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) address: SocketAddr,
    /// The first so many of the tokens, in turn.
    pub(crate) tokens: usize,
    pub(crate) time: Duration,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Round {
    pub(crate) requests: u64,
    pub(crate) elapsed: Duration,
    /// The processor time of the load, which must not be what limits.
    pub(crate) busy: Duration,
}

/// The load's process, from the server's side.
pub(crate) struct Generator {
    process: Child,
    orders: ChildStdin,
    rounds: BufReader<ChildStdout>,
}

impl Generator {
    /// Starts this program a second time, as the load, with these tokens.
    pub(crate) fn start(tokens: &[String]) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg(ROLE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let pipes = process.stdin.take().zip(process.stdout.take());
        let (mut orders, rounds) = pipes.ok_or_else(|| io::Error::other("the load has no pipes"))?;
        say(&mut orders, tokens)?;
        Ok(Self { process, orders, rounds: BufReader::new(rounds) })
    }

    /// Has it run one round, and waits for the end.
    pub(crate) fn run(&mut self, order: Order) -> io::Result<Round> {
        say(&mut self.orders, &order)?;
        heard(&mut self.rounds)?.ok_or_else(|| io::Error::other("the load has ended early"))
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        // It is between two rounds, or broken: there is nothing to lose.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Says one thing on one line.
pub(super) fn say(to: &mut impl Write, what: &(impl Serialize + ?Sized)) -> io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line)?;
    to.flush()
}

/// The next thing said, or `None` at the end.
pub(super) fn heard<T: serde::de::DeserializeOwned>(from: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&line)?))
}
