//! Digits of keys: letters and digits only, so that a double click selects a whole key.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Digits, each of the 62 as likely as the others, or nothing when the system's generator fails.
pub(super) fn random(count: usize) -> Option<String> {
    let mut digits = String::with_capacity(count);
    let mut octets = [0; 64];
    while digits.len() < count {
        getrandom::fill(&mut octets).ok()?;
        // Four times 62: what is above would make some digits likelier.
        let fair = octets.iter().filter(|octet| **octet < 248).map(|octet| DIGITS[usize::from(octet % 62)]);
        digits.extend(fair.take(count - digits.len()).map(char::from));
    }
    Some(digits)
}

/// The lowest digits of a number, highest first.
pub(super) fn digits<const COUNT: usize>(mut number: u64) -> [u8; COUNT] {
    let mut digits = [0; COUNT];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(number % 62).unwrap_or_default()];
        number /= 62;
    }
    digits
}

/// Without a branch, so that how long it takes says nothing of what the octets are.
pub(super) fn are_digits(octets: &[u8]) -> bool {
    let is_letter = |octet: u8| (octet | 0x20).wrapping_sub(b'a') < 26;
    let is_decimal = |octet: u8| octet.wrapping_sub(b'0') < 10;
    octets.iter().fold(true, |all, octet| all & (is_letter(*octet) | is_decimal(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_asked_for() {
        assert_eq!(&digits::<6>(0), b"000000");
        assert_eq!(&digits::<6>(61), b"00000z");
        assert_eq!(&digits::<6>(62), b"000010");
        assert_eq!(&digits::<6>(u64::from(u32::MAX)), b"4gfFC3");
    }

    #[test]
    fn random_digits_are_as_many_as_asked_for_and_use_all_of_them() {
        let digits = random(10_000).unwrap();
        assert_eq!(digits.len(), 10_000);
        assert!(are_digits(digits.as_bytes()));
        for digit in DIGITS {
            // 161 on average, with a deviation of 13: below 60 never happens by chance.
            let count = digits.bytes().filter(|one| one == digit).count();
            assert!((60..300).contains(&count), "{} came {count} times", char::from(*digit));
        }
    }

    #[test]
    fn letters_and_decimals_are_digits_and_nothing_else_is() {
        for octet in 0..=255_u8 {
            assert_eq!(are_digits(&[b'a', octet]), octet.is_ascii_alphanumeric(), "{octet:#x}");
        }
    }
}
