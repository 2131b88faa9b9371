//! Tokens in the shape of RFC 9068: any number of them, all of one length.

use std::thread;
use std::time::SystemTime;

use portcullis::Algorithm;

use crate::{Published, SigningKey};

/// An issuer with one key.
///
/// Its tokens have a header of `typ`, `alg` and `kid`, and 464 octets of claims: `iss`, `sub`, two `aud`, `exp`, `iat`,
/// `nbf`, `jti`, `client_id`, six scopes, five roles, ten groups and a tenant. With RS256 that makes 1,035 characters.
pub struct Mint {
    published: Published,
    key: SigningKey,
    now: u64,
}

impl Mint {
    const HOUR: u64 = 60 * 60;
    const DAY: u64 = 24 * Self::HOUR;

    /// The first issuer, with a new key.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        Self::numbered(0, algorithm)
    }

    /// The issuer of that number, below 100,000, with a new key.
    ///
    /// # Panics
    /// If the system's clock stands before 1970.
    #[must_use]
    pub fn numbered(number: usize, algorithm: Algorithm) -> Self {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is set");
        let key = SigningKey::generate(algorithm, &format!("bench-key-{number:05}"));
        let published = Published::new(format!("https://idp-{number:05}.test/"), &key);
        Self { published, key, now: since.as_secs() }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// What everybody may know of it.
    #[must_use]
    pub fn published(&self) -> &Published {
        &self.published
    }

    /// The token of that number, below ten thousand million: good for a day.
    #[must_use]
    pub fn token(&self, number: usize) -> String {
        self.sign(number, self.now + Self::DAY)
    }

    /// The first so many tokens. All cores sign.
    #[must_use]
    pub fn tokens(&self, count: usize) -> Vec<String> {
        self.many(count, |number| self.token(number))
    }

    /// The same from something else than [`token`](Self::token), such as [`expired`](Self::expired).
    pub fn many(&self, count: usize, make: impl Fn(usize) -> String + Sync) -> Vec<String> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let share = count.div_ceil(threads).max(1);
        let make = &make;
        thread::scope(|scope| {
            let starts = (0..count).step_by(share);
            let parts: Vec<_> = starts
                .map(|start| scope.spawn(move || (start..count.min(start + share)).map(make).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(|part| part.join().expect("signing does not fail")).collect()
        })
    }

    /// A good token under a `kid` that no key has.
    #[must_use]
    pub fn unknown_kid(&self, number: usize) -> String {
        renamed(&self.token(number), self.published().algorithm(), number)
    }

    /// A token that expired an hour ago.
    #[must_use]
    pub fn expired(&self, number: usize) -> String {
        self.sign(number, self.now - Self::HOUR)
    }

    fn sign(&self, number: usize, expires: u64) -> String {
        let (issuer, audience, now) = (self.published.url(), Published::AUDIENCE, self.now);
        let header = header(self.key.algorithm().name(), self.key.kid());
        let claims = [
            format!(r#"{{"iss":"{issuer}","sub":"user-{number:010}","aud":["{audience}","https://files.test"],"#),
            format!(r#""exp":{expires},"iat":{now},"nbf":{now},"jti":"token-{number:010}","client_id":"web-app","#),
            r#""scope":"openid profile email invoices:read invoices:write reports:read","#.to_owned(),
            r#""roles":["admin","editor","viewer","auditor","support"],"#.to_owned(),
            r#""groups":["sales","legal","people","it","operations","quality","platform","emea","apac","board"],"#
                .to_owned(),
            r#""tenant":"acme-industries.example"}"#.to_owned(),
        ]
        .concat();
        let input = format!("{}.{}", header, encoded(claims.as_bytes()));
        let signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", encoded(&signature))
    }
}

/// The signing input and the decoded signature.
///
/// # Panics
/// If it is not a token.
#[must_use]
pub fn take_apart(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').expect("a token has dots");
    (input, base64_simd::URL_SAFE_NO_PAD.decode_to_vec(signature).expect("a token is base64url"))
}

/// That token with one bit of its signature wrong.
pub(crate) fn damaged(token: &str) -> String {
    let (input, mut signature) = take_apart(token);
    let middle = signature.len() / 2;
    signature[middle] ^= 1;
    format!("{input}.{}", encoded(&signature))
}

/// That token under a `kid` of the same length that no key has. Nobody gets as far as its signature.
pub(crate) fn renamed(token: &str, algorithm: Algorithm, number: usize) -> String {
    let (_, rest) = token.split_once('.').expect("a token has dots");
    format!("{}.{rest}", header(algorithm.name(), &format!("other-{:09}", number % 1_000_000_000)))
}

/// The first part.
fn header(algorithm: &str, kid: &str) -> String {
    encoded(format!(r#"{{"typ":"at+jwt","alg":"{algorithm}","kid":"{kid}"}}"#).as_bytes())
}

fn encoded(octets: &[u8]) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_the_size_that_figures_are_quoted_for() {
        for (algorithm, length) in [(Algorithm::RS256, 1035), (Algorithm::ES256, 779), (Algorithm::EdDSA, 779)] {
            let token = Mint::new(algorithm).token(7);
            let parts: Vec<&str> = token.split('.').collect();
            let claims = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(parts[1]).unwrap();
            assert_eq!((claims.len(), token.len()), (464, length), "{algorithm:?}");
        }
    }

    #[test]
    fn many_tokens_are_distinct_and_in_order() {
        let mint = Mint::new(Algorithm::HS256);
        let tokens = mint.tokens(7);
        assert_eq!(tokens.len(), 7);
        assert!((0..7).all(|number| tokens[number] == mint.token(number)));
    }
}
