//! The interop example as a process of its own, pointed at the scripted authorization server.

use std::env::consts::EXE_SUFFIX;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use portcullis_testing::{Endpoint, TestServer, TokenBuilder};

const BASE: &str = "http://127.0.0.1:8080";

/// The built example. Cargo names no variable for it; it is where examples are, beside the tests. `cargo test` builds
/// it first, unless told to build one test alone.
fn example() -> Command {
    let test = std::env::current_exe().expect("tests have a path");
    let target = test.parent().and_then(|deps| deps.parent()).expect("tests are two levels down");
    let example: PathBuf = target.join("examples").join(format!("interop{EXE_SUFFIX}"));
    assert!(example.exists(), "build it first: cargo build -p portcullis-examples --example interop");
    let mut command = Command::new(example);
    for variable in ["LISTEN", "BASE", "ISSUER", "AUDIENCES", "PROFILE"] {
        command.env_remove(variable);
    }
    command
}

fn run(environment: &[(&str, &str)]) -> Output {
    example().envs(environment.iter().copied()).output().expect("the example starts")
}

/// The example, serving. Ends with the test.
struct Interop {
    process: Child,
    url: String,
    client: reqwest::Client,
}

struct Answer {
    status: u16,
    challenge: Option<String>,
    retry_after: Option<String>,
    body: String,
}

impl Interop {
    fn start(server: &TestServer, environment: &[(&str, &str)]) -> Self {
        let mut command = example();
        command.env("LISTEN", "127.0.0.1:0").env("BASE", BASE).env("ISSUER", server.url());
        command.envs(environment.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the example starts");
        let stdout = process.stdout.take().expect("it was piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let url = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { process, url, client }
    }

    async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url));
        let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
        let answer = request.send().await.expect("it answers");
        let field = |name| answer.headers().get(name).map(|value| value.to_str().expect("ASCII").to_owned());
        let (status, challenge) = (answer.status().as_u16(), field("www-authenticate"));
        let retry_after = field("retry-after");
        Answer { status, challenge, retry_after, body: answer.text().await.expect("a body") }
    }
}

impl Drop for Interop {
    fn drop(&mut self) {
        // An error is a process that has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn authorization_server() -> TestServer {
    TestServer::builder().issuer(|issuer| issuer.real_time().audience(BASE)).start()
}

fn token(server: &TestServer) -> TokenBuilder {
    server.issuer().token().subject("alice").client("app").scope("api:read")
}

#[tokio::test]
async fn a_caller_is_told_who_it_is_where_its_scopes_are_enough() {
    let server = authorization_server();
    let interop = Interop::start(&server, &[]);

    let reader = token(&server).sign();
    let answer = interop.get("/api/read", Some(&reader)).await;
    assert_eq!((answer.status, answer.challenge), (200, None));
    assert_eq!(answer.body, r#"{"sub":"alice","client_id":"app","scope":["api:read"]}"#);

    let answer = interop.get("/api/write", Some(&reader)).await;
    let challenge = r#"Bearer realm="api", error="insufficient_scope", scope="api:write""#;
    assert_eq!((answer.status, answer.challenge.as_deref()), (403, Some(challenge)));

    let writer = token(&server).scope("api:write api:read").sign();
    let answer = interop.get("/api/write", Some(&writer)).await;
    assert_eq!(answer.body, r#"{"sub":"alice","client_id":"app","scope":["api:write","api:read"]}"#);
    assert_eq!((answer.status, server.count(Endpoint::Jwks)), (200, 1));
}

#[tokio::test]
async fn bad_tokens_are_401_and_health_is_open() {
    let server = authorization_server();
    let interop = Interop::start(&server, &[]);

    let answer = interop.get("/api/read", None).await;
    assert_eq!((answer.status, answer.challenge.as_deref()), (401, Some(r#"Bearer realm="api""#)));
    for bad in [token(&server).expired().sign(), token(&server).audience("https://other.example.com").sign()] {
        let answer = interop.get("/api/read", Some(&bad)).await;
        let challenge = r#"Bearer realm="api", error="invalid_token""#;
        assert_eq!((answer.status, answer.challenge.as_deref()), (401, Some(challenge)));
    }
    assert_eq!(interop.get("/healthz", None).await.status, 200);
    assert_eq!(interop.get("/healthz", Some("not a token")).await.status, 200);
}

/// RFC9068-4-b
#[tokio::test]
async fn the_profile_decides_about_tokens_of_type_jwt() {
    let server = authorization_server();
    let loose = token(&server).header("typ", "JWT").sign();
    let strict = token(&server).sign();

    let by_default = Interop::start(&server, &[]);
    assert_eq!(by_default.get("/api/read", Some(&loose)).await.status, 200);
    let by_profile = Interop::start(&server, &[("PROFILE", "rfc9068")]);
    assert_eq!(by_profile.get("/api/read", Some(&loose)).await.status, 401);
    assert_eq!(by_profile.get("/api/read", Some(&strict)).await.status, 200);
}

#[tokio::test]
async fn each_of_several_audiences_is_enough() {
    let server = authorization_server();
    let interop = Interop::start(&server, &[("AUDIENCES", "https://api.example.com, urn:example:api")]);
    for (audience, status) in [("https://api.example.com", 200), ("urn:example:api", 200), (BASE, 401)] {
        let token = token(&server).audience(audience).sign();
        assert_eq!(interop.get("/api/read", Some(&token)).await.status, status, "{audience}");
    }
}

#[tokio::test]
async fn without_an_authorization_server_it_starts_and_waits_for_one() {
    let server = authorization_server();
    server.stop();
    let interop = Interop::start(&server, &[]);
    let good = token(&server).sign();

    let answer = interop.get("/api/read", Some(&good)).await;
    assert_eq!((answer.status, answer.challenge), (503, None));
    let seconds: u64 = answer.retry_after.expect("Retry-After").parse().expect("in seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(interop.get("/api/read", None).await.status, 401);
    assert_eq!(interop.get("/healthz", None).await.status, 200);

    server.resume().expect("the port is still free");
    // Another process has no clock to move; its pauses between attempts are a few seconds by now.
    let patience = Instant::now() + Duration::from_secs(30);
    while interop.get("/api/read", Some(&good)).await.status != 200 {
        assert!(Instant::now() < patience, "still without keys");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn a_bad_environment_is_one_message_with_every_problem() {
    let bad = run(&[("LISTEN", "8080"), ("BASE", "api"), ("AUDIENCES", "a,,b"), ("PROFILE", "strict")]);
    let message = String::from_utf8(bad.stderr).expect("text");
    assert_eq!(bad.status.code(), Some(1));
    for name in ["LISTEN", "BASE", "AUDIENCES", "PROFILE", "ISSUER"] {
        assert_eq!(message.matches(&format!("- {name}")).count(), 1, "{name} in {message}");
    }

    let plain = run(&[("ISSUER", "http://login.example.com/"), ("PROFILE", "strict")]);
    let message = String::from_utf8(plain.stderr).expect("text");
    assert_eq!((plain.status.code(), message.lines().count()), (Some(1), 3), "{message}");
    assert!(message.contains("https"), "{message}");
}
