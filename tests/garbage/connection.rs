//! HTTP/1.1 by hand: a real client would refuse to send most of this.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::request::{After, Request};

/// A server that says nothing for that long hangs.
const GUARD: Duration = Duration::from_secs(20);

/// Longest head of an answer.
const MAX_HEAD: usize = 16 * 1024;

pub(crate) struct Connection {
    stream: TcpStream,
    /// Read and not used yet.
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends the requests one after the other without waiting, and collects the statuses of the answers: fewer where
    /// the server closed the connection. Only the last request may be one after which it may.
    pub(crate) async fn exchange(&mut self, requests: &[Request]) -> io::Result<Vec<u16>> {
        let octets: Vec<u8> = requests.iter().flat_map(|request| &request.octets).copied().collect();
        let last = requests.last().map_or(After::Open, |request| request.after);
        let (mut reader, mut writer) = self.stream.split();
        let buffer = &mut self.buffer;
        // Both at a time: a server may answer, and close, before it has read everything.
        let sending = async {
            let sent = writer.write_all(&octets).await;
            if last == After::Open { sent } else { Ok(()) }
        };
        let receiving = async {
            let mut statuses = Vec::with_capacity(requests.len());
            for request in requests.iter().filter(|request| request.after != After::HangUp) {
                match answer(&mut reader, buffer, request.is_head).await {
                    Ok(status) => statuses.push(status),
                    Err(_) if request.after == After::MayClose => break,
                    Err(error) => return Err(error),
                }
            }
            Ok(statuses)
        };
        let both = async { tokio::try_join!(sending, receiving) };
        let ((), statuses) = timeout(GUARD, both).await.map_err(|_| io::ErrorKind::TimedOut)??;
        Ok(statuses)
    }
}

/// Reads one answer and returns its status.
async fn answer(reader: &mut (impl AsyncReadExt + Unpin), buffer: &mut Vec<u8>, is_head: bool) -> io::Result<u16> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if buffer.len() > MAX_HEAD {
            return Err(io::Error::other("an endless head"));
        }
        more(reader, buffer).await?;
    };
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let status = head.strip_prefix("http/1.").and_then(|rest| rest.get(2..5)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no answer: {head:?}")))?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let length: usize = if is_head { 0 } else { length.unwrap_or(0) };
    while buffer.len() < end + length {
        more(reader, buffer).await?;
    }
    buffer.drain(..end + length);
    Ok(status)
}

async fn more(reader: &mut (impl AsyncReadExt + Unpin), buffer: &mut Vec<u8>) -> io::Result<()> {
    match reader.read_buf(buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
