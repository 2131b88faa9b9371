//! A promise, and whether it is kept.

use portcullis_benches::report::Figure;

use crate::number;
use crate::promises::PROMISES;
use crate::results::Results;

/// One promise.
pub(crate) struct Promise {
    /// In one word, for `cargo bench --bench budget`.
    pub(crate) row: &'static str,
    /// The benchmark whose figure it is about.
    pub(crate) bench: &'static str,
    pub(crate) what: &'static str,
    /// Of the figure and of both bounds.
    pub(crate) unit: &'static str,
    pub(crate) must: f64,
    pub(crate) aim: Option<f64>,
    pub(crate) better: Better,
    pub(crate) find: fn(&Results) -> Option<Figure>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Less,
    More,
}

/// Whether a promise is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Aim,
    Must,
    Short,
    NotMeasured,
    /// Of a run that was too short to be judged.
    Quick,
}

impl Promise {
    /// One line: `budget <row> measured=<x> must=<y> aim=<z> ok`, `short` or `quick`. Times in nanoseconds.
    pub(crate) fn line(&self, results: &Results) -> String {
        let (figure, verdict) = self.judged(results);
        let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| format!("{value:.4}"));
        let (measured, aim) = (number(figure.as_ref().map(|figure| figure.median)), number(self.aim));
        let word = match verdict {
            Verdict::Aim | Verdict::Must => "ok",
            Verdict::Short => "short",
            Verdict::NotMeasured => "not measured",
            Verdict::Quick => "quick",
        };
        format!("budget {} measured={measured} must={} aim={aim} {word}", self.row, self.must)
    }

    /// What was measured, and whether it will do.
    pub(crate) fn judged(&self, results: &Results) -> (Option<Figure>, Verdict) {
        let figure = (self.find)(results);
        let is_quick = results.report(self.bench).is_some_and(|report| report.quick);
        let verdict = if is_quick && figure.is_some() { Verdict::Quick } else { self.verdict(figure.as_ref()) };
        (figure, verdict)
    }

    /// The median decides.
    fn verdict(&self, figure: Option<&Figure>) -> Verdict {
        let Some(figure) = figure else { return Verdict::NotMeasured };
        let keeps = |bound: f64| match self.better {
            Better::Less => figure.median <= bound,
            Better::More => figure.median >= bound,
        };
        match self.aim {
            Some(aim) if keeps(aim) && keeps(self.must) => Verdict::Aim,
            _ if keeps(self.must) => Verdict::Must,
            // What is not a number keeps nothing.
            _ => Verdict::Short,
        }
    }

    /// What it is about, for those who do not see the line before it.
    pub(crate) fn in_full(&self) -> String {
        let before = PROMISES.iter().take_while(|promise| promise.row != self.row);
        let named = before.filter(|promise| !promise.what.starts_with(THE_SAME)).last();
        match (self.what.strip_prefix(THE_SAME), named) {
            (Some(rest), Some(named)) => format!("{}{rest}", named.what),
            _ => self.what.to_owned(),
        }
    }

    /// How far from the bound that is, which is not kept.
    pub(crate) fn distance(&self, measured: f64) -> String {
        let (written, share) = (number::written(measured, self.unit), measured / self.must);
        match self.better {
            Better::Less => format!("{written}, {} times what it may be", number::three_digits(share)),
            Better::More => format!("{written}, {:.0} % of what it must be", share * 100.0),
        }
    }

    /// A bound as it is written: at most, or at least.
    pub(crate) fn bound(&self, value: f64) -> String {
        let sign = if self.better == Better::Less { "≤" } else { "≥" };
        format!("{sign} {}", number::written(value, self.unit))
    }
}

impl Verdict {
    pub(crate) fn written(self) -> &'static str {
        match self {
            Self::Aim => "ok, aim reached",
            Self::Must => "ok",
            Self::Short => "**short**",
            Self::NotMeasured => "not measured",
            Self::Quick => "quick, not judged",
        }
    }
}

/// Begins what is about the subject of the line before it.
const THE_SAME: &str = "the same";

#[cfg(test)]
mod tests {
    use portcullis_benches::Report;

    use super::*;
    use crate::invented;

    fn verdict(better: Better, measured: f64) -> Verdict {
        let promise = Promise {
            row: "x",
            bench: "x",
            what: "x",
            unit: "ratio",
            must: 10.0,
            aim: Some(if better == Better::Less { 5.0 } else { 20.0 }),
            better,
            find: |_| None,
        };
        promise.verdict(Some(&Figure::counted("x", "ratio", measured, 1)))
    }

    #[test]
    fn a_bound_that_is_met_exactly_is_kept() {
        let less = [4.0, 5.0, 5.1, 10.0, 10.1].map(|measured| verdict(Better::Less, measured));
        assert_eq!(less, [Verdict::Aim, Verdict::Aim, Verdict::Must, Verdict::Must, Verdict::Short]);
        let more = [21.0, 20.0, 19.0, 10.0, 9.9].map(|measured| verdict(Better::More, measured));
        assert_eq!(more, less);
    }

    #[test]
    fn a_line_of_the_budget_says_what_was_measured_and_whether_it_will_do() {
        let promise = PROMISES.iter().find(|promise| promise.row == "miss_rs256_over_raw").unwrap();
        let table = |measured| invented::table("RS256", &[], &[("miss over raw", "ratio", measured)]);
        let line = |measured| promise.line(&Results::of([invented::report("primitives", vec![table(measured)])]));
        assert_eq!(line(1.1), "budget miss_rs256_over_raw measured=1.1000 must=1.15 aim=1.0800 ok");
        assert!(line(1.2).ends_with(" short"));
        assert!(promise.line(&Results::default()).ends_with("measured=none must=1.15 aim=1.0800 not measured"));
    }

    #[test]
    fn a_quick_run_is_not_judged() {
        let promise = PROMISES.iter().find(|promise| promise.row == "miss_rs256_over_raw").unwrap();
        let table = invented::table("RS256", &[], &[("miss over raw", "ratio", 1.2)]);
        let report = Report { quick: true, ..invented::report("primitives", vec![table]) };
        let results = Results::of([report]);
        assert_eq!(promise.judged(&results).1, Verdict::Quick);
        assert!(promise.line(&results).ends_with("measured=1.2000 must=1.15 aim=1.0800 quick"));
    }

    #[test]
    fn what_is_not_a_number_keeps_no_promise() {
        assert_eq!(verdict(Better::Less, f64::NAN), Verdict::Short);
        assert_eq!(verdict(Better::More, f64::NAN), Verdict::Short);
    }
}
