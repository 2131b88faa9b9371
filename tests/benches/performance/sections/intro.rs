use crate::number;
use crate::page::Section;
use crate::results::Results;

/// What hits and misses are, and what they cost.
pub(crate) fn intro(results: &Results) -> Section {
    let mut section = Section::default();
    section.paragraph("# Performance");
    section.paragraph(
        "A **miss** is a request with a token that is seen for the first time, or seen again with the cache off: the \
         signature is checked, which is nearly all of the cost. A **hit** is a request with a token that was verified \
         before and is remembered: its times, its issuer's keys and its revocation still count, its signature is not \
         checked again. Tokens are used for as long as they live, so most requests to most services are hits.",
    );
    let added = |name| results.figure("layer", "axum, RS256", name).map(number::median);
    let names = ["miss: added", "hit, one hot token: added", "hit, all tokens: added"].map(added);
    if let [Some(miss), Some(hot), Some(live)] = names {
        let quick = if results.report("layer").is_some_and(|report| report.quick) { " (quick run)" } else { "" };
        section.paragraph(format!(
            "On the machine [below](#machine), with RS256 and through the axum layer and extractor, a miss adds {miss} \
             to a request, a hit {hot} when it is the same token again and again, and {live} when many take turns{quick}."
        ));
    }
    section.paragraph(
        "Every figure below is from a result file of a benchmark ([copies](performance/measured)), and the page is \
         written by a program.",
    );
    let quick = results.reports().filter(|report| report.quick).map(|report| format!("`{}`", report.bench));
    let quick = quick.collect::<Vec<_>>().join(", ");
    if !quick.is_empty() {
        section.paragraph(format!(
            "> **Drawn from quick runs** of {quick}, which show that the programs work, and whose figures mean little.",
        ));
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    #[test]
    fn figures_of_a_quick_run_are_marked_in_the_sentence_that_gives_them() {
        let rows =
            ["miss: added", "hit, one hot token: added", "hit, all tokens: added"].map(|name| (name, "ns", 300.0));
        let mut report = invented::report("layer", vec![invented::table("axum, RS256", &[], &rows)]);
        let mark = "take turns (quick run).";
        assert!(!intro(&Results::of([report.clone()])).text.contains(mark));
        report.quick = true;
        assert!(intro(&Results::of([report])).text.contains(mark));
    }
}
