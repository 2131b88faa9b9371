//! Where others are better.

use crate::number;
use crate::peers::Ahead;

/// Names everything in which a peer needs less than we do.
pub(super) fn sentence(ahead: &[Ahead]) -> String {
    if ahead.is_empty() {
        return "**Where a peer is ahead:** in no figure of this comparison.".to_owned();
    }
    let one = |ahead: &Ahead| {
        format!(
            "- {}: {} with {}, {} with {}",
            ahead.table,
            ahead.peer,
            number::written(ahead.theirs, &ahead.unit),
            ahead.ours,
            number::written(ahead.our_figure, &ahead.unit),
        )
    };
    let lines: Vec<String> = ahead.iter().map(one).collect();
    let (verb, figures) = if lines.len() == 1 { ("is", "figure") } else { ("are", "figures") };
    format!(
        "**Where a peer is ahead** of the row of ours it is compared with, there {verb} {} {figures}:\n\n{}",
        lines.len(),
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_ahead_is_named_with_both_figures() {
        assert_eq!(sentence(&[]), "**Where a peer is ahead:** in no figure of this comparison.");
        let ahead = Ahead {
            table: "ES256, one token".into(),
            peer: "fast".into(),
            theirs: 38_000.0,
            ours: "portcullis-axum, miss".into(),
            our_figure: 39_000.0,
            unit: "ns".into(),
        };
        let text = sentence(std::slice::from_ref(&ahead));
        assert!(text.contains("there is 1 figure:"), "{text}");
        assert!(text.ends_with("- ES256, one token: fast with 38.0 µs, portcullis-axum, miss with 39.0 µs"), "{text}");
        assert!(sentence(&[ahead.clone(), ahead]).contains("there are 2 figures:"));
    }
}
