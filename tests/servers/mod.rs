//! Real servers of a test's own: each on a free port of loopback, in a directory of its own, and ended with the test.
//!
//! Where a program is not on the machine, the test says on stderr that it left it out, and passes. With
//! `PORTCULLIS_REQUIRE_SERVERS=1` that is a failure, so that a run that is to decide something cannot skip it.

mod directory;
mod redis_server;

use std::io::Write as _;
use std::path::PathBuf;

pub use self::redis_server::RedisServer;

/// When set to 1, a server that is not there is a failure.
pub const REQUIRE: &str = "PORTCULLIS_REQUIRE_SERVERS";

/// Where a program is, if it is on the machine.
///
/// # Panics
/// If it is not and servers are required.
pub fn program(name: &str, package: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file());
    if found.is_none() {
        let required = std::env::var(REQUIRE).is_ok_and(|value| value == "1");
        assert!(!required, "{name} is not on this machine and {REQUIRE} is 1: install the package {package}");
        // Past the capture of the test runner: what is left out must be seen.
        let _ = writeln!(
            std::io::stderr(),
            "LEFT OUT: {name} is not on this machine (package {package}); {REQUIRE}=1 makes this a failure"
        );
    }
    found
}
