//! One connection: commands and messages over the same socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use portcullis::Revocation;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, PushInfo, PushKind, RedisError, Value};
use tokio::sync::mpsc;

use crate::defaults::{KEPT_AFTER_END, MAX_TEXT_BYTES, MESSAGES, PAGE};
use crate::news::Position;
use crate::problem::RedisProblem;

/// Where things are in Redis. The braces keep them together in a cluster.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    entries: String,
    state: String,
    channel: String,
}

impl Names {
    pub(crate) fn new(prefix: &str) -> Self {
        let name = |what: &str| format!("{{{prefix}}}:revocations{what}");
        Self { entries: name(""), state: name(":state"), channel: name(":added") }
    }
}

/// How to get a connection, and what may come over it.
pub(crate) struct Source {
    pub(crate) client: Client,
    pub(crate) names: Names,
    pub(crate) timeout: Duration,
    pub(crate) max_entries: usize,
}

/// One connection, with its subscription.
///
/// Messages and answers share a socket (RESP3). So whatever was added before Redis answered has arrived when the answer has.
pub(crate) struct Link<'a> {
    source: &'a Source,
    connection: MultiplexedConnection,
    messages: mpsc::Receiver<Vec<u8>>,
    oversized: Arc<AtomicU64>,
}

/// What Redis says of all it holds.
pub(crate) struct Overview {
    pub(crate) position: Position,
    pub(crate) entries: usize,
}

/// Some of what it holds.
pub(crate) struct Page {
    /// Nothing after the last one.
    pub(crate) next: Option<u64>,
    pub(crate) revocations: Vec<Revocation>,
    /// How much there was that is no revocation.
    pub(crate) junk: u64,
}

impl Source {
    /// Connects and subscribes.
    pub(crate) async fn open(&self) -> Result<Link<'_>, RedisProblem> {
        let (sender, messages) = mpsc::channel(MESSAGES);
        let oversized = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&oversized);
        // Runs where the socket is read, so it never waits. What finds no room is missed, and that is noticed.
        let take = move |push: PushInfo| {
            match payload(push) {
                Some(payload) if payload.len() <= MAX_TEXT_BYTES + 128 => drop(sender.try_send(payload)),
                Some(_) => drop(counter.fetch_add(1, Ordering::Relaxed)),
                None => {}
            }
            Ok::<(), RedisError>(())
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout))
            .set_push_sender(take);
        // Once more around all of it: a name that takes long to resolve, a TLS handshake that hangs.
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let connecting = tokio::time::timeout(2 * self.timeout, connecting).await;
        let mut connection = connecting.map_err(|_| RedisProblem::TimedOut)?.map_err(|error| self.problem(&error))?;
        connection.subscribe(&self.names.channel).await.map_err(|error| self.problem(&error))?;
        Ok(Link { source: self, connection, messages, oversized })
    }

    fn problem(&self, error: &RedisError) -> RedisProblem {
        RedisProblem::of(error, self.max_entries)
    }
}

impl Link<'_> {
    /// The next message. Never, once the connection is gone: the next command tells.
    pub(crate) async fn message(&mut self) -> Vec<u8> {
        match self.messages.recv().await {
            Some(message) => message,
            None => std::future::pending().await,
        }
    }

    /// A message that has arrived.
    pub(crate) fn arrived(&mut self) -> Option<Vec<u8>> {
        self.messages.try_recv().ok()
    }

    /// How many messages were too long to be kept, since the last time.
    pub(crate) fn oversized(&self) -> u64 {
        self.oversized.swap(0, Ordering::Relaxed)
    }

    pub(crate) async fn overview(&mut self) -> Result<Overview, RedisProblem> {
        let Names { entries, state, .. } = &self.source.names;
        let mut both = redis::pipe();
        both.cmd("HMGET").arg(state).arg(&["generation", "version"]).cmd("ZCARD").arg(entries);
        type State = (Option<Vec<u8>>, Option<u64>);
        let answer = both.query_async::<(State, usize)>(&mut self.connection).await;
        let ((generation, version), entries) = answer.map_err(|error| self.source.problem(&error))?;
        let generation = generation.map(|generation| String::from_utf8_lossy(&generation).into());
        Ok(Overview { position: Position { generation, version: version.unwrap_or(0) }, entries })
    }

    /// What there is from a place on; the first is 0.
    pub(crate) async fn page(&mut self, from: u64) -> Result<Page, RedisProblem> {
        let mut command = redis::cmd("EVAL");
        command.arg(include_str!("page.lua")).arg(1).arg(&self.source.names.entries);
        command.arg(from).arg(PAGE).arg(MAX_TEXT_BYTES);
        let (next, longer, texts): (u64, u64, Vec<Vec<u8>>) = self.ask(&command).await?;
        let read = |text: &Vec<u8>| std::str::from_utf8(text).ok().and_then(|text| Revocation::from_json(text).ok());
        let revocations: Vec<Revocation> = texts.iter().filter_map(read).collect();
        let junk = longer + (texts.len() - revocations.len()) as u64;
        Ok(Page { next: (next != 0).then_some(next), revocations, junk })
    }

    /// Adds what is not there yet, in several steps where it is much. Returns how many of them cannot be sent at all.
    pub(crate) async fn put(&mut self, revocations: &[Revocation]) -> Result<u64, RedisProblem> {
        let mut unfit = 0;
        for some in revocations.chunks(PAGE) {
            let Names { entries, state, channel } = &self.source.names;
            let mut command = redis::cmd("EVAL");
            command.arg(include_str!("put.lua")).arg(2).arg(entries).arg(state).arg(channel);
            command.arg(format!("{:032x}", fastrand::u128(..)));
            command.arg(self.source.max_entries).arg(millis(KEPT_AFTER_END));
            for revocation in some {
                match revocation.to_json() {
                    Ok(text) => drop(command.arg(end(revocation)).arg(text)),
                    Err(_) => unfit += 1,
                }
            }
            let _: Value = self.ask(&command).await?;
        }
        Ok(unfit)
    }

    async fn ask<T: FromRedisValue>(&mut self, command: &redis::Cmd) -> Result<T, RedisProblem> {
        command.query_async(&mut self.connection).await.map_err(|error| self.source.problem(&error))
    }
}

fn payload(push: PushInfo) -> Option<Vec<u8>> {
    match (push.kind, push.data.into_iter().next_back()) {
        (PushKind::Message, Some(Value::BulkString(payload))) => Some(payload),
        _ => None,
    }
}

fn end(revocation: &Revocation) -> u64 {
    revocation.until().duration_since(std::time::UNIX_EPOCH).map_or(0, millis)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
