use portcullis_benches::report::{Figure, Results as Table};

use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::plot::{PercentilePlot, Profile, Trouble};
use crate::refresh::{FETCHING, FLOODED, IDLE, figure, profile, tables};
use crate::results::Results;

/// Latencies while something else goes on.
pub(crate) fn refresh(results: &Results) -> Result<Section, Trouble> {
    let tables = tables(results);
    if tables.is_empty() {
        return Ok(Section::missing("refresh"));
    }
    let mut section = Section::default();
    section.paragraph(
        "Requests with known keys at a steady rate, and how long each took from the moment it was due, so that a \
         request that waits makes those behind it late. The conditions take turns. The machine's scheduling noise is in \
         all of them, idle too: a thread that is not run for a millisecond shows here, whoever is to blame.",
    );
    for (place, file) in [("another thread", "latency-apart.svg"), ("the same thread", "latency-together.svg")] {
        let Some(table) =
            tables.iter().find(|table| table.name == format!("tokens are cached, background work on {place}"))
        else {
            continue;
        };
        let title = format!("Latency of cached callers; fetches and flood on {place}");
        let profiles = profiles(table);
        let plot = PercentilePlot {
            title: &title,
            up: "microseconds",
            profiles: &profiles,
            limit: Some((5000.0, "5 ms, which no request may reach")),
        };
        section.plot(file, &title, plot.draw()?);
    }
    let rows = tables.iter().flat_map(|table| {
        [IDLE, FETCHING, FLOODED].map(|condition| {
            let cell = |what: &str| figure(table, condition, what).map_or("-".to_owned(), number::with_quartiles);
            let percentiles = ["50 %", "99 %", "99.9 %", "100 %"].map(cell);
            [vec![table.name.clone(), condition.to_owned()], percentiles.to_vec(), vec![cell("slowest of a phase")]]
                .concat()
        })
    });
    section.paragraph(markdown::table(
        &["", "", "median", "99 %", "99.9 %", "slowest", "slowest of a phase, median [quartiles]"],
        rows,
    ));
    section.paragraph(counted(tables));
    Ok(section)
}

fn profiles(table: &Table) -> Vec<Profile> {
    let profiles = [IDLE, FETCHING, FLOODED]
        .map(|condition| Profile { label: condition.to_owned(), points: profile(table, condition) });
    profiles.into_iter().filter(|profile| !profile.points.is_empty()).collect()
}

/// How much of what there was, over all tables.
fn counted(tables: &[Table]) -> String {
    let sum = |condition, what| {
        let figures = tables.iter().filter_map(|table| figure(table, condition, what));
        number::grouped(figures.map(|figure: &Figure| figure.median).sum::<f64>())
    };
    format!(
        "In {} s of fetching there were {} fetches. In {} s of flood, {} tokens with invented `kid`s caused {} fetches; \
         {} of them were answered with 401, and {} with 503. While idle there were {} fetches.",
        sum(FETCHING, "measured"),
        sum(FETCHING, "key fetches"),
        sum(FLOODED, "measured"),
        sum(FLOODED, "invented kids"),
        sum(FLOODED, "key fetches"),
        sum(FLOODED, "answered 401"),
        sum(FLOODED, "answered 503"),
        sum(IDLE, "key fetches"),
    )
}
