//! Running the tests on a copy until one fails.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

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

/// Far beyond what a suite takes to build and run: a test that hangs has noticed something too.
const PATIENCE: Duration = Duration::from_secs(900);

pub(crate) fn run(copy: &Copy) -> Result<Verdict, Failure> {
    for suite in SUITES {
        let output = test(copy, suite)?;
        if !output.status.success() {
            return culprit(&output).map(Verdict::Noticed);
        }
    }
    Ok(Verdict::Missed)
}

fn test(copy: &Copy, suite: &[&str]) -> Result<Output, Failure> {
    let mut child = Command::new(env!("CARGO"))
        .arg("test")
        .args(suite)
        .current_dir(copy.root())
        // A target folder of its own, which outlives the copy.
        .env("CARGO_TARGET_DIR", copy.root().with_file_name("build"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // The output of a test run fits no pipe, so it is read while the run goes on.
    let (mut printed, mut told) = (child.stdout.take(), child.stderr.take());
    let read = |stream: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map(|_| bytes)
    };
    std::thread::scope(|scope| {
        let stdout = scope.spawn(move || printed.as_mut().map_or(Ok(Vec::new()), |stream| read(stream)));
        let stderr = scope.spawn(move || told.as_mut().map_or(Ok(Vec::new()), |stream| read(stream)));
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if began.elapsed() > PATIENCE {
                child.kill()?;
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let stdout = stdout.join().map_err(|_| "a thread that reads panicked")??;
        let stderr = stderr.join().map_err(|_| "a thread that reads panicked")??;
        Ok(Output { status, stdout, stderr })
    })
}

/// The first test that failed. That the compiler refuses a weakening shows nothing about the tests.
fn culprit(output: &Output) -> Result<String, Failure> {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if let Some(error) = stderr.lines().find(|line| line.starts_with("error[") || line.contains("could not compile")) {
        return Err(format!("a weakening does not compile: {error}").into());
    }
    let failed = stdout.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    Ok(failed.unwrap_or("a run that did not end").to_owned())
}
