//! The plays, by what is the matter.

mod broken;
mod endless;
mod fair;
mod foreign;
mod misleading;
mod slow;

pub(crate) use broken::{cut_off, nobody};
pub(crate) use endless::too_much;
pub(crate) use fair::fair;
pub(crate) use foreign::{no_http, tls};
pub(crate) use misleading::{documents, lies, statuses};
pub(crate) use slow::slow;

use super::play::{Act, Ends, Good, Play, ok, with_head};
use super::site::Which;
use super::step::Step::{self, Drip, Finish, Hear, Repeat, Reset, Rounds, Say, Tls, Wait};

const MIB: usize = 1024 * 1024;

/// The first half of something.
fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

/// One chunk of a chunked body.
fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

const CHUNKED: &str = "Transfer-Encoding: chunked";
