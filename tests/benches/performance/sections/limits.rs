use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

const LIMITS: &str = "\
- TLS, HTTP/2, and a network: loopback only, plain HTTP/1.1.
- More cores than the machine has: two threads say little about thirty.
- Other allocators than the system's. A faster one narrows what allocations cost, in us and in the others.
- Other processors than the one named above; no aarch64.
- Other sizes and shapes of token than the one that is described under Method.
- Token introspection, which is another server's time, and API keys in a database, which is the database's.
- Whether refusals of API keys can be told apart through a framework or over a network, which add noise and take none away.
- A machine that does nothing else: virtual machines share theirs, and the quartiles show it.";

/// What the figures do not say.
pub(crate) fn limits(_: &Results) -> Result<Section, Trouble> {
    Ok(Section::text(LIMITS))
}
