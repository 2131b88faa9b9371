//! A Redis that keeps nothing on disk.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::directory::Directory;

/// A running `redis-server`.
#[derive(Debug)]
pub struct RedisServer {
    program: PathBuf,
    settings: Vec<String>,
    is_tls: bool,
    port: u16,
    /// Nothing while it is killed.
    process: Option<Child>,
    directory: Directory,
}

impl RedisServer {
    /// Starts one, if there is one on the machine: see [`program`](super::program).
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// With more of the program's arguments, such as `--requirepass` and a password.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_with(settings: &[&str]) -> Option<Self> {
        Some(Self::new(settings, false)?.started())
    }

    /// Answers nothing but TLS, and proves its name with this certificate and key, as PEM.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_with_tls(certificate: &str, key: &str) -> Option<Self> {
        let names = ["--tls-cert-file", "certificate.pem", "--tls-key-file", "key.pem", "--tls-auth-clients", "no"];
        let server = Self::new(&[&names[..], &["--tls-ca-cert-file", "certificate.pem"]].concat(), true)?;
        for (name, pem) in [("certificate.pem", certificate), ("key.pem", key)] {
            std::fs::write(server.directory.path().join(name), pem).expect("a directory of ours");
        }
        Some(server.started())
    }

    fn new(settings: &[&str], is_tls: bool) -> Option<Self> {
        let program = super::program("redis-server", "redis-server")?;
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let directory = Directory::new("redis");
        Some(Self { program, settings, is_tls, port: 0, process: None, directory })
    }

    fn started(mut self) -> Self {
        // Between asking for a free port and using it somebody else may take it.
        let started = (0..5).any(|_| {
            self.port = free_port();
            self.try_start()
        });
        assert!(started, "redis-server does not start: {}", self.log());
        self
    }

    /// Without a password.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", if self.is_tls { "rediss" } else { "redis" }, self.port)
    }

    /// Ends it like a machine that loses power.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("a process of ours");
            process.wait().expect("a process of ours");
        }
    }

    /// Starts it again on the same port, with nothing in it.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_again(&mut self) {
        self.kill();
        let end = Instant::now() + Duration::from_secs(10);
        while !self.try_start() {
            assert!(Instant::now() < end, "redis-server does not start again: {}", self.log());
        }
    }

    /// Makes it stand still, as one does that swaps or hangs, or go on.
    pub fn hang(&self, hangs: bool) {
        let process = self.process.as_ref().expect("it runs");
        let signal = if hangs { "-STOP" } else { "-CONT" };
        let status = Command::new("kill").arg(signal).arg(process.id().to_string()).status();
        assert!(status.expect("kill is on every Unix").success());
    }

    fn try_start(&mut self) -> bool {
        let port = self.port.to_string();
        let ports =
            if self.is_tls { ["--port", "0", "--tls-port", &port] } else { ["--tls-port", "0", "--port", &port] };
        let fixed = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"];
        let log = self.directory.path().join("log");
        let mut command = Command::new(&self.program);
        command.args(ports).args(fixed).args([OsStr::new("--logfile"), log.as_os_str()]).args(&self.settings);
        command.current_dir(self.directory.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.spawn().expect("a program that can be run");
        let end = Instant::now() + Duration::from_secs(10);
        loop {
            let over = process.try_wait().expect("a process of ours").is_some() || Instant::now() > end;
            if over || answers(self.port, self.is_tls) {
                self.process = Some(process);
                if over {
                    self.kill();
                }
                return !over;
            }
            // It says nothing when it is ready.
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap_or_default()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("bound").port()
}

/// Anything that begins like Redis, an error for want of a password too. What speaks TLS only has to be there.
fn answers(port: u16, is_tls: bool) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
    let mut first = [0];
    let answer = stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .and_then(|()| stream.write_all(b"PING\r\n"))
        .and_then(|()| stream.read_exact(&mut first));
    is_tls || answer.is_ok() && matches!(first[0], b'+' | b'-')
}
