//! A server's process, seen from outside.

use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::server::Framework;

pub(crate) struct Subject {
    process: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Subject {
    /// Returns once it listens.
    pub(crate) fn start(framework: Framework, issuer: &str) -> io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--serve", framework.name(), issuer])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let address = line.trim_end().strip_prefix("listening ").and_then(|address| address.parse().ok());
        let address = address.ok_or_else(|| io::Error::other(format!("it says {line:?}")))?;
        Ok(Self { process, output, address })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn resident_kib(&self) -> Option<u64> {
        resident_kib(self.id())
    }

    /// Ends it. How many panics it had; an error if it was dead before.
    pub(crate) fn stop(&mut self) -> Result<u64, String> {
        if let Ok(Some(status)) = self.process.try_wait() {
            return Err(format!("the server died: {status}"));
        }
        drop(self.process.stdin.take());
        let mut said = String::new();
        self.output.read_to_string(&mut said).map_err(|error| error.to_string())?;
        self.process.wait().map_err(|error| error.to_string())?;
        let panics = said.lines().find_map(|line| line.strip_prefix("panics ")?.parse().ok());
        panics.ok_or_else(|| format!("the server ended with {said:?}"))
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // Gone already, unless something here panicked.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Memory of a process that is in RAM (`VmRSS`); known on Linux only.
pub(crate) fn resident_kib(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
