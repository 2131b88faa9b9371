//! The built-in client against servers with real certificates.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;

const AUTHORITY: &str = include_str!("../../../../../tests/vectors/tls/authority.pem");
const LOCALHOST: &str = include_str!("../../../../../tests/vectors/tls/localhost.pem");
const OTHER_NAME: &str = include_str!("../../../../../tests/vectors/tls/other-name.pem");
const EXPIRED: &str = include_str!("../../../../../tests/vectors/tls/expired.pem");

/// A server for `https://localhost` that shows that certificate.
async fn server(pem: &str) -> String {
    let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await;
            let _ = stream.shutdown().await;
        }
    });
    format!("https://localhost:{port}/keys")
}

async fn fetch_from(pem: &str, trusted: bool) -> Result<u16, FetchError> {
    let builder = HttpFetch::builder().no_proxy();
    let builder = if trusted { builder.root_certificate_pem(AUTHORITY) } else { builder };
    let answer = builder.build().unwrap().fetch(FetchRequest::new(server(pem).await)).await;
    answer.map(|response| response.status)
}

/// RFC8414-6.1-a
#[tokio::test]
async fn a_certificate_must_be_good_for_the_host_in_force_and_of_a_trusted_authority() {
    assert_eq!(fetch_from(LOCALHOST, true).await, Ok(200));
    for (pem, trusted, why) in [(LOCALHOST, false, "authority"), (OTHER_NAME, true, "name"), (EXPIRED, true, "expired")]
    {
        let refused = fetch_from(pem, trusted).await;
        assert!(matches!(refused, Err(FetchError::Connect(_))), "{why}: {refused:?}");
    }
}

/// RFC8414-6.1-a: the client has no setting that waives it, and this is where one would be.
#[test]
fn no_setting_switches_the_check_of_certificates_off() {
    let source = include_str!("../http.rs");
    assert!(source.contains("tls_certs_merge") || source.contains("root_certificate_pem"), "the right file");
    for waiver in ["danger", "invalid_certs", "invalid_hostnames", "ServerCertVerifier"] {
        assert!(!source.contains(waiver), "{waiver}");
    }
}
