//! Good tokens, and for each kind of refusal as many bad ones.

use crate::Mint;
use crate::mint::{damaged, renamed, take_apart};

/// The tokens of one issuer, all distinct.
#[derive(Debug)]
pub struct Tokens {
    /// To be admitted.
    pub good: Vec<String>,
    /// Cut off where the signature begins.
    pub malformed: Vec<String>,
    /// Under a `kid` that no key has.
    pub unknown_kid: Vec<String>,
    /// With one bit of the signature wrong.
    pub forged: Vec<String>,
    /// Expired an hour ago.
    pub expired: Vec<String>,
}

impl Tokens {
    /// So many of each kind.
    #[must_use]
    pub fn new(mint: &Mint, count: usize) -> Self {
        let good = mint.tokens(count);
        let algorithm = mint.published().algorithm();
        Self {
            malformed: good.iter().map(|token| take_apart(token).0.to_owned()).collect(),
            unknown_kid: good.iter().enumerate().map(|(number, token)| renamed(token, algorithm, number)).collect(),
            forged: good.iter().map(|token| damaged(token)).collect(),
            expired: mint.many(count, |number| mint.expired(number)),
            good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at_once;
    use portcullis::{Algorithm, Reason};

    #[test]
    fn good_tokens_are_accepted_and_each_bad_one_refused_for_its_reason() {
        let mint = Mint::new(Algorithm::ES256);
        let auth = mint.published().authenticator().build().unwrap();
        let tokens = Tokens::new(&mint, 3);
        for (tokens, reason) in [
            (&tokens.good, None),
            (&tokens.malformed, Some(Reason::TokenMalformed)),
            (&tokens.unknown_kid, Some(Reason::KeyUnknown)),
            (&tokens.forged, Some(Reason::SignatureInvalid)),
            (&tokens.expired, Some(Reason::TokenExpired)),
        ] {
            for token in tokens {
                assert_eq!(at_once(auth.verify(token)).err().map(|error| error.reason()), reason);
            }
        }
    }
}
