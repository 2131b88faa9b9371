//! What must not be found, and the search for it.

use std::collections::HashMap;

use super::capture::Channel;

/// So many characters in a row of a secret are a part that can be recognised.
const WINDOW: usize = 12;
/// The same of a list of numbers, in which three say nothing yet.
const LISTED: usize = 40;

/// Secrets, cut into every window of their every spelling.
#[derive(Default)]
pub(super) struct Prey {
    windows: HashMap<[u8; WINDOW], &'static str>,
    listed: HashMap<[u8; LISTED], &'static str>,
    pub(super) secrets: usize,
}

impl Prey {
    /// A token: its parts as they are, and what can be made of them.
    pub(super) fn add_token(&mut self, token: &str) {
        for part in token.split('.') {
            self.add_text("part of a token", part);
            if let Ok(octets) = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(part)
                && std::str::from_utf8(&octets).is_err()
            {
                // A signature. What is text is made of names that may be seen, and of marks.
                self.add_octets("signature", &octets);
            }
        }
    }

    /// A password, a claim value, a member of a private key.
    pub(super) fn add_secret(&mut self, what: &'static str, secret: &str) {
        self.add_text(what, secret);
        self.add_octets(what, secret.as_bytes());
    }

    /// In every spelling that a program gives octets by itself.
    pub(super) fn add_octets(&mut self, what: &'static str, octets: &[u8]) {
        let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        let listed = format!("{octets:?}");
        self.listed.extend(windows(&listed).map(|window| (window, what)));
        let standard = base64_simd::STANDARD_NO_PAD.encode_to_string(octets);
        let url_safe = base64_simd::URL_SAFE_NO_PAD.encode_to_string(octets);
        for spelling in [&hex.to_uppercase(), &hex, &standard, &url_safe] {
            self.add_text(what, spelling);
        }
    }

    fn add_text(&mut self, what: &'static str, text: &str) {
        self.secrets += usize::from(text.len() >= WINDOW);
        // Padding and other runs of the same are in every log.
        let varied =
            windows(text).filter(|window: &[u8; WINDOW]| window.iter().any(|octet| !window[..2].contains(octet)));
        self.windows.extend(varied.map(|window| (window, what)));
    }

    pub(super) fn windows(&self) -> usize {
        self.windows.len() + self.listed.len()
    }

    /// What was found, and where: at most once for each text.
    pub(super) fn find<'a>(&self, texts: impl IntoIterator<Item = &'a (Channel, String)>) -> Vec<String> {
        let find_in = |(channel, text): &(Channel, String)| {
            let of = |what: &str, window: &[u8]| format!("{what} ({})", String::from_utf8_lossy(window));
            let windows = windows(text).find_map(|window| Some(of(self.windows.get(&window)?, &window)));
            let what = windows
                .or_else(|| self::windows(text).find_map(|window| Some(of(self.listed.get(&window)?, &window))))?;
            Some(format!("{what} in {channel:?}: {text}"))
        };
        texts.into_iter().filter_map(find_in).collect()
    }
}

fn windows<const SIZE: usize>(text: &str) -> impl Iterator<Item = [u8; SIZE]> {
    text.as_bytes().windows(SIZE).map(|window| window.try_into().expect("its size"))
}
