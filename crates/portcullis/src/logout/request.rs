//! The request: a form with one token in it (§2.5).

use super::outcome::LogoutError;
use crate::request::RequestHead;

/// What can be told before anything of the body is read.
pub(super) fn check_head<H: RequestHead + ?Sized>(method: &str, head: &H) -> Result<(), LogoutError> {
    if method != "POST" {
        return Err(LogoutError::MethodNotAllowed);
    }
    let (mut lines, mut forms) = (0, 0);
    head.visit_header("content-type", &mut |value| {
        lines += 1;
        forms += usize::from(is_form(value));
    });
    if (lines, forms) == (1, 1) { Ok(()) } else { Err(LogoutError::NotAForm) }
}

/// Parameters (`charset`) are of no consequence: names and tokens are ASCII.
fn is_form(content_type: &[u8]) -> bool {
    let media_type = content_type.split(|octet| *octet == b';').next().unwrap_or_default();
    media_type.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// The token in a body. Which one counts of two would be for somebody else to choose, so there may be only one.
pub(super) fn logout_token(body: &[u8], limit: usize) -> Result<String, LogoutError> {
    if body.len() > limit {
        return Err(LogoutError::BodyTooLarge);
    }
    let mut tokens = form_urlencoded::parse(body).filter(|(name, _)| name == "logout_token").map(|(_, token)| token);
    match (tokens.next(), tokens.next()) {
        (Some(token), None) if !token.is_empty() => Ok(token.into_owned()),
        (_, Some(_)) => Err(LogoutError::TokenRepeated),
        _ => Err(LogoutError::TokenMissing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<String, &'static str> {
        logout_token(body.as_bytes(), 64).map_err(|error| error.as_str())
    }

    /// OIDC-BCL-2.5-a
    #[test]
    fn one_token_is_found_among_other_parameters_however_it_is_written() {
        let token = Ok("a.b-_c".to_owned());
        for body in [
            "logout_token=a.b-_c",
            "x=1&logout_token=a.b-_c&y=2",
            "&&logout_token=a.b-_c&",
            "logout%5Ftoken=a%2Eb%2d%5fc",
            "=&=x&logout_token=a.b-_c&Logout_token=x&logout_token[]=y",
        ] {
            assert_eq!(read(body), token, "{body}");
        }
    }

    #[test]
    fn no_token_and_two_tokens_are_refused() {
        for body in ["", "logout_token", "logout_token=", "x=1", "token=a.b.c", "x&y", "%", "logout_token%3Da.b.c"] {
            assert_eq!(read(body), Err("logout_token_missing"), "{body}");
        }
        for body in [
            "logout_token=a&logout_token=a",
            "logout_token=a&logout%5ftoken=b",
            "logout_token=&logout_token=a",
            "logout_token=a&logout_token",
        ] {
            assert_eq!(read(body), Err("logout_token_repeated"), "{body}");
        }
        assert_eq!(read(&"x".repeat(64)), Err("logout_token_missing"));
        assert_eq!(read(&"x".repeat(65)), Err("body_too_large"));
    }

    #[test]
    fn a_form_is_a_post_of_one_content_type() {
        type Head<'a> = &'a [(&'a str, &'a [u8])];
        const FORM: (&str, &[u8]) = ("content-type", b"application/x-www-form-urlencoded");
        let charset = ("Content-Type", &b"Application/X-WWW-Form-Urlencoded ; charset=UTF-8"[..]);
        let json = ("content-type", &b"application/json"[..]);
        let longer = ("content-type", &b"application/x-www-form-urlencoded2"[..]);
        let refused = |method: &str, head: Head<'_>| check_head(method, head).err().map(|error| error.as_str());
        for head in [&[FORM][..], &[charset]] {
            assert_eq!(refused("POST", head), None, "{head:?}");
        }
        for head in [&[][..], &[json], &[longer], &[FORM, FORM], &[FORM, json]] {
            assert_eq!(refused("POST", head), Some("not_a_form"), "{head:?}");
        }
        for method in ["GET", "HEAD", "PUT", "post", ""] {
            assert_eq!(refused(method, &[FORM]), Some("method_not_allowed"), "{method}");
        }
    }
}
