//! What a server does with one connection, step by step.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Between two bytes that drip, and two rounds.
const DRIP: Duration = Duration::from_millis(20);

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Makes the rest a conversation over TLS, with the certificate and the key in this PEM text. Only the first step.
    Tls(&'static str),
    /// Reads the request, up to the empty line.
    Hear,
    Say(Vec<u8>),
    /// One byte at a time.
    Drip(Vec<u8>),
    /// The same again and again, until the client has had enough.
    Repeat(Vec<u8>),
    /// The same, at a pace.
    Rounds(Vec<u8>),
    /// Closes this half of the connection.
    Finish,
    /// Reads until the client closes.
    Wait,
    /// Ends the connection with RST, not FIN. Only the last step.
    Reset,
}

/// Does all of it and closes; how many octets the client's side took. An error is how a client says that it has had
/// enough.
pub(super) async fn perform(mut stream: TcpStream, steps: &[Step]) -> usize {
    let mut sent = 0;
    if matches!(steps.last(), Some(Step::Reset)) {
        stream.set_zero_linger().expect("a socket");
    }
    let ended: io::Result<()> = match steps.split_first() {
        Some((Step::Tls(pem), steps)) => match acceptor(pem).accept(stream).await {
            Ok(mut stream) => converse(&mut stream, steps, &mut sent).await,
            Err(error) => Err(error),
        },
        _ => converse(&mut stream, steps, &mut sent).await,
    };
    drop(ended);
    sent
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    steps: &[Step],
    sent: &mut usize,
) -> io::Result<()> {
    for step in steps {
        match step {
            Step::Hear => hear(stream).await?,
            Step::Say(bytes) => say(stream, bytes, sent).await?,
            Step::Drip(bytes) => {
                for byte in bytes {
                    say(stream, &[*byte], sent).await?;
                    tokio::time::sleep(DRIP).await;
                }
            }
            Step::Repeat(bytes) => loop {
                say(stream, bytes, sent).await?;
            },
            Step::Rounds(bytes) => loop {
                say(stream, bytes, sent).await?;
                tokio::time::sleep(DRIP).await;
            },
            Step::Finish => stream.shutdown().await?,
            Step::Wait => while stream.read(&mut [0; 1024]).await? > 0 {},
            Step::Tls(_) | Step::Reset => {}
        }
    }
    // TLS says goodbye, TCP does so by itself.
    stream.shutdown().await
}

async fn hear<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    Ok(())
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, mut bytes: &[u8], sent: &mut usize) -> io::Result<()> {
    while !bytes.is_empty() {
        let taken = stream.write(bytes).await?;
        *sent += taken;
        bytes = &bytes[taken..];
    }
    stream.flush().await
}

fn acceptor(pem: &str) -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .expect("a certificate and its key");
    TlsAcceptor::from(Arc::new(config))
}
