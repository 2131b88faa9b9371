//! The comparison with peers: who is ahead of whom, in which figure.

use portcullis_benches::Report;
use portcullis_benches::report::{Figure, Results as Table};

use crate::results::Results;

/// The table that decides between peers: RS256, as most issuers sign, and more tokens than a branch predictor learns.
pub(crate) const DECISIVE: &str = "RS256, many tokens";

/// The table of the longest that one client waited while keys were refreshed: one maximum each, of whole requests.
pub(crate) const SLOWEST: &str = "slowest request while keys are refreshed";

/// Marks what was added to the route without authentication.
const ADDED: &str = ": added";
/// Stands between a peer and the row of ours that it is compared with.
const OVER: &str = ": added, over ";

/// The results of the comparison.
pub(crate) struct Peers<'a> {
    report: &'a Report,
}

/// A figure in which a peer needs less than the row of ours of its kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ahead {
    pub(crate) table: String,
    pub(crate) peer: String,
    pub(crate) theirs: f64,
    pub(crate) ours: String,
    pub(crate) our_figure: f64,
    pub(crate) unit: String,
}

impl<'a> Peers<'a> {
    pub(crate) fn of(results: &'a Results) -> Option<Self> {
        results.report("peers").map(|report| Self { report })
    }

    pub(crate) fn report(&self) -> &'a Report {
        self.report
    }

    pub(crate) fn table(&self, name: &str) -> Option<&'a Table> {
        self.report.tables.iter().find(|table| table.name == name)
    }

    /// Who was measured in a table of times, ours first, with the figure that counts: what was added to the route without
    /// authentication, or where nothing was taken off, the row itself.
    pub(crate) fn counts(table: &Table) -> Vec<(&str, &Figure)> {
        if table.name == SLOWEST {
            return table.rows.iter().map(|figure| (&*figure.name, figure)).collect();
        }
        Self::added(table)
    }

    /// Who was measured in a table, ours first, with what each added.
    pub(crate) fn added(table: &Table) -> Vec<(&str, &Figure)> {
        table.derived.iter().filter_map(|figure| Some((figure.name.strip_suffix(ADDED)?, figure))).collect()
    }

    pub(crate) fn is_ours(name: &str) -> bool {
        name.starts_with("portcullis")
    }

    /// Whether a peer is as it comes, rather than set to its fastest.
    pub(crate) fn is_as_shipped(name: &str) -> bool {
        name.ends_with(", as shipped") || name.ends_with(", RustCrypto")
    }

    /// By how much the fastest peer of a table is slower than a hit of ours in the same framework.
    pub(crate) fn closest_to_a_hit(&self, table: &str) -> Option<Figure> {
        let ratios = self
            .table(table)?
            .derived
            .iter()
            .filter(|figure| figure.name.split_once(OVER).is_some_and(|(_, ours)| ours.ends_with("hit")));
        ratios.min_by(|a, b| a.median.total_cmp(&b.median)).cloned()
    }

    /// The rows of ours that a peer is compared with: those of its framework, as the tables of good tokens pair them.
    fn rivals(&self, peer: &str) -> Vec<&'a str> {
        let mut rivals: Vec<&str> = self
            .report
            .tables
            .iter()
            .flat_map(|table| &table.derived)
            .filter_map(|figure| figure.name.split_once(OVER).filter(|(name, _)| *name == peer).map(|(_, ours)| ours))
            .collect();
        rivals.sort_unstable();
        rivals.dedup();
        rivals
    }

    /// Every figure in which a peer is ahead: time added, in each table, the slowest request, and allocations.
    pub(crate) fn ahead(&self) -> Vec<Ahead> {
        let mut ahead = Vec::new();
        for Comparable { name, figures } in self.report.tables.iter().flat_map(comparable) {
            for (peer, theirs) in figures.iter().filter(|(name, _)| !Self::is_ours(name)) {
                for rival in self.rivals(peer) {
                    let ours = figures.iter().find(|(name, _)| *name == rival);
                    if let Some((ours, our_figure)) = ours.filter(|(_, ours)| theirs.median < ours.median) {
                        ahead.push(Ahead {
                            table: name.clone(),
                            peer: (*peer).to_owned(),
                            theirs: theirs.median,
                            ours: (*ours).to_owned(),
                            our_figure: our_figure.median,
                            unit: theirs.unit.clone(),
                        });
                    }
                }
            }
        }
        ahead
    }
}

/// Figures that may be compared, less being better, with whose they are.
struct Comparable<'a> {
    name: String,
    figures: Vec<(&'a str, &'a Figure)>,
}

