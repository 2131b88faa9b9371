//! One keep-alive connection in a closed loop.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What all connections of a round share.
pub(super) struct Shared {
    /// Whole requests as they go over the wire, sent in turn.
    pub(super) requests: Vec<Vec<u8>>,
    pub(super) next: AtomicUsize,
    pub(super) is_over: AtomicBool,
}

pub(super) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(4096) })
    }

    /// Sends until the round is over; how many requests were answered with 200.
    ///
    /// # Errors
    /// Any other answer: a figure with refusals in it would be a figure of something else.
    pub(super) async fn run(mut self, shared: &Shared) -> io::Result<u64> {
        let mut answered = 0;
        while !shared.is_over.load(Ordering::Relaxed) {
            let turn = shared.next.fetch_add(1, Ordering::Relaxed) % shared.requests.len();
            self.stream.write_all(&shared.requests[turn]).await?;
            self.read_answer().await?;
            answered += 1;
        }
        Ok(answered)
    }

    async fn read_answer(&mut self) -> io::Result<()> {
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match length(&self.answer)? {
                Some(length) if length == self.answer.len() => return Ok(()),
                Some(length) if length < self.answer.len() => {
                    return Err(strange("more than one answer", &self.answer));
                }
                _ => {}
            }
        }
    }
}

/// The length of a whole answer, head and body, once its head is there.
fn length(received: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut answer = httparse::Response::new(&mut headers);
    let head = match answer.parse(received) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(strange("no HTTP", received)),
    };
    if answer.code != Some(200) {
        return Err(strange("not 200", received));
    }
    let mut lengths = answer.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("content-length"));
    let body = lengths.next().and_then(|header| str::from_utf8(header.value).ok()).and_then(|text| text.parse().ok());
    body.map(|body: usize| Some(head + body)).ok_or_else(|| strange("no length", received))
}

fn strange(what: &str, answer: &[u8]) -> io::Error {
    io::Error::other(format!("{what}: {}", String::from_utf8_lossy(answer)))
}
