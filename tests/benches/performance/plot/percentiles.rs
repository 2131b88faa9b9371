//! How slow the slowest are: latency over percentile, each further nine as wide as the one before.

use plotters::prelude::{DashedLineSeries, LineSeries, Text};
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, Scale};
use super::frame::{self, HEIGHT, Named};
use super::style::{self, WIDTH};
use super::{Trouble, on_sheet};

/// The distribution of one condition.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) label: String,
    /// A percentile from 0 to 100, and the latency that so many per cent do not exceed; ascending.
    pub(crate) points: Vec<(f64, f64)>,
}

pub(crate) struct PercentilePlot<'a> {
    pub(crate) title: &'a str,
    /// The latency with its unit.
    pub(crate) up: &'a str,
    pub(crate) profiles: &'a [Profile],
    /// A latency that is marked, and what it is called.
    pub(crate) limit: Option<(f64, &'a str)>,
}

/// Of how many requests one took longer: 1 at the 0th percentile, 10 at the 90th, 100 at the 99th.
fn one_in(percentile: f64) -> f64 {
    // Rounded, so that the ninth nine of a decimal does not decide where a line ends.
    (1e9 / (1.0 - percentile / 100.0)).round() / 1e9
}

/// The percentile again, as it is written: `99.9 %` for one in a thousand.
fn percentile(one_in: f64) -> String {
    let digits = (one_in.log10().round() as usize).saturating_sub(2);
    format!("{:.digits$} %", 100.0 - 100.0 / one_in)
}

impl PercentilePlot<'_> {
    pub(crate) fn draw(&self) -> Result<String, Trouble> {
        // The slowest of all is the 100th percentile, infinitely far to the right: it is in the table, not here.
        let shown = |profile: &Profile| -> Vec<(f64, f64)> {
            let finite = profile.points.iter().filter(|point| point.0 < 100.0);
            finite.map(|point| (one_in(point.0), point.1)).collect()
        };
        let drawn: Vec<Vec<(f64, f64)>> = self.profiles.iter().map(shown).collect();
        let points = || drawn.iter().flatten();
        let x = Axis::around(Scale::Logarithmic, points().map(|point| point.0).chain([1.0, 100.0])).written(percentile);
        let limit = self.limit.map(|limit| limit.0);
        let y = Axis::around(Scale::Logarithmic, points().map(|point| point.1).chain(limit));
        let legend = frame::legend_height(self.profiles.len());

        on_sheet(WIDTH, HEIGHT + legend, |sheet| {
            let (plot, below) = sheet.split_vertically(HEIGHT);
            let across = Named { axis: &x, name: "share of the requests that took no longer" };
            let mut chart = frame::frame(&plot, self.title, &across, &Named { axis: &y, name: self.up })?;
            if let Some((latency, name)) = self.limit {
                let ends = [(x.first(), latency), (x.last(), latency)];
                chart.draw_series(DashedLineSeries::new(ends, 6, 5, style::AXIS.into()))?;
                // On the left, where latencies are least and no line passes.
                let (left, line) = chart.backend_coord(&ends[0]);
                let letters = style::at(style::letters(13.0), HPos::Left, VPos::Bottom);
                sheet.draw(&Text::new(name.to_owned(), (left + 6, line), letters))?;
            }
            for (index, points) in drawn.iter().enumerate() {
                chart.draw_series(LineSeries::new(points.iter().copied(), style::series(index)))?;
            }
            frame::legend(&below, self.profiles.iter().map(|profile| &*profile.label), false)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_the_percentile_that_was_placed() {
        for (share, text) in [(0.0, "0 %"), (90.0, "90 %"), (99.0, "99 %"), (99.9, "99.9 %"), (99.999, "99.999 %")] {
            assert_eq!(percentile(one_in(share)), text);
        }
    }

    #[test]
    fn every_further_nine_is_ten_times_as_rare() {
        for (percentile, rarity) in [(0.0, 1.0), (50.0, 2.0), (90.0, 10.0), (99.0, 100.0), (99.9, 1000.0)] {
            assert!((one_in(percentile) / rarity - 1.0).abs() < 1e-9, "{percentile}");
        }
    }
}
