//! Plots as SVG: white and opaque, so that they read the same on a light page and on a dark one, and no wider than
//! what GitHub shows at full size.

mod axis;
mod bars;
mod curves;
mod frame;
mod percentiles;
mod style;

pub(crate) use axis::Scale;
pub(crate) use bars::{Bar, BarPlot, Kind};
pub(crate) use curves::{CurvePlot, Line};
pub(crate) use percentiles::{PercentilePlot, Profile};

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend, WHITE};

/// Where a plot is drawn.
type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// What goes wrong while drawing into a string: a coordinate that is no number, and nothing else.
pub(crate) type Trouble = Box<dyn std::error::Error>;

/// Has `draw` paint on a white sheet of that size.
fn on_sheet(width: u32, height: u32, draw: impl FnOnce(&Sheet<'_>) -> Result<(), Trouble>) -> Result<String, Trouble> {
    let mut svg = String::new();
    {
        let sheet = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        sheet.fill(&WHITE)?;
        draw(&sheet)?;
        sheet.present()?;
    }
    Ok(svg)
}
