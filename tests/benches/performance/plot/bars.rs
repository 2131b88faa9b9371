//! Horizontal bars on a logarithmic scale, the value at the end of each.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::axis::{Axis, Scale, grouped};
use super::style::{self, WIDTH};
use super::{Trouble, on_sheet};

/// Whose bar it is; decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Hit,
    Miss,
    Other,
}

#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) value: f64,
    /// The value as it is written beside the bar.
    pub(crate) written: String,
}

pub(crate) struct BarPlot<'a> {
    pub(crate) title: &'a str,
    pub(crate) axis: &'a str,
    pub(crate) bars: &'a [Bar],
    /// The height of a bar with its distance to the next.
    pub(crate) pitch: u32,
}

const HEAD: u32 = 44;
const FOOT: u32 = 52;
/// Room for the value beside the longest bar.
const TAIL: u32 = 76;

impl BarPlot<'_> {
    /// Room for the longest label, as wide as letters are in the widest of the usual fonts.
    fn labels(&self) -> i32 {
        let longest = self.bars.iter().map(|bar| bar.label.chars().count()).max().unwrap_or_default();
        (longest * 8 + 16).min(WIDTH as usize / 2) as i32
    }

    pub(crate) fn draw(&self) -> Result<String, Trouble> {
        let count = u32::try_from(self.bars.len())?;
        let height = HEAD + count * self.pitch + FOOT;
        // A bar begins where the axis does, and none may be so short that its colour is not seen.
        let shortest = self.bars.iter().map(|bar| bar.value * 0.8);
        let axis = Axis::around(Scale::Logarithmic, self.bars.iter().map(|bar| bar.value).chain(shortest));
        let ends = (self.labels(), (WIDTH - TAIL) as i32);
        let (top, bottom) = (HEAD as i32, (HEAD + count * self.pitch) as i32);

        on_sheet(WIDTH, height, |sheet| {
            sheet.draw(&Text::new(self.title.to_owned(), (12, 12), style::title()))?;
            let below = style::at(style::letters(13.0), HPos::Center, VPos::Top);
            for tick in axis.ticks() {
                let at = axis.place(*tick, ends);
                sheet.draw(&PathElement::new(vec![(at, top), (at, bottom)], style::GRID))?;
                sheet.draw(&Text::new(grouped(*tick), (at, bottom + 6), below.clone()))?;
            }
            let middle = i32::midpoint(ends.0, ends.1);
            sheet.draw(&Text::new(self.axis.to_owned(), (middle, bottom + 28), below))?;
            for (at, bar) in (0..).zip(self.bars) {
                let (upper, lower) = (top + at * self.pitch as i32 + 4, top + (at + 1) * self.pitch as i32 - 4);
                let centre = i32::midpoint(upper, lower);
                let end = axis.place(bar.value, ends);
                sheet.draw(&Rectangle::new([(ends.0, upper), (end, lower)], bar.kind.colour().filled()))?;
                let before = style::at(style::letters(14.0), HPos::Right, VPos::Center);
                sheet.draw(&Text::new(bar.label.clone(), (ends.0 - 8, centre), before))?;
                let behind = style::at(style::letters(14.0), HPos::Left, VPos::Center);
                sheet.draw(&Text::new(bar.written.clone(), (end + 6, centre), behind))?;
            }
            Ok(())
        })
    }
}

impl Kind {
    fn colour(self) -> RGBColor {
        match self {
            Self::Hit => style::SERIES[2],
            Self::Miss => style::SERIES[0],
            Self::Other => style::OTHER,
        }
    }
}
