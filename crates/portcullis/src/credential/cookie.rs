//! A key in a cookie.

use super::bearer::trim;
use super::place::CookieDefence;
use crate::error::Reason;
use crate::request::RequestHead;

/// The value of that cookie, if what defends it is there. Twice is refused.
pub(super) fn value<'a, H: RequestHead + ?Sized>(
    head: &'a H,
    name: &str,
    defence: &CookieDefence,
) -> Result<Option<&'a [u8]>, Reason> {
    let mut found = None;
    let mut repeated = false;
    head.visit_header("cookie", &mut |line| {
        for pair in line.split(|octet| *octet == b';') {
            let mut parts = pair.splitn(2, |octet| *octet == b'=');
            if let (Some(key), Some(value)) = (parts.next(), parts.next())
                && trim(key, b" \t") == name.as_bytes()
            {
                repeated |= found.replace(trim(value, b" \t")).is_some();
            }
        }
    });
    match (found, repeated) {
        (_, true) => Err(Reason::CredentialAmbiguous),
        (Some(_), _) if !head.is_safe() && !defends(head, defence) => Err(Reason::CookieUndefended),
        (found, _) => Ok(found),
    }
}

/// Other sites cannot make a browser send such a field without asking first (Fetch §3.3).
fn defends<H: RequestHead + ?Sized>(head: &H, defence: &CookieDefence) -> bool {
    let mut is_there = false;
    head.visit_header(defence.header(), &mut |_| is_there = true);
    is_there
}