fn comparable(table: &Table) -> Vec<Comparable<'_>> {
    if !is_of_allocations(table) {
        return vec![Comparable { name: table.name.clone(), figures: Peers::counts(table) }];
    }
    let name = |algorithm: &str| format!("{}, {algorithm}", table.name);
    allocations(table).into_iter().map(|(algorithm, figures)| Comparable { name: name(algorithm), figures }).collect()
}

pub(crate) fn is_of_allocations(table: &Table) -> bool {
    table.rows.iter().all(|figure| figure.unit == "allocations")
}

/// The counts of a table of allocations, by algorithm, with whose each is: `Rs256 aliri` is aliri's with RS256.
pub(crate) fn allocations(table: &Table) -> Vec<(&str, Vec<(&str, &Figure)>)> {
    let mut algorithms: Vec<(&str, Vec<(&str, &Figure)>)> = Vec::new();
    for figure in &table.rows {
        let (algorithm, name) = figure.name.split_once(' ').unwrap_or(("", &figure.name));
        match algorithms.iter_mut().find(|(known, _)| *known == algorithm) {
            Some((_, figures)) => figures.push((name, figure)),
            None => algorithms.push((algorithm, vec![(name, figure)])),
        }
    }
    algorithms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented;

    fn peers(their_miss: f64, their_allocations: f64) -> Results {
        let good = invented::table(
            DECISIVE,
            &[("no authentication, axum 0.8", "ns", 1000.0)],
            &[
                ("portcullis-axum, miss: added", "ns", 14_000.0),
                ("portcullis-axum, hit: added", "ns", 400.0),
                ("fast: added", "ns", their_miss),
                ("fast: added, over portcullis-axum, miss", "ratio", their_miss / 14_000.0),
                ("fast: added, over portcullis-axum, hit", "ratio", their_miss / 400.0),
                ("slow, as shipped: added", "ns", 140_000.0),
                ("slow, as shipped: added, over portcullis-axum, hit", "ratio", 350.0),
            ],
        );
        let allocations = invented::table(
            "allocations for one request",
            &[
                ("Rs256 portcullis-axum, miss", "allocations", 30.0),
                ("Rs256 portcullis-axum, hit", "allocations", 4.0),
                ("Rs256 fast", "allocations", their_allocations),
                ("Es256 portcullis-axum, miss", "allocations", 10.0),
                ("Es256 fast", "allocations", 10.0),
            ],
            &[],
        );
        Results::of([invented::report("peers", vec![good, allocations])])
    }

    #[test]
    fn the_peer_that_comes_closest_to_a_hit_decides() {
        let results = peers(20_000.0, 50.0);
        let closest = Peers::of(&results).unwrap().closest_to_a_hit(DECISIVE).unwrap();
        assert_eq!((&*closest.name, closest.median), ("fast: added, over portcullis-axum, hit", 50.0));
    }

    #[test]
    fn a_peer_with_a_quicker_slowest_request_is_ahead_in_it() {
        let results = peers(20_000.0, 50.0);
        let rows = [("portcullis-axum, miss", "ns", 9e5), ("portcullis-axum, hit", "ns", 2e5), ("fast", "ns", 3e5)];
        let mut report = Peers::of(&results).unwrap().report().clone();
        report.tables.push(invented::table(SLOWEST, &rows, &[]));
        let results = Results::of([report]);
        let ahead = Peers::of(&results).unwrap().ahead();
        let found: Vec<_> = ahead.iter().map(|one| (&*one.table, &*one.peer, &*one.ours, one.theirs)).collect();
        assert_eq!(found, [(SLOWEST, "fast", "portcullis-axum, miss", 3e5)]);
    }

    #[test]
    fn a_peer_is_ahead_only_where_its_figure_is_less_than_that_of_its_rival() {
        assert_eq!(Peers::of(&peers(20_000.0, 50.0)).unwrap().ahead(), []);
        assert_eq!(Peers::of(&peers(14_000.0, 30.0)).unwrap().ahead(), [], "level is not ahead");
        let results = peers(13_000.0, 20.0);
        let ahead = Peers::of(&results).unwrap().ahead();
        let found: Vec<_> = ahead.iter().map(|one| (&*one.table, &*one.peer, &*one.ours, one.theirs)).collect();
        let expected = [
            (DECISIVE, "fast", "portcullis-axum, miss", 13_000.0),
            ("allocations for one request, Rs256", "fast", "portcullis-axum, miss", 20.0),
        ];
        assert_eq!(found, expected);
    }
}
