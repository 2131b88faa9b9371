//! The frame of a plot with two axes: title, grid, names of the axes, and a legend below.

use plotters::chart::ChartContext;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::Axis;
use super::style::{self, WIDTH};
use super::{Sheet, Trouble};

pub(super) type Chart<'s, 'a> = ChartContext<'s, SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

/// One axis and what it is called, with its unit.
pub(super) struct Named<'a> {
    pub(super) axis: &'a Axis,
    pub(super) name: &'a str,
}

/// The height of a plot with two axes, without its legend.
pub(super) const HEIGHT: u32 = 380;

const LEGEND_ROW: u32 = 24;
const LEFT: u32 = 84;

/// A frame that is ready for lines.
pub(super) fn frame<'s, 'a>(
    sheet: &'s Sheet<'a>,
    title: &str,
    x: &Named<'_>,
    y: &Named<'_>,
) -> Result<Chart<'s, 'a>, Trouble> {
    sheet.draw(&Text::new(title.to_owned(), (12, 12), style::title()))?;
    let mut chart = ChartBuilder::on(sheet)
        .margin_top(46)
        .margin_right(36)
        .margin_left(8)
        .x_label_area_size(50)
        .y_label_area_size(LEFT - 8)
        .build_cartesian_2d(x.axis.clone(), y.axis.clone())?;
    chart
        .configure_mesh()
        .bold_line_style(style::GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(style::AXIS)
        .label_style(style::letters(13.0))
        .axis_desc_style(style::letters(14.0))
        .x_desc(x.name)
        .y_desc(y.name)
        .draw()?;
    Ok(chart)
}

/// The height that a legend of so many lines needs.
pub(super) fn legend_height(lines: usize) -> u32 {
    u32::try_from(lines.div_ceil(2)).unwrap_or(u32::MAX) * LEGEND_ROW + 20
}

/// A legend in two columns, below the plot, where it covers nothing.
pub(super) fn legend<'l>(
    sheet: &Sheet<'_>,
    labels: impl Iterator<Item = &'l str>,
    marked: bool,
) -> Result<(), Trouble> {
    let column = (WIDTH - LEFT) / 2;
    for (index, label) in labels.enumerate() {
        let place = u32::try_from(index)?;
        let x = i32::try_from(LEFT + place % 2 * column)?;
        let y = i32::try_from(place / 2 * LEGEND_ROW + LEGEND_ROW / 2 + 6)?;
        let stroke = style::series(index);
        sheet.draw(&PathElement::new(vec![(x, y), (x + 28, y)], stroke))?;
        if marked {
            marker(sheet, index, (x + 14, y))?;
        }
        let behind = style::at(style::letters(13.0), HPos::Left, VPos::Center);
        sheet.draw(&Text::new(label.to_owned(), (x + 36, y), behind))?;
    }
    Ok(())
}

/// The marker of a line: a shape of its own, for those who do not see the colours.
pub(super) fn marker(sheet: &Sheet<'_>, index: usize, at: (i32, i32)) -> Result<(), Trouble> {
    let style = style::series(index).filled();
    match index % 3 {
        0 => sheet.draw(&Circle::new(at, 5, style))?,
        1 => sheet.draw(&TriangleMarker::new(at, 6, style))?,
        _ => sheet.draw(&Rectangle::new([(at.0 - 4, at.1 - 4), (at.0 + 4, at.1 + 4)], style))?,
    }
    Ok(())
}
