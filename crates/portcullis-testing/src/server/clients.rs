//! Registered clients, and authorization codes on their way.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::{constant_time, rand};

use crate::encoding::base64url;

/// Codes that may be on their way at a time; older ones are forgotten, which a client sees as `invalid_grant`.
const MOST_CODES: usize = 1000;

#[derive(Clone)]
pub(super) struct Client {
    id: String,
    secret: Option<String>,
    pub(super) redirect_uri: Option<String>,
}

impl Client {
    pub(super) fn confidential(id: &str, secret: &str) -> Self {
        Self { id: id.into(), secret: Some(secret.into()), redirect_uri: None }
    }

    pub(super) fn public(id: &str, redirect_uri: &str) -> Self {
        Self { id: id.into(), secret: None, redirect_uri: Some(redirect_uri.into()) }
    }

    pub(super) fn is_confidential(&self) -> bool {
        self.secret.is_some()
    }

    /// A public client has nothing to prove, and must not try to.
    pub(super) fn accepts(&self, secret: Option<&str>) -> bool {
        match (&self.secret, secret) {
            (Some(own), Some(given)) => {
                constant_time::verify_slices_are_equal(own.as_bytes(), given.as_bytes()).is_ok()
            }
            (None, None) => true,
            _ => false,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(super) struct Clients(HashMap<String, Client>);

impl Clients {
    /// Of two with one id, the last counts.
    pub(super) fn new(clients: Vec<Client>) -> Self {
        Self(clients.into_iter().map(|client| (client.id.clone(), client)).collect())
    }

    pub(super) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

/// What was approved when a code was given out.
pub(super) struct Approval {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) scope: Option<String>,
    pub(super) resources: Vec<String>,
    pub(super) expires: u64,
}

/// Codes that have not been redeemed yet, oldest first.
pub(super) struct Codes(Mutex<Vec<(String, Approval)>>);

impl Codes {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// A code of 256 bits. `None` when the system has no randomness.
    pub(super) fn issue(&self, approval: Approval) -> Option<String> {
        let mut octets = [0; 32];
        rand::fill(&mut octets).ok()?;
        let code = base64url(octets);
        let mut codes = self.codes();
        if codes.len() == MOST_CODES {
            codes.remove(0);
        }
        codes.push((code.clone(), approval));
        Some(code)
    }

    /// Gone with the first attempt, whether that succeeds or not (RFC 6749 §4.1.2).
    pub(super) fn redeem(&self, code: &str) -> Option<Approval> {
        let mut codes = self.codes();
        let at = codes.iter().position(|(issued, _)| issued == code)?;
        Some(codes.remove(at).1)
    }

    fn codes(&self) -> MutexGuard<'_, Vec<(String, Approval)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
