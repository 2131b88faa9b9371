//! Scope values (RFC 6749 §3.3).

/// Is this one scope value: one or more of `%x21 / %x23-5B / %x5D-7E`?
///
/// Usable in constants, so that a requirement with an impossible scope does not compile.
#[must_use]
pub const fn is_scope_token(value: &str) -> bool {
    let bytes = value.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if !matches!(bytes[index], 0x21 | 0x23..=0x5b | 0x5d..=0x7e) {
            return false;
        }
        index += 1;
    }
    !bytes.is_empty()
}

/// The items of a space-separated list. Only a space separates; a tab or a comma is part of an item and so makes it
/// match nothing (RFC 6749 §3.3).
pub(crate) fn split(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ').filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC6750-3-d
    #[test]
    fn a_scope_token_has_no_space_quote_or_backslash() {
        for good in ["a", "invoices:read", "https://api/x", "!#[]~"] {
            assert!(is_scope_token(good), "{good}");
        }
        for bad in ["", "a b", "a\"", "a\\", "a\t", "é", "a\u{7f}"] {
            assert!(!is_scope_token(bad), "{bad:?}");
        }
    }

    /// ATK-46, RFC8693-4.2-a
    #[test]
    fn only_spaces_separate_and_empty_items_do_not_count() {
        assert_eq!(split("a  b:c A ").collect::<Vec<_>>(), ["a", "b:c", "A"]);
        assert_eq!(split("a,b\tc").collect::<Vec<_>>(), ["a,b\tc"]);
        assert_eq!(split("").count(), 0);
    }
}
