//! What a client sees.

/// A response: status, the fields that matter, body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Name and value as sent, sorted by name; of equal names in the order sent.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// `Content-Length` and `Date` are left out: frameworks add them in different places, some only on the wire.
    pub(crate) fn new<'a>(status: u16, fields: impl Iterator<Item = (&'a str, &'a [u8])>, body: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = fields
            .filter(|(name, _)| !matches!(*name, "content-length" | "date"))
            .map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()))
            .collect();
        fields.sort_by(|one, other| one.0.cmp(&other.0));
        Self { status, fields, body: String::from_utf8_lossy(body).into_owned() }
    }
}
