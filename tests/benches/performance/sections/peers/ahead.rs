//! Where others are better.

use crate::number;
use crate::peers::{Ahead, SLOWEST};

/// Names everything in which a peer needs less than we do, a line for each comparison.
pub(super) fn sentence(ahead: &[Ahead]) -> String {
    if ahead.is_empty() {
        return "**Where a peer is ahead:** in no figure of this comparison.".to_owned();
    }
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for one in ahead {
        let ours = number::written(one.our_figure, &one.unit);
        let note = if one.table == SLOWEST { " (one maximum of one run each)" } else { "" };
        let head = format!("{}{note}, than {} with {ours}", one.table, one.ours);
        let peer = format!("{} with {}", one.peer, number::written(one.theirs, &one.unit));
        match lines.iter_mut().find(|(known, _)| *known == head) {
            Some((_, peers)) => peers.push(peer),
            None => lines.push((head, vec![peer])),
        }
    }
    let lines: Vec<String> = lines.iter().map(|(head, peers)| format!("- {head}: {}", peers.join("; "))).collect();
    let intro =
        "**Where a peer is ahead**, by the median, of the row of ours that it is compared with. Less is needed in:";
    format!("{intro}\n\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_ahead_is_named_with_both_figures() {
        let ahead = |table: &str, peer: &str, theirs| Ahead {
            table: table.into(),
            peer: peer.into(),
            theirs,
            ours: "portcullis-axum, miss".into(),
            our_figure: 39_000.0,
            unit: "ns".into(),
        };
        let all = [ahead("ES256", "fast", 38_000.0), ahead("RS256", "fast", 37_000.0), ahead("ES256", "faster", 900.0)];
        let text = sentence(&all);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        let expected = [
            "- ES256, than portcullis-axum, miss with 39.0 µs: fast with 38.0 µs; faster with 900 ns",
            "- RS256, than portcullis-axum, miss with 39.0 µs: fast with 37.0 µs",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_maximum_is_called_one() {
        let slowest = Ahead {
            table: SLOWEST.into(),
            peer: "fast".into(),
            theirs: 258e3,
            ours: "portcullis-axum, miss".into(),
            our_figure: 885e3,
            unit: "ns".into(),
        };
        let expected = "- slowest request while keys are refreshed (one maximum of one run each), than \
                        portcullis-axum, miss with 885 µs: fast with 258 µs";
        assert_eq!(sentence(&[slowest]).lines().last(), Some(expected));
    }

    #[test]
    fn nobody_ahead_is_said_too() {
        assert_eq!(sentence(&[]), "**Where a peer is ahead:** in no figure of this comparison.");
    }
}
