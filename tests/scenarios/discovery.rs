//! Over real sockets: where the metadata of an issuer is.

use std::sync::LazyLock;

use portcullis::fetch::HttpFetch;
use portcullis::{Algorithm, Authenticator, AuthenticatorBuilder, Issuer, Reason};
use portcullis_testing::{Endpoint, ManualClock, TestServer, WellKnown};

use crate::scene::{ask, assert_unavailable, decide, promptly, refusal};

/// Made once: it reads the certificate authorities of the machine.
static CLIENT: LazyLock<HttpFetch> = LazyLock::new(|| HttpFetch::builder().no_proxy().build().unwrap());

pub(crate) fn server(path: &str) -> TestServer {
    TestServer::builder()
        .path(path)
        .issuer(|issuer| issuer.clock(ManualClock::new()).algorithm(Algorithm::Ed25519))
        .start()
}

pub(crate) fn resource_server(server: &TestServer) -> AuthenticatorBuilder {
    let builder = Authenticator::builder(server.url(), server.issuer().audience());
    builder.clock(server.issuer().clock()).fetch_with(CLIENT.clone()).allow_loopback_http()
}

fn paths(server: &TestServer) -> Vec<String> {
    server.journal().requests().into_iter().map(|request| request.path).collect()
}

/// RFC8414-3-a, RFC8414-5-a, OIDCD-4.1-a
#[tokio::test]
async fn metadata_of_an_issuer_with_a_path_is_found_under_each_of_the_three_names() {
    let inserted = "/.well-known/oauth-authorization-server/tenant/one";
    let appended = "/tenant/one/.well-known/openid-configuration";
    let openid_inserted = "/.well-known/openid-configuration/tenant/one";
    let all = [inserted, appended, openid_inserted];
    for path in ["/tenant/one", "/tenant/one/"] {
        for (tried, form) in [WellKnown::OAuth, WellKnown::OpenId, WellKnown::OpenIdInserted].into_iter().enumerate() {
            let server = TestServer::builder()
                .path(path)
                .serve_forms([form])
                .issuer(|issuer| issuer.clock(ManualClock::new()).algorithm(Algorithm::Ed25519))
                .start();
            let auth = resource_server(&server).build().unwrap();
            assert_eq!(ask(&auth, &server.issuer().token().sign()).await, Ok(()), "{form:?} {path}");
            assert_eq!(paths(&server)[..], [&all[..=tried], &["/tenant/one/jwks"]].concat(), "{form:?} {path}");
            promptly(auth.refresh()).await;
            assert_eq!(paths(&server).len(), tried + 3, "what was found is not looked for again");
        }
    }
}

/// OIDCD-4.1-a: without a path two of the three are one.
#[tokio::test]
async fn metadata_of_an_issuer_without_a_path_is_found_under_both_names() {
    for form in [WellKnown::OAuth, WellKnown::OpenId] {
        let builder = TestServer::builder().issuer(|issuer| issuer.clock(ManualClock::new())).serve_forms([form]);
        let server = builder.issuer(|issuer| issuer.clock(ManualClock::new()).algorithm(Algorithm::Ed25519)).start();
        let auth = resource_server(&server).build().unwrap();
        assert_eq!(ask(&auth, &server.issuer().token().sign()).await, Ok(()), "{form:?}");
    }
}

#[tokio::test]
async fn an_issuer_without_metadata_is_503_and_works_with_the_url_of_its_keys() {
    let builder =
        TestServer::builder().issuer(|issuer| issuer.clock(ManualClock::new())).path("/tenant").serve_forms([]);
    let server = builder.issuer(|issuer| issuer.clock(ManualClock::new()).algorithm(Algorithm::Ed25519)).start();
    let auth = resource_server(&server).build().unwrap();
    assert_unavailable(&refusal(&auth, &server.issuer().token().sign()).await);
    assert_eq!(paths(&server).len(), 3, "each form once");

    let issuer = Issuer::new(server.url(), server.issuer().audience()).jwks_url(server.issuer().jwks_url());
    let builder = Authenticator::trusting(issuer).allow_loopback_http().fetch_with(CLIENT.clone());
    let auth = builder.clock(server.issuer().clock()).build().unwrap();
    assert_eq!(ask(&auth, &server.issuer().token().sign()).await, Ok(()));
    assert_eq!(server.count(Endpoint::Jwks), 1);
}

/// RFC8414-3.3-a, OIDCD-4.3-a: the slash at the end is a difference, in the document and in the token.
#[tokio::test]
async fn an_issuer_that_differs_by_a_slash_is_another_one() {
    let server = server("/tenant");
    let with_slash = format!("{}/", server.url());
    let builder = Authenticator::builder(&with_slash, server.issuer().audience());
    let auth = builder.clock(server.issuer().clock()).fetch_with(CLIENT.clone()).allow_loopback_http().build().unwrap();
    assert_eq!(decide(&auth, &server.issuer().token().sign()), Err(Reason::IssuerUnknown));
    assert_unavailable(&refusal(&auth, &server.issuer().token().issuer(&with_slash).sign()).await);
    assert_eq!(server.count(Endpoint::Jwks), 0);
}

/// PC-JWKS-7, RFC9111-4.3.1-a
#[tokio::test]
async fn requests_carry_no_credentials_and_revalidate_what_is_held() {
    let server = server("");
    let auth = resource_server(&server).build().unwrap();
    assert_eq!(ask(&auth, &server.issuer().token().sign()).await, Ok(()));
    promptly(auth.refresh()).await;
    let requests = server.journal().requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.method, "GET");
        for name in ["authorization", "cookie", "referer", "accept-encoding"] {
            assert!(!request.header_names.iter().any(|sent| sent == name), "{name}");
        }
    }
    assert!(requests[2].value("if-none-match").is_some());
    assert_eq!(decide(&auth, &server.issuer().token().sign()), Ok(()));
}
