//! How a cost grows with a number.

use plotters::prelude::LineSeries;

use super::axis::{Axis, Scale};
use super::frame::{self, HEIGHT, Named};
use super::style::{self, WIDTH};
use super::{Trouble, on_sheet};

/// One measured series, as (number, cost), ascending.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) points: Vec<(f64, f64)>,
}

pub(crate) struct CurvePlot<'a> {
    pub(crate) title: &'a str,
    /// The number that grows, and its axis.
    pub(crate) across: (&'a str, Scale),
    /// The cost with its unit, and its axis.
    pub(crate) up: (&'a str, Scale),
    pub(crate) lines: &'a [Line],
}

impl CurvePlot<'_> {
    pub(crate) fn draw(&self) -> Result<String, Trouble> {
        let points = || self.lines.iter().flat_map(|line| line.points.iter().copied());
        // The numbers that were measured are the ticks.
        let mut numbers: Vec<f64> = points().map(|point| point.0).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        let x = Axis::ticked(self.across.1, numbers);
        let y = Axis::around(self.up.1, points().map(|point| point.1));
        let legend = frame::legend_height(self.lines.len());

        on_sheet(WIDTH, HEIGHT + legend, |sheet| {
            let (plot, below) = sheet.split_vertically(HEIGHT);
            let (across, up) = (Named { axis: &x, name: self.across.0 }, Named { axis: &y, name: self.up.0 });
            let mut chart = frame::frame(&plot, self.title, &across, &up)?;
            for (index, line) in self.lines.iter().enumerate() {
                chart.draw_series(LineSeries::new(line.points.iter().copied(), style::series(index)))?;
                for point in &line.points {
                    frame::marker(sheet, index, chart.backend_coord(point))?;
                }
            }
            frame::legend(&below, self.lines.iter().map(|line| &*line.label), true)
        })
    }
}
