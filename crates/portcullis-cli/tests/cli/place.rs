//! A folder with a digest key and an empty store, and the program that works there.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) struct Place(TempDir);

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    /// Nothing is in it.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn new() -> Self {
        let place = Self::empty();
        place.run(&["digest-key", "--out", "digest.key"]).expect_code(0);
        place.run(&["keys", "migrate"]).expect_code(0);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The program with a store, an environment and a digest key, and nothing on standard input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.bare();
        command.env("PORTCULLIS_STORE", "sqlite:keys.db").env("PORTCULLIS_ENVIRONMENT", "acme_live");
        if let Ok(key) = std::fs::read_to_string(self.path("digest.key")) {
            command.env("PORTCULLIS_DIGEST_KEY", key);
        }
        finish(command.args(arguments), input.as_bytes())
    }

    /// The program with nothing.
    pub(crate) fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command.current_dir(self.folder()).env_clear();
        command
    }

    /// Makes a key, and gives it and its id.
    pub(crate) fn key(&self, more: &[&str]) -> (String, String) {
        let mut arguments = vec!["keys", "create", "--owner", "billing-team"];
        arguments.extend(more);
        let key = self.run(&arguments).expect_code(0).out.trim_end().to_owned();
        let id = key.rsplit('_').nth(1).unwrap().to_owned();
        (key, id)
    }
}

pub(crate) fn finish(command: &mut Command, input: &[u8]) -> Said {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // Who does not read is not written to.
    child.stdin.take().unwrap().write_all(input).ok();
    let output = child.wait_with_output().unwrap();
    let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
    let said = Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!said.err.contains("panicked"), "{said:?}");
    said
}

impl Said {
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }
}
