use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

const METHOD: &str = "\
All rows of a table are measured in one process, in interleaved rounds: each row has a sample in every round, and each
round begins with another row, so that what disturbs the machine for a while disturbs all of them. A figure is the median
of its rounds, with the quartiles in brackets. Ratios and differences are computed in each round from that round's
samples, and only then reduced to a median, but for one: what a bad signature costs beyond the raw check is the difference
of two medians. Counts, sizes and slowest requests have no rounds. The thread that measures is bound to a core where the system does that.

**Nanoseconds of different tables must not be compared**: the clock of a shared machine moves between runs. Ratios may.

Tokens have the shape of RFC 9068, with 464 octets of claims; with RS256 that makes 1,035 characters. Where tokens are
many they are distinct, and cached ones are asked for in another order than the one in which they came: a processor's branch
predictor learns a token that is repeated, and its caches an order.

Everything is built as a release with thin LTO and one codegen unit (`[profile.bench]`), the peers too. Features are the
default ones: `tracing` is on, with nobody who listens, and `metrics` off.";

/// How it was measured.
pub(crate) fn method(_: &Results) -> Result<Section, Trouble> {
    Ok(Section::text(METHOD))
}
