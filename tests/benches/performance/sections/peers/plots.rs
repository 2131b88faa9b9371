//! The pictures.

use portcullis_benches::report::Results as Table;

use crate::number;
use crate::page::{Drawn, Section};
use crate::peers::{DECISIVE, Peers};
use crate::plot::{Bar, BarPlot, Kind, Trouble};

const AXIS: &str = "microseconds, on a logarithmic scale; shorter is better";

/// Everybody, with each algorithm; and for the README those set to their fastest, in axum.
pub(super) fn draw(peers: &Peers<'_>, section: &mut Section) -> Result<(), Trouble> {
    for (algorithm, file) in [("RS256", "peers-rs256.svg"), ("ES256", "peers-es256.svg")] {
        let Some(table) = peers.table(&format!("{algorithm}, many tokens")) else { continue };
        let bars = bars(table, |_| true);
        let title = format!("Time added to a request, {algorithm}, many different tokens");
        let plot = BarPlot { title: &title, axis: AXIS, bars: &bars, pitch: 30 };
        section.plot(file, &title, plot.draw()?);
    }
    if let Some(table) = peers.table(DECISIVE) {
        let fastest = |name: &str| !Peers::is_as_shipped(name) && !name.contains("actix");
        let bars = bars(table, fastest);
        let title = "Time that authentication adds to a request in axum, RS256";
        let plot = BarPlot { title, axis: AXIS, bars: &bars, pitch: 25 };
        section.plots.push(Drawn { file: "peers-small.svg".to_owned(), svg: plot.draw()? });
    }
    Ok(())
}

/// Ours first, hits before misses; then the others, the quickest first.
fn bars(table: &Table, shown: impl Fn(&str) -> bool) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Peers::added(table)
        .into_iter()
        // Noise can make a difference of nearly nothing negative, which no logarithm has.
        .filter(|(name, figure)| shown(name) && figure.median > 0.0)
        .map(|(name, figure)| Bar {
            label: name.to_owned(),
            kind: kind(name),
            value: figure.median / 1e3,
            written: number::time(figure.median),
        })
        .collect();
    bars.sort_by(|a, b| {
        (a.kind == Kind::Other, a.value)
            .partial_cmp(&(b.kind == Kind::Other, b.value))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    bars
}

fn kind(name: &str) -> Kind {
    match (Peers::is_ours(name), name.ends_with("hit")) {
        (true, true) => Kind::Hit,
        (true, false) => Kind::Miss,
        (false, _) => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn ours_come_first_and_the_others_by_their_time() {
        let added = [
            ("portcullis-axum, miss: added", "ns", 15_000.0),
            ("portcullis-axum, hit: added", "ns", 400.0),
            ("slow: added", "ns", 30_000.0),
            ("quick: added", "ns", 10_000.0),
            ("slow: added, over portcullis-axum, hit", "ratio", 75.0),
        ];
        let bars = bars(&invented::table(DECISIVE, &[], &added), |_| true);
        let labels: Vec<&str> = bars.iter().map(|bar| &*bar.label).collect();
        assert_eq!(labels, ["portcullis-axum, hit", "portcullis-axum, miss", "quick", "slow"]);
        assert_eq!((bars[0].kind, bars[1].kind, &*bars[3].written), (Kind::Hit, Kind::Miss, "30.0 µs"));
    }
}
