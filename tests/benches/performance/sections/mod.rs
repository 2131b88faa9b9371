//! One file for each section of the page.

mod allocations;
mod growth;
mod intro;
mod keys;
mod layer;
mod limits;
mod machine;
mod memory;
mod method;
mod peers;
mod primitives;
mod promises;
mod refresh;
mod running;
mod sockets;

pub(crate) use allocations::allocations;
pub(crate) use growth::growth;
pub(crate) use intro::intro;
pub(crate) use keys::keys;
pub(crate) use layer::layer;
pub(crate) use limits::limits;
pub(crate) use machine::machine;
pub(crate) use memory::memory;
pub(crate) use method::method;
pub(crate) use peers::peers;
pub(crate) use primitives::primitives;
pub(crate) use promises::promises;
pub(crate) use refresh::refresh;
pub(crate) use running::running;
pub(crate) use sockets::sockets;
