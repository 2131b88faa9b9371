//! Running the tests on a copy until one fails.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Failure;
use crate::copy::Copy;

pub(crate) enum Verdict {
    /// By this test.
    Noticed(String),
    Missed,
}

/// What runs, the quickest first.
const SUITES: [&[&str]; 3] = [
    &["-p", "portcullis", "--lib", "--all-features"],
    &["-p", "portcullis-tests", "--test", "conformance", "--test", "adapters", "--test", "scenarios"],
    &["-p", "portcullis-tower", "-p", "portcullis-axum", "-p", "portcullis-actix", "--lib"],
];

/// Far beyond what a suite takes to run: a test that hangs has noticed something too.
const PATIENCE: Duration = Duration::from_secs(240);

pub(crate) fn run(copy: &Copy) -> Result<Verdict, Failure> {
    for suite in SUITES {
        for (program, folder) in build(copy, suite)? {
            if let Some(test) = first_failure(&program, &folder)? {
                return Ok(Verdict::Noticed(test));
            }
        }
    }
    Ok(Verdict::Missed)
}

/// The test programs of a suite, each with the folder it runs in. That the compiler refuses a weakening would show nothing
/// about the tests, so it is an error.
fn build(copy: &Copy, suite: &[&str]) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    let output = Command::new(env!("CARGO"))
        .args(["test", "--no-run", "--message-format=json"])
        .args(suite)
        .current_dir(copy.root())
        // A target folder of its own, which outlives the copy.
        .env("CARGO_TARGET_DIR", copy.root().with_file_name("build"))
        .output()?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("a weakening does not compile:\n{stderr}").into());
    }
    let stdout = String::from_utf8_lossy(&output.stdout);
    let messages = stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let programs = messages.filter_map(|message| {
        // Commands of the same package are built as well, for tests that start them.
        message["profile"]["test"].as_bool().filter(|is_test| *is_test)?;
        let program = message["executable"].as_str()?;
        let folder = Path::new(message["manifest_path"].as_str()?).parent()?;
        Some((PathBuf::from(program), folder.to_owned()))
    });
    Ok(programs.collect())
}

/// Runs one test program.
fn first_failure(program: &Path, folder: &Path) -> Result<Option<String>, Failure> {
    let printed = program.with_extension("printed");
    let mut child = Command::new(program)
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder)
        .stdout(std::fs::File::create(&printed)?)
        .stderr(Stdio::null())
        .spawn()?;
    let Some(success) = ended(&mut child)? else {
        return Ok(Some("a run that did not end".to_owned()));
    };
    let printed = String::from_utf8_lossy(&std::fs::read(&printed)?).into_owned();
    let failed = printed.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    Ok((!success).then(|| failed.unwrap_or("a run that broke off").to_owned()))
}

/// Whether it was a success, if it ended in time.
fn ended(child: &mut Child) -> Result<Option<bool>, Failure> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if began.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
