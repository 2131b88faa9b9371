use portcullis_benches::report::Figure;

use crate::markdown;
use crate::number;
use crate::page::Section;
use crate::plot::Trouble;
use crate::results::Results;

/// The table of processor times.
const COST: &str = "processor time of the server for a request";

/// Requests a second.
pub(crate) fn sockets(results: &Results) -> Result<Section, Trouble> {
    let Some(throughput) = results.table("sockets", "throughput") else { return Ok(Section::missing("sockets")) };
    let mut section = Section::default();
    section.paragraph(
        "HTTP/1.1 over loopback: an axum server on one core, the load on another, 32 connections, each of which sends \
         its next request when the last was answered. The server without auth is sent the same tokens. Where the server \
         does not use all of its core, it was the load that set the pace, and the ratio of processor times says more \
         than that of the rates.",
    );
    let beside = |table: &str, name: &str| results.figure("sockets", table, name);
    let rows = throughput.rows.iter().map(|rate| {
        let cell = |figure: Option<&Figure>| figure.map_or("-".to_owned(), number::with_quartiles);
        let over = throughput.derived.iter().find(|ratio| ratio.name.starts_with(&format!("{} over ", rate.name)));
        vec![
            rate.name.clone(),
            number::with_quartiles(rate),
            cell(over),
            cell(beside(COST, &rate.name)),
            cell(beside(COST, &format!("{}, over no auth", rate.name))),
            cell(beside("share of its core that the server used", &rate.name)),
            cell(beside("share of its core that the load used", &rate.name)),
        ]
    });
    let head = [
        "",
        "requests a second",
        "over the server without auth",
        "server's processor time for one",
        "over the server without auth",
        "server's share of its core",
        "load's share of its core",
    ];
    section.paragraph(markdown::table(&head, rows));
    Ok(section)
}
