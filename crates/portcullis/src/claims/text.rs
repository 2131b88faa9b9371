//! Strings of a claims set, as positions in one buffer: a token's claims cost one allocation, not one per string.

use std::borrow::Cow;

/// A position in a [`ClaimText`], and whether the string stood in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    /// The highest bit says that it stood in an array; texts are far shorter than 2 GiB.
    end: u32,
}

const IN_LIST: u32 = 1 << 31;

impl Span {
    pub(crate) fn in_list(self, in_list: bool) -> Self {
        Self { end: if in_list { self.end | IN_LIST } else { self.end & !IN_LIST }, ..self }
    }

    pub(crate) fn is_in_list(self) -> bool {
        self.end & IN_LIST != 0
    }
}

/// The payload's JSON text, followed by those strings that had to be unescaped.
pub(crate) struct ClaimText {
    text: Box<str>,
    json_len: u32,
}

impl ClaimText {
    pub(crate) fn get(&self, span: Span) -> &str {
        // A span is only ever made by the collector of this same text, so it is in range.
        self.text.get(span.start as usize..(span.end & !IN_LIST) as usize).unwrap_or_default()
    }

    /// The payload as it was signed.
    pub(crate) fn json(&self) -> &str {
        self.text.get(..self.json_len as usize).unwrap_or_default()
    }
}

/// Collects spans while the payload is being read, and so still borrowed.
pub(crate) struct Collector<'de> {
    json: &'de str,
    unescaped: String,
}

impl<'de> Collector<'de> {
    pub(crate) fn new(json: &'de str) -> Self {
        Self { json, unescaped: String::new() }
    }

    pub(crate) fn span(&mut self, string: Cow<'de, str>) -> Span {
        let start = match &string {
            // serde borrows from `json`, so this is a position in it.
            Cow::Borrowed(part) => part.as_ptr() as usize - self.json.as_ptr() as usize,
            Cow::Owned(part) => {
                self.unescaped.push_str(part);
                self.json.len() + self.unescaped.len() - part.len()
            }
        };
        // The token's size limit keeps all of this far below 2 GiB.
        Span { start: start as u32, end: (start + string.len()) as u32 }
    }

    /// What has to be appended to the payload for the spans to hold.
    pub(crate) fn into_unescaped(self) -> String {
        self.unescaped
    }
}

impl ClaimText {
    pub(crate) fn new(mut json: String, unescaped: &str) -> Self {
        let json_len = json.len();
        if !unescaped.is_empty() {
            json.reserve_exact(unescaped.len());
            json.push_str(unescaped);
        }
        // The token's size limit keeps this far below 4 GiB, too.
        Self { text: json.into_boxed_str(), json_len: json_len as u32 }
    }
}
