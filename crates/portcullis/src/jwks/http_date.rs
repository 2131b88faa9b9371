//! HTTP dates, as far as a key server's `Expires` and `Date` need them.

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Unix seconds of an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
///
/// The two obsolete forms are not read: whoever asks takes `None` for a time in the past, which costs an earlier
/// refresh and nothing else. The name of the day is not held against the date.
pub(crate) fn unix_seconds(date: &str) -> Option<i64> {
    let bytes = date.as_bytes();
    if bytes.len() != 29 || !date.is_ascii() || &date[3..5] != ", " || &date[25..] != " GMT" {
        return None;
    }
    if bytes[7] != b' ' || bytes[11] != b' ' || bytes[16] != b' ' || bytes[19] != b':' || bytes[22] != b':' {
        return None;
    }
    let day = digits(&date[5..7])?;
    let month = MONTHS.iter().position(|name| *name == &date[8..11])? as i64 + 1;
    let year = digits(&date[12..16])?;
    let (hour, minute, second) = (digits(&date[17..19])?, digits(&date[20..22])?, digits(&date[23..25])?);
    // 60 is a leap second, which unix time does not have; the next second stands for it.
    if day < 1 || day > days_in(month, year) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days_since_epoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn digits(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400;
    let months: i64 = (1..month).map(|month| days_in(month, year)).sum();
    const EPOCH: i64 = 719_162;
    before * 365 + leap_days + months + day - 1 - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_to_the_second() {
        for (date, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
        ] {
            assert_eq!(unix_seconds(date), Some(expected), "{date}");
        }
    }

    #[test]
    fn anything_else_is_no_date() {
        for date in [
            "",
            "0",
            "-1",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 29 Feb 1900 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:+9:37 GMT",
            "Sün, 6 Nov 1994 08:49:37 GMT",
            "日日日日日日日日日GMT",
        ] {
            assert_eq!(unix_seconds(date), None, "{date}");
        }
    }
}
