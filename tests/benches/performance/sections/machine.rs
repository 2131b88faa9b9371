use std::collections::BTreeMap;

use portcullis_benches::Report;

use crate::markdown;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

/// Where the figures are from, by the result files themselves.
pub(crate) fn machine(results: &Results) -> Result<Section, Trouble> {
    let mut section = Section::default();
    let line = |report: &Report| {
        let machine = &report.machine;
        let pinned = if machine.pinned { "pinned" } else { "not pinned" };
        vec![
            format!("`{}`", report.bench),
            report.date.clone(),
            format!("{}, {} cores, {pinned}", machine.cpu, machine.cores),
            machine.kernel.clone(),
            machine.rustc.clone(),
            // Files of before it was written down have none.
            if machine.commit.is_empty() { "-".to_owned() } else { format!("`{}`", machine.commit) },
            if report.quick { "quick".to_owned() } else { "full".to_owned() },
        ]
    };
    let head = ["benchmark", "date", "processor", "system", "compiler", "commit", "run"];
    section.paragraph(markdown::table(&head, results.reports().map(line)));
    section.paragraph(
        "The commit is that of the working copy when the benchmark ran; a `+` says that files had been changed since, and a \
         dash that it was not written down.",
    );
    let mut versions = BTreeMap::new();
    for report in results.reports() {
        for (name, version) in &report.machine.crates {
            versions.entry(name).or_insert_with(Vec::new).push(version);
        }
    }
    let versions: Vec<String> = versions
        .into_iter()
        .map(|(name, mut versions)| {
            versions.sort();
            versions.dedup();
            format!("{name} {}", versions.iter().map(|version| version.as_str()).collect::<Vec<_>>().join(" or "))
        })
        .collect();
    if !versions.is_empty() {
        section.paragraph(format!("Versions: {}.", versions.join(", ")));
    }
    Ok(section)
}
