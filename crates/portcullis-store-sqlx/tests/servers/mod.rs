//! A real PostgreSQL: on a free port of loopback, in a directory of its own, and ended with the process that started it.
//!
//! Where it is not on the machine, a test says on stderr that it left it out, and passes. With
//! `PORTCULLIS_REQUIRE_SERVERS=1` that is a failure, so that a run that is to decide something cannot skip it.
#![allow(dead_code, reason = "not every test that includes this asks for all of it")]

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const REQUIRE: &str = "PORTCULLIS_REQUIRE_SERVERS";

/// When the pipe to its stdin closes, however this process ends, the server is ended and its directory removed.
const KEEPER: &str = r#""$@" >log 2>&1 & server=$!
read -r _
kill -INT "$server"; wait "$server"; cd /; rm -rf -- "$FOLDER""#;

/// A running server, with a role `postgres` that needs no password, and a role `keys` whose password is [`PASSWORD`].
pub(crate) struct PostgresServer {
    programs: PathBuf,
    port: u16,
    _keeper: Child,
}

/// Of the role `keys`.
pub(crate) const PASSWORD: &str = "pa55-w0rd-of-keys";

/// The one of this process, if it is on the machine.
///
/// # Panics
/// If it is not there and servers are required, or does not start.
pub(crate) fn postgres() -> Option<&'static PostgresServer> {
    static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
    let server = SERVER.get_or_init(|| programs().map(PostgresServer::start)).as_ref();
    if server.is_none() {
        assert!(
            std::env::var(REQUIRE).as_deref() != Ok("1"),
            "{REQUIRE} is 1 and there is no PostgreSQL on this machine"
        );
        // Past the capture of the test runner: what is left out must be seen.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: PostgreSQL is not on this machine (package postgresql); {REQUIRE}=1 makes this a failure"
        );
    }
    server
}

impl PostgresServer {
    /// A database of a name of its own, with nothing in it.
    pub(crate) fn database(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("keys{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.run("postgres", &format!("CREATE DATABASE {name} OWNER keys"));
        name
    }

    /// Of the role that may do everything.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// As the role `keys`, with that password.
    pub(crate) fn url_with(&self, database: &str, password: &str) -> String {
        format!("postgres://keys:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs a statement by psql, and gives what it prints.
    pub(crate) fn run(&self, database: &str, statement: &str) -> String {
        self.tool("psql", &["-v", "ON_ERROR_STOP=1", "-Atqc", statement, &self.url(database)])
    }

    /// Everything that is in a database.
    pub(crate) fn dump(&self, database: &str) -> String {
        self.tool("pg_dump", &["--inserts", &self.url(database)])
    }

    fn tool(&self, name: &str, arguments: &[&str]) -> String {
        succeeded(Command::new(self.programs.join(name)).args(arguments))
    }

    fn start(programs: PathBuf) -> Self {
        let folder = std::env::temp_dir().join(format!("portcullis-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder below the one for temporary files");
        let user = user();
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("root may");
        }
        let as_user = |program: &Path| {
            let mut command = Command::new(program);
            if let Some((uid, gid)) = user {
                command.uid(uid).gid(gid);
            }
            command.current_dir(&folder).env("FOLDER", &folder);
            command
        };
        let data = folder.join("data");
        // Local connections are trusted, but for one role.
        let init = ["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-D"];
        succeeded(as_user(&programs.join("initdb")).args(init).arg(&data));
        let rules = "host all keys 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
        std::fs::write(data.join("pg_hba.conf"), rules).expect("its directory");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        let port = port.expect("a free port").port();
        let mut keeper = as_user(Path::new("/bin/sh"));
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs.join("postgres")).arg("-D").arg(&data);
        let settings = ["-p", &port.to_string(), "-h", "127.0.0.1", "-k", "", "-F", "-c", "max_connections=200"];
        let keeper = keeper.args(settings).stdin(Stdio::piped()).spawn().expect("a shell");
        let server = Self { programs, port, _keeper: keeper };
        let ready = server.programs.join("pg_isready");
        let end = Instant::now() + Duration::from_secs(30);
        let answers = || Command::new(&ready).args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status();
        while !answers().expect("a program of PostgreSQL").success() {
            assert!(Instant::now() < end, "{}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
            // It says nothing when it is ready.
            std::thread::sleep(Duration::from_millis(20));
        }
        server.run("postgres", &format!("CREATE ROLE keys LOGIN PASSWORD '{PASSWORD}'"));
        server
    }
}

/// The newest there is, where Debian and others have it.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let packaged = versions.map(|version| version.path().join("bin")).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    packaged.into_iter().chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

/// PostgreSQL does not run as root: then it is the user `postgres`, which comes with the package.
fn user() -> Option<(u32, u32)> {
    let id =
        |arguments: &[&str]| -> u32 { succeeded(Command::new("id").args(arguments)).trim().parse().expect("a number") };
    (id(&["-u"]) == 0).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])))
}

fn succeeded(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("a program that can be run");
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8_lossy(&stdout).into_owned()
}
