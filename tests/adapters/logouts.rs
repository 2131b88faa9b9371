//! The same for the endpoint of back-channel logouts: one list of requests, the same answers from every adapter, and the
//! same access tokens refused afterwards.

use std::io::Write;

use portcullis::{Authenticator, BackChannelLogout, Issuer, Revocations};
use portcullis_testing::{LogoutDefect, ScriptedFetch, TestIssuer};

use crate::answer::Answer;
use crate::drivers::Driver;

/// A request to the endpoint, before it belongs to a framework.
pub(crate) struct Post {
    pub(crate) method: &'static str,
    pub(crate) head: Vec<(&'static str, &'static str)>,
    pub(crate) body: Vec<u8>,
}

/// One line of the suite.
struct Row {
    name: &'static str,
    post: Post,
    status: u16,
    /// Is the access token of that session refused afterwards?
    ends: bool,
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const SESSION: &str = "s-4711";

/// Room for a token of 16 KiB and for 4 KiB beside it.
const LIMIT: usize = 20 * 1024;

fn rows(issuer: &TestIssuer) -> Vec<Row> {
    let token = || issuer.logout_token().session(SESSION);
    let form = |token: String| format!("logout_token={token}").into_bytes();
    let good = || form(token().sign());
    let filled = |length: usize| {
        let mut body = [good(), b"&x=".to_vec()].concat();
        body.resize(length, b'x');
        body
    };
    let row = |name, body, status| {
        let post = Post { method: "POST", head: vec![FORM], body };
        Row { name, post, status, ends: status == 200 }
    };
    let mut rows = vec![
        row("a good token", good(), 200),
        row("a good token by sub alone", form(token().without("sid").sign()), 200),
        row("other parameters", [b"state=x&".to_vec(), good(), b"&client_id=y".to_vec()].concat(), 200),
        row("a body of the largest size", filled(LIMIT), 200),
        row("a body over the largest size", filled(LIMIT + 1), 400),
        row("a body far over the largest size", filled(LIMIT * 50), 400),
        row("no body", Vec::new(), 400),
        row("no token", b"state=x".to_vec(), 400),
        row("two tokens", [good(), b"&".to_vec(), good()].concat(), 400),
        row("no UTF-8", b"logout_token=\xff\xfe".to_vec(), 400),
        row("an access token", form(issuer.token().session(SESSION).audience("test-client").sign()), 400),
    ];
    rows.extend(LogoutDefect::ALL.iter().map(|defect| {
        let token = token().logout_defect(*defect).sign();
        row(defect.description(), form(token), defect.expected_status())
    }));
    for (name, head) in [
        ("JSON", vec![("content-type", "application/json")]),
        ("no content type", vec![]),
        ("two content types", vec![FORM, ("content-type", "application/json")]),
    ] {
        rows.push(Row { post: Post { method: "POST", head, body: good() }, ..row(name, vec![], 400) });
    }
    let charset = vec![("content-type", "application/x-www-form-urlencoded; charset=UTF-8")];
    rows.push(Row { post: Post { method: "POST", head: charset, body: good() }, ..row("a charset", vec![], 200) });
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        rows.push(Row { post: Post { method, head: vec![FORM], body: good() }, ..row(method, vec![], 405) });
    }
    rows
}

/// The whole answer.
fn expected(status: u16) -> Answer {
    let mut fields: Vec<(&str, &[u8])> = vec![("cache-control", b"no-store")];
    fields.extend((status == 405).then_some(("allow", &b"POST"[..])));
    fields.extend((status == 503).then_some(("retry-after", &b"5"[..])));
    fields.extend((status != 200).then_some(("content-type", &b"application/json"[..])));
    let body = match status {
        200 => "",
        503 => r#"{"error":"temporarily_unavailable"}"#,
        _ => r#"{"error":"invalid_request"}"#,
    };
    Answer::new(status, fields.into_iter(), body.as_bytes())
}

fn endpoint(issuer: &TestIssuer, rules: Issuer) -> (Authenticator, BackChannelLogout) {
    let config = Authenticator::trusting(rules).clock(issuer.clock()).fetch_with(ScriptedFetch::for_issuers([]));
    let config = config.revocations(Revocations::with_clock(issuer.clock()));
    let auth = config.build().expect("a good configuration");
    let logout = BackChannelLogout::builder(&auth, issuer.url(), "test-client").build().expect("a good configuration");
    (auth, logout)
}

/// OIDC-BCL-2.5-a, OIDC-BCL-2.6-d, OIDC-BCL-2.8-a
#[actix_web::test]
async fn every_adapter_answers_logouts_alike() {
    let issuer = TestIssuer::new();
    let rules = || Issuer::new(issuer.url(), issuer.audience());
    let access = issuer.token().session(SESSION).sign();
    let rows = rows(&issuer);
    let mut answers = 0;
    for Row { name, post, status, ends } in &rows {
        for driver in Driver::ALL {
            let (auth, logout) = endpoint(&issuer, rules().key_set(issuer.jwks()));
            let answer = driver.post(logout.clone(), post).await;
            assert_eq!(answer, expected(*status), "{name} on {driver:?}");
            assert_eq!(auth.verify(&access).await.is_err(), *ends, "{name} on {driver:?}");
            if *status == 200 {
                assert_eq!(driver.post(logout, post).await, expected(400), "{name} again on {driver:?}");
            }
            answers += 1;
        }
    }
    // Where there are no keys the issuer is told to come again.
    for driver in Driver::ALL {
        let (_, logout) = endpoint(&issuer, rules());
        assert_eq!(driver.post(logout, &rows[0].post).await, expected(503), "{driver:?}");
        answers += 1;
    }
    let counts = format!(
        "adapters: {} logouts x {} drivers = {answers} answers, all identical\n",
        rows.len() + 1,
        Driver::ALL.len()
    );
    std::io::stdout().write_all(counts.as_bytes()).expect("a standard output");
}
