//! Claims that say something else.

use crate::token::TokenBuilder;

/// The token's audience as it stands.
pub(super) fn audience(token: &TokenBuilder) -> String {
    token.claims.text("aud")
}

pub(super) fn iss(token: TokenBuilder, change: fn(&str) -> String) -> TokenBuilder {
    let changed = change(&token.claims.text("iss"));
    token.issuer(&changed)
}

pub(super) fn aud(token: TokenBuilder, change: fn(&str) -> String) -> TokenBuilder {
    let changed = change(&audience(&token));
    token.audience(&changed)
}

pub(super) fn escaped_issuer(token: TokenBuilder) -> TokenBuilder {
    let escaped = token.claims.get("iss").unwrap_or_default().replace('/', r"\/");
    token.claim_json("iss", &escaped)
}

pub(super) fn toggle_slash(url: &str) -> String {
    url.strip_suffix('/').map_or_else(|| format!("{url}/"), str::to_owned)
}

/// What comes after the scheme and before the path, changed.
pub(super) fn authority(url: &str, change: impl Fn(&str) -> String) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", change(host))
}

/// Replaces the first letter that has a double elsewhere in Unicode; appends one when there is none.
pub(super) fn homoglyph(url: &str) -> String {
    authority(url, |host| match host.char_indices().find(|(_, letter)| matches!(letter, 'a' | 'e' | 'o')) {
        Some((at, letter)) => {
            let double = match letter {
                'a' => 'а',
                'e' => 'е',
                _ => 'о',
            };
            format!("{}{double}{}", &host[..at], &host[at + 1..])
        }
        None => format!("{host}\u{0430}"),
    })
}

/// A second member of that name, before or after the good one.
pub(super) fn duplicate(mut token: TokenBuilder, quoted_name: &str, json: &str, good_first: bool) -> TokenBuilder {
    if good_first {
        token.claims.append(quoted_name, json);
    } else {
        token.claims.prepend(quoted_name, json);
    }
    token
}

pub(super) fn many_members(mut token: TokenBuilder) -> TokenBuilder {
    for number in 0..1200 {
        token.claims.append(&format!("\"{number}\""), "0");
    }
    token
}

pub(super) fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}
