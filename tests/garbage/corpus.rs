//! The tokens that requests are made of. Made once; all good ones are good for an hour.

use fastrand::Rng;
use portcullis::Algorithm;
use portcullis_testing::{Defect, Oddity, TestIssuer};

pub(crate) struct Corpus {
    good: Vec<String>,
    unscoped: String,
    bad: Vec<(String, u16)>,
}

impl Corpus {
    pub(crate) fn of(issuer: &TestIssuer) -> Self {
        let scoped = || issuer.token().subject("alice").scope("invoices:read");
        let by_algorithm = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::Ed25519];
        let plain = by_algorithm.map(|algorithm| scoped().algorithm(algorithm).sign());
        // One of them is good for seconds only, and one has no scope.
        let lasting = |odd: &&Oddity| !matches!(odd, Oddity::ExpSlightlyPast | Oddity::ScopeEmpty);
        let odd = Oddity::ALL.iter().filter(lasting).map(|oddity| scoped().oddity(*oddity).sign());
        Self {
            good: plain.into_iter().chain(odd).collect(),
            unscoped: issuer.token().sign(),
            bad: Defect::ALL.iter().map(|one| (scoped().defect(*one).sign(), one.expected_status())).collect(),
        }
    }

    pub(crate) fn good(&self, rng: &mut Rng) -> &str {
        &self.good[rng.usize(..self.good.len())]
    }

    pub(crate) fn unscoped(&self) -> &str {
        &self.unscoped
    }

    /// A token to refuse, and the status for it.
    pub(crate) fn bad(&self, rng: &mut Rng) -> (&str, u16) {
        let (token, status) = &self.bad[rng.usize(..self.bad.len())];
        (token, *status)
    }

    /// A well-formed token under a name that no key has; some names come back.
    pub(crate) fn under_unknown_kid(&self, rng: &mut Rng) -> String {
        let kid = if rng.bool() { format!("again-{}", rng.u8(..20)) } else { format!("{:016x}", rng.u64(..)) };
        let header = format!(r#"{{"typ":"at+jwt","alg":"RS256","kid":"{kid}"}}"#);
        let rest = self.good[0].split_once('.').map_or("", |(_, rest)| rest);
        format!("{}.{rest}", base64_simd::URL_SAFE_NO_PAD.encode_to_string(header))
    }

    /// Good or bad, with one to four characters changed so that it cannot be good any more.
    pub(crate) fn mutated(&self, rng: &mut Rng) -> String {
        const LETTERS: &[u8] = b"ABCXYZabcxyz0189-_.~+/=,;:\"'{}[]()<>!#$%&*?@^`|\\";
        let token = if rng.bool() { self.good(rng) } else { self.bad(rng).0 };
        let mut token = token.as_bytes().to_vec();
        for _ in 0..rng.usize(1..=4) {
            let (at, letter) = (rng.usize(..token.len()), LETTERS[rng.usize(..LETTERS.len())]);
            match rng.u8(..4) {
                0 => token.insert(at, letter),
                1 if token.len() > 1 => drop(token.remove(at)),
                _ => token[at] = letter,
            }
        }
        let token = String::from_utf8(token).unwrap_or_else(|_| "x".to_owned());
        if self.good.contains(&token) { token + "x" } else { token }
    }
}
