//! An axis, linear or logarithmic, with round places on it.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// How numbers are laid out along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// From zero.
    Linear,
    Logarithmic,
}

/// Where the numbers of one axis are, and which of them are written at it.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    scale: Scale,
    ticks: Vec<f64>,
    write: fn(f64) -> String,
}

impl Axis {
    /// An axis with room for all of `values`.
    pub(super) fn around(scale: Scale, values: impl IntoIterator<Item = f64>) -> Self {
        let (least, most) = values
            .into_iter()
            .fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), value| (least.min(value), most.max(value)));
        let ticks = match scale {
            Scale::Linear => even(most),
            Scale::Logarithmic if most / least > 30.0 => decades(least, most),
            Scale::Logarithmic => thirds(least, most),
        };
        Self { scale, ticks, write: grouped }
    }

    /// The same with something else written at the ticks than their numbers.
    pub(super) fn written(self, write: fn(f64) -> String) -> Self {
        Self { write, ..self }
    }

    /// An axis with exactly these ticks, from the first to the last.
    pub(super) fn ticked(scale: Scale, ticks: Vec<f64>) -> Self {
        Self { scale, ticks, write: grouped }
    }

    pub(super) fn ticks(&self) -> &[f64] {
        &self.ticks
    }

    pub(super) fn first(&self) -> f64 {
        self.ticks[0]
    }

    pub(super) fn last(&self) -> f64 {
        self.ticks[self.ticks.len() - 1]
    }

    /// Where a number is, in pixels, when the ends of the axis are at those of `limit`.
    pub(super) fn place(&self, value: f64, limit: (i32, i32)) -> i32 {
        let scaled = |value: f64| match self.scale {
            Scale::Linear => value,
            Scale::Logarithmic => value.log10(),
        };
        let (first, last) = (scaled(self.first()), scaled(self.last()));
        let share = (scaled(value) - first) / (last - first);
        limit.0 + (share * f64::from(limit.1 - limit.0)).round() as i32
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.place(*value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.first()..self.last()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        (self.write)(*value)
    }
}

/// The powers of ten from the one below `least` to the one above `most`.
fn decades(least: f64, most: f64) -> Vec<f64> {
    let first = least.log10().floor() as i32;
    let last = (most.log10().ceil() as i32).max(first + 1);
    (first..=last).map(power_of_ten).collect()
}

/// As [`decades`], with 2 and 5 between them, and cut off at the first that is outside on either side.
fn thirds(least: f64, most: f64) -> Vec<f64> {
    let all: Vec<f64> = decades(least, most).iter().flat_map(|ten| [*ten, 2.0 * ten, 5.0 * ten]).collect();
    let first = all.iter().rposition(|tick| *tick <= least).unwrap_or(0);
    let last = all.iter().position(|tick| *tick >= most).unwrap_or(all.len() - 1);
    all[first..=last.max(first + 1)].to_vec()
}

/// Four to eight even steps of 1, 2 or 5 times a power of ten, from zero to the first that is not below `most`.
fn even(most: f64) -> Vec<f64> {
    let ten = power_of_ten(most.log10().floor() as i32);
    let step =
        [0.1, 0.2, 0.5, 1.0, 2.0].map(|part| part * ten).into_iter().find(|step| most / step <= 8.0).unwrap_or(ten);
    (0..=(most / step).ceil() as u32).map(|count| f64::from(count) * step).collect()
}

/// Exact for what can be exact: `powi` of a negative power is not always the nearest number.
fn power_of_ten(power: i32) -> f64 {
    let whole = 10f64.powi(power.abs());
    if power < 0 { 1.0 / whole } else { whole }
}

/// A round number, with commas between thousands.
pub(super) fn grouped(number: f64) -> String {
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_begins_below_the_least_value_and_ends_above_the_most() {
        let ticks = |scale, values: &[f64]| Axis::around(scale, values.iter().copied()).ticks;
        assert_eq!(ticks(Scale::Logarithmic, &[0.3, 60.0]), [0.1, 1.0, 10.0, 100.0]);
        assert_eq!(ticks(Scale::Logarithmic, &[10.0]), [10.0, 20.0]);
        assert_eq!(ticks(Scale::Logarithmic, &[3.0, 11.0]), [2.0, 5.0, 10.0, 20.0]);
        assert_eq!(ticks(Scale::Linear, &[7.0, 430.0]), [0.0, 100.0, 200.0, 300.0, 400.0, 500.0]);
        assert_eq!(ticks(Scale::Linear, &[1.9]), [0.0, 0.5, 1.0, 1.5, 2.0]);
    }

    #[test]
    fn what_is_written_at_a_tick_is_its_number() {
        let labels: Vec<String> = decades(0.02, 40_000.0).into_iter().map(grouped).collect();
        assert_eq!(labels, ["0.01", "0.1", "1", "10", "100", "1,000", "10,000", "100,000"]);
        assert_eq!(grouped(0.1 + 0.2), "0.3");
    }

    #[test]
    fn numbers_are_laid_out_along_the_axis_by_its_scale() {
        let limit = (100, 300);
        assert_eq!(Axis::ticked(Scale::Logarithmic, vec![1.0, 100.0]).place(10.0, limit), 200);
        assert_eq!(Axis::ticked(Scale::Linear, vec![0.0, 100.0]).place(10.0, limit), 120);
    }
}
