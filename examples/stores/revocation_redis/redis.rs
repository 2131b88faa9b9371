//! Finds a Redis, or starts one for as long as this program runs. Nothing of portcullis is in here.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A Redis, and its process if it is ours.
pub(crate) struct Redis {
    url: String,
    process: Option<Child>,
}

impl Redis {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// The one of `REDIS_URL`, else a new one on loopback that keeps nothing; nothing if there is neither.
pub(crate) async fn find_or_start() -> io::Result<Option<Redis>> {
    if let Ok(url) = std::env::var("REDIS_URL") {
        return Ok(Some(Redis { url, process: None }));
    }
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    let process = match command.stdin(Stdio::null()).stdout(Stdio::null()).spawn() {
        Ok(process) => process,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let redis = Redis { url: format!("redis://127.0.0.1:{port}"), process: Some(process) };
    for _ in 0..500 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(Some(redis));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(io::Error::new(io::ErrorKind::TimedOut, "redis-server does not answer"))
}
