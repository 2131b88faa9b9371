//! Settings.

use std::fmt;
use std::time::Duration;

use portcullis::Revocations;
use portcullis::defaults::REVOCATIONS_USABLE_FOR;
use redis::{Client, ConnectionInfo, IntoConnectionInfo, ProtocolVersion};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::defaults;
use crate::handle::{Inner, RedisRevocations};
use crate::keeper::{Detach, Keeper};
use crate::link::{Names, Source};
use crate::problem::StartError;
use crate::progress::Teller;

/// Settings of [`RedisRevocations`]. Setters consume and never fail; starting tells what is wrong.
#[must_use]
pub struct RedisRevocationsBuilder {
    url: String,
    prefix: String,
    usable_for: Duration,
    look_every: Duration,
    reload_every: Duration,
    timeout: Duration,
    max_entries: usize,
    #[cfg(feature = "tls")]
    root_certificates: Option<Vec<u8>>,
}

impl RedisRevocationsBuilder {
    pub(crate) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            prefix: defaults::PREFIX.to_owned(),
            usable_for: REVOCATIONS_USABLE_FOR,
            look_every: defaults::LOOK_EVERY,
            reload_every: defaults::RELOAD_EVERY,
            timeout: defaults::TIMEOUT,
            max_entries: defaults::MAX_ENTRIES,
            #[cfg(feature = "tls")]
            root_certificates: None,
        }
    }

    /// How long callers are accepted after the list was in step with Redis; after that they are refused with 503, since
    /// what was revoked elsewhere is not known here. Default 5 minutes
    /// ([`REVOCATIONS_USABLE_FOR`]), from 1 second to 24 hours.
    pub fn usable_for(mut self, time: Duration) -> Self {
        self.usable_for = time;
        self
    }

    /// Before the names of keys and channel, so that several services can share a Redis. Default [`defaults::PREFIX`]; 1 to
    /// 64 visible ASCII characters without braces. Instances with the same prefix share their revocations.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How often Redis is asked whether a message was missed. Default [`defaults::LOOK_EVERY`], from 10 ms to a minute.
    pub fn look_every(mut self, time: Duration) -> Self {
        self.look_every = time;
        self
    }

    /// How often everything is read again for nothing but safety. Default [`defaults::RELOAD_EVERY`], from 1 second to 24
    /// hours. It is read after each reconnect in any case.
    pub fn reload_every(mut self, time: Duration) -> Self {
        self.reload_every = time;
        self
    }

    /// For connecting, and for each answer. Default [`defaults::TIMEOUT`], from 100 ms to a minute.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// How many revocations are held in Redis and read from there. Beyond it none is added and none is read, and callers are
    /// refused in the end. Default [`defaults::MAX_ENTRIES`], from 1 to 100,000,000.
    pub fn max_entries(mut self, entries: usize) -> Self {
        self.max_entries = entries;
        self
    }

    /// Trusts these certificate authorities, as PEM, instead of the system's, for `rediss://`.
    #[cfg(feature = "tls")]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates = Some(pem.into());
        self
    }

    /// Starts, and waits until the list is in step: within some seconds, or not at all.
    ///
    /// # Errors
    /// [`StartError`], and the list is as it was.
    pub async fn connect(self, revocations: &Revocations) -> Result<RedisRevocations, StartError> {
        let (inner, task) = self.spawn(revocations)?;
        if let Err(problem) = inner.first().await {
            // Whether it is still there to be told does not matter; that it is over does.
            let _ = inner.stop.send(Detach);
            let _ = task.await;
            return Err(problem.into());
        }
        Ok(RedisRevocations::new(inner))
    }

    /// Starts without waiting. Until the list is in step, callers are refused with 503: what was revoked is not known yet.
    ///
    /// # Errors
    /// [`StartError`] for what is wrong whatever Redis does, and the list is as it was.
    pub fn start(self, revocations: &Revocations) -> Result<RedisRevocations, StartError> {
        Ok(RedisRevocations::new(self.spawn(revocations)?.0))
    }

    fn spawn(self, revocations: &Revocations) -> Result<(Inner, JoinHandle<()>), StartError> {
        self.check()?;
        let client = self.client()?;
        let runtime = Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let feed = revocations.feed(self.usable_for)?;
        let (teller, progress) = Teller::new();
        let (stop, stopped) = oneshot::channel();
        let Self { prefix, timeout, max_entries, look_every, reload_every, .. } = self;
        let source = Source { client, names: Names::new(&prefix), timeout, max_entries };
        let task = runtime.spawn(Keeper { feed, source, teller, look_every, reload_every }.keep(stopped));
        Ok((Inner { list: revocations.clone(), progress, patience: 2 * timeout, stop }, task))
    }

    fn check(&self) -> Result<(), StartError> {
        let range = |setting, value: Duration, from: Duration, to: Duration, problem| match (from..=to).contains(&value)
        {
            true => Ok(()),
            false => Err(StartError::Setting { setting, problem }),
        };
        let (milli, second) = (Duration::from_millis(1), Duration::from_secs(1));
        range("look_every", self.look_every, 10 * milli, 60 * second, "outside 10 ms to a minute; 1 s is the default")?;
        let day = 24 * 3600 * second;
        range("reload_every", self.reload_every, second, day, "outside 1 s to 24 hours; 5 minutes is the default")?;
        range("timeout", self.timeout, 100 * milli, 60 * second, "outside 100 ms to a minute; 2 s is the default")?;
        if !(1..=100_000_000).contains(&self.max_entries) {
            let problem = "outside 1 to 100,000,000; 1,000,000 is the default";
            return Err(StartError::Setting { setting: "max_entries", problem });
        }
        let is_good = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}');
        if !(1..=64).contains(&self.prefix.len()) || !self.prefix.bytes().all(is_good) {
            let problem = "not 1 to 64 visible ASCII characters without braces";
            return Err(StartError::Setting { setting: "prefix", problem });
        }
        Ok(())
    }

    /// Nothing of the address is in the error: it may hold a password, also where nobody looks for one.
    fn client(&self) -> Result<Client, StartError> {
        const FORM: &str = "is not of the form redis://[user:password@]host[:port][/database]; other characters than letters \
                            and digits in user and password must be percent-encoded";
        let bad = |_| StartError::Url(FORM);
        let is_tls = self.url.starts_with("rediss:") || self.url.starts_with("valkeys:");
        if is_tls && !cfg!(feature = "tls") {
            return Err(StartError::Url("asks for TLS: switch on the feature `tls` of portcullis-redis"));
        }
        let info = self.url.as_str().into_connection_info().map_err(bad)?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        // A message is one small packet, and must not wait for the one before it to be acknowledged.
        let tcp = info.tcp_settings().clone().set_nodelay(true);
        self.open(info.set_redis_settings(settings).set_tcp_settings(tcp), is_tls)
    }

    #[cfg(feature = "tls")]
    fn open(&self, info: ConnectionInfo, is_tls: bool) -> Result<Client, StartError> {
        const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";
        let bad = |()| StartError::Url("cannot be used with the certificates that are given for it, if they are any");
        if is_tls && rustls::crypto::CryptoProvider::get_default().is_none() {
            // What rustls would do by itself, if it did not panic where more than one is compiled in. Fails if somebody else
            // was quicker, which is as good.
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        }
        match &self.root_certificates {
            // The client would trust nobody, and say so in riddles.
            Some(pem) if !pem.windows(CERTIFICATE.len()).any(|some| some == CERTIFICATE) => Err(bad(())),
            Some(pem) if is_tls => {
                let certificates = redis::TlsCertificates { client_tls: None, root_cert: Some(pem.clone()) };
                Client::build_with_tls(info, certificates).map_err(|_| bad(()))
            }
            _ => Client::open(info).map_err(|_| bad(())),
        }
    }

    #[cfg(not(feature = "tls"))]
    fn open(&self, info: ConnectionInfo, _: bool) -> Result<Client, StartError> {
        Client::open(info).map_err(|_| StartError::Url("cannot be used"))
    }
}

/// The address may hold a password.
impl fmt::Debug for RedisRevocationsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRevocationsBuilder")
            .field("prefix", &self.prefix)
            .field("usable_for", &self.usable_for)
            .field("look_every", &self.look_every)
            .field("reload_every", &self.reload_every)
            .field("timeout", &self.timeout)
            .field("max_entries", &self.max_entries)
            .finish_non_exhaustive()
    }
}
