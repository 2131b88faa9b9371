//! Times as people and programs write them: RFC 3339 in UTC, and spans such as `90d`.

use std::time::{Duration, SystemTime};

use jiff::{Span, SpanRelativeTo, Timestamp};

/// `90d`, `12h 30m`, `P90D`. Months and years are refused: they are not always as long.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    const WRITE: &str = "write a time such as `90d`, `12h` or `2w`";
    let span: Span = text.parse().map_err(|_| WRITE.to_owned())?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err("months and years are not always as long; write days".to_owned());
    }
    let signed = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| WRITE.to_owned())?;
    Duration::try_from(signed).map_err(|_| "a time before now cannot be meant; write one after".to_owned())
}

/// RFC 3339, with `Z` or an offset.
pub(crate) fn moment(text: &str) -> Result<SystemTime, String> {
    let moment = text.parse::<Timestamp>().and_then(SystemTime::try_from);
    moment.map_err(|_| "write a time such as `2027-01-01T00:00:00Z`".to_owned())
}

/// RFC 3339 in UTC, to the millisecond where that is not zero. What no calendar shows becomes the end of 9999.
pub(crate) fn exact(time: SystemTime) -> String {
    timestamp(time).to_string()
}

/// The same without what is below a second: for people.
pub(crate) fn to_the_second(time: SystemTime) -> String {
    format!("{:.0}", timestamp(time))
}

fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_units_of_a_fixed_length() {
        let day = Duration::from_secs(24 * 3600);
        for (text, time) in [
            ("90d", 90 * day),
            ("2w", 14 * day),
            ("1d12h", day + day / 2),
            ("36 hours", day + day / 2),
            ("P90D", 90 * day),
            ("0s", Duration::ZERO),
        ] {
            assert_eq!(duration(text), Ok(time), "{text}");
        }
        for bad in ["", "90", "d", "1mo", "1y", "-1d", "1d ago", "1e9d", "99999999999d", "ninety days", "🕐"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn moments_are_read_with_an_offset_and_written_in_utc() {
        let moment = moment("2027-01-01T01:00:00.25+01:00").unwrap();
        assert_eq!(exact(moment), "2027-01-01T00:00:00.25Z");
        assert_eq!(to_the_second(moment), "2027-01-01T00:00:00Z");
        for bad in ["", "2027-01-01", "2027-01-01T00:00:00", "tomorrow", "2027-13-01T00:00:00Z"] {
            assert!(super::moment(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_beyond_all_calendars_is_written_as_their_end() {
        let last = portcullis::api_key::from_unix_milliseconds(i64::MAX);
        assert_eq!(to_the_second(last), "9999-12-30T22:00:00Z");
    }
}
