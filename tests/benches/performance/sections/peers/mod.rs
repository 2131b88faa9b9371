//! Beside other libraries.

mod ahead;
mod plots;
mod tables;

use crate::page::Section;
use crate::peers::Peers;
use crate::plot::Trouble;
use crate::results::Results;

/// Us and the peers: pictures, tables, and every figure in which a peer is ahead.
pub(crate) fn peers(results: &Results) -> Result<Section, Trouble> {
    let Some(peers) = Peers::of(results) else { return Ok(Section::missing("peers")) };
    let mut section = Section::default();
    section.paragraph(
        "The same route behind each library that could be built, in process: the time that each adds to a request, over \
         the same route without auth. Each peer is set to its fastest, and measured as it comes besides where that is \
         something else. No peer has a cache of verified tokens, so to them every request is what a miss is to us.",
    );
    plots::draw(&peers, &mut section)?;
    section.paragraph(ahead::sentence(&peers.ahead()));
    tables::write(&peers, &mut section);
    Ok(section)
}
