//! Colours and letters that all plots share.

use plotters::prelude::{BLACK, IntoFont, RGBColor, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle};

/// The width of a plot on the page, in pixels.
pub(super) const WIDTH: u32 = 800;

/// The colours of Okabe and Ito, which colour-blind readers can tell apart; each line has a marker of its own besides.
pub(super) const SERIES: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
];

/// What is not ours.
pub(super) const OTHER: RGBColor = RGBColor(150, 150, 150);
/// Lines behind the figures.
pub(super) const GRID: RGBColor = RGBColor(222, 222, 222);
/// Axes.
pub(super) const AXIS: RGBColor = RGBColor(90, 90, 90);

/// Sizes are those of the SVG; the library divides them by 1.24.
const SCALE: f64 = 1.24;

pub(super) fn series(index: usize) -> ShapeStyle {
    SERIES[index % SERIES.len()].stroke_width(2)
}

pub(super) fn letters(pixels: f64) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", pixels * SCALE).into_font()).color(&BLACK)
}

pub(super) fn title() -> TextStyle<'static> {
    TextStyle::from(("sans-serif", 17.0 * SCALE).into_font().style(FontStyle::Bold)).color(&BLACK)
}

/// The same letters, hung up elsewhere.
pub(super) fn at(style: TextStyle<'static>, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    style.pos(Pos::new(horizontal, vertical))
}
