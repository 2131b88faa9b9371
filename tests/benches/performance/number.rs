//! Numbers as they are written on the page: to three digits, with a unit that keeps them short.

use portcullis_benches::report::Figure;

/// A value in its unit.
pub(crate) fn written(value: f64, unit: &str) -> String {
    match unit {
        "ns" => time(value),
        "ratio" => three_digits(value),
        "ms" | "s" => format!("{} {unit}", three_digits(value)),
        "bytes" => format!("{} bytes", grouped(value)),
        _ if value.fract() == 0.0 || value.abs() >= 1000.0 => grouped(value),
        _ => three_digits(value),
    }
}

/// The median.
pub(crate) fn median(figure: &Figure) -> String {
    written(figure.median, &figure.unit)
}

/// The median, and the quartiles where they differ from it.
pub(crate) fn with_quartiles(figure: &Figure) -> String {
    let [q1, median, q3] = [figure.q1, figure.median, figure.q3].map(|value| written(value, &figure.unit));
    if figure.rounds < 2 || (q1 == median && q3 == median) { median } else { format!("{median} [{q1} to {q3}]") }
}

/// Nanoseconds, in the unit that leaves one to three digits before the point.
pub(crate) fn time(nanos: f64) -> String {
    let (value, unit) = match nanos.abs() {
        below if below < 999.5 => (nanos, "ns"),
        below if below < 999.5e3 => (nanos / 1e3, "µs"),
        below if below < 999.5e6 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// Three digits that mean something, and no more.
pub(crate) fn three_digits(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => return "0".into(),
        below if below < 0.0995 => 3,
        below if below < 9.995 => 2,
        below if below < 99.95 => 1,
        _ => return grouped(value),
    };
    format!("{value:.digits$}")
}

/// A whole number, with commas between thousands.
pub(crate) fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value <= -0.5 { "-".to_owned() } else { String::new() };
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The name of a figure with the numbers in it as they are written: `1 issuer`, `10,000 issuers`.
pub(crate) fn in_words(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in name.split(' ') {
        let is_one = words.last().is_some_and(|before| before == "1");
        words.push(match word.parse::<u32>() {
            Ok(number) if word.starts_with(|digit: char| digit.is_ascii_digit()) => grouped(number.into()),
            _ if is_one => word.strip_suffix('s').unwrap_or(word).to_owned(),
            _ => word.to_owned(),
        });
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_three_digits_and_a_fitting_unit() {
        for (nanos, expected) in [
            (0.0, "0 ns"),
            (0.42, "0.42 ns"),
            (168.4, "168 ns"),
            (999.6, "1.00 µs"),
            (15_382.0, "15.4 µs"),
            (5e6, "5.00 ms"),
            (-56.78, "-56.8 ns"),
        ] {
            assert_eq!(time(nanos), expected);
        }
    }

    #[test]
    fn quartiles_are_written_where_they_say_more_than_the_median() {
        let figure = |values: &[f64]| with_quartiles(&Figure::of("x", "ratio", values, 1));
        assert_eq!(figure(&[1.0, 1.1, 1.2]), "1.10 [1.05 to 1.15]");
        assert_eq!(figure(&[1.1, 1.1001, 1.1002]), "1.10");
        assert_eq!(figure(&[1.1]), "1.10");
    }

    #[test]
    fn one_of_something_is_no_plural_and_thousands_have_commas() {
        for (name, expected) in [
            ("miss, 1 issuers", "miss, 1 issuer"),
            ("hit: 10000 issuers over 1", "hit: 10,000 issuers over 1"),
            ("one hot token, 1 thread", "one hot token, 1 thread"),
            ("an authenticator with one RS256 key", "an authenticator with one RS256 key"),
        ] {
            assert_eq!(in_words(name), expected);
        }
    }

    #[test]
    fn counts_are_whole_and_grouped() {
        assert_eq!(
            (written(35.0, "allocations"), written(1_234_567.8, "requests/s")),
            ("35".into(), "1,234,568".into())
        );
        assert_eq!((written(2.5, "allocations"), written(1203.0, "bytes")), ("2.50".into(), "1,203 bytes".into()));
    }
}
