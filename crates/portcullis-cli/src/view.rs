//! A record as it is written out: never with a key or a digest.

use std::fmt::Write as _;
use std::time::SystemTime;

use portcullis::api_key::KeyRecord;
use serde::Serialize;

use crate::failure::Failure;
use crate::output;
use crate::time;

/// The fields of the JSON are API: none is renamed or left out, those without a value are `null`.
#[derive(Serialize)]
pub(crate) struct KeyView<'a> {
    environment: &'a str,
    id: &'a str,
    kind: &'static str,
    name: &'a str,
    owner: &'a str,
    tenant: Option<&'a str>,
    scopes: &'a [String],
    roles: &'a [String],
    groups: &'a [String],
    standing: &'static str,
    created_at: String,
    expires_at: Option<String>,
    disabled: bool,
    revoked_at: Option<String>,
    successor: Option<&'a str>,
    last_used_at: Option<String>,
    digest_key: String,
    #[serde(skip)]
    record: &'a KeyRecord,
}

impl<'a> KeyView<'a> {
    pub(crate) fn new(record: &'a KeyRecord, now: SystemTime, not_before: Option<SystemTime>) -> Self {
        Self {
            environment: &record.environment,
            id: &record.id,
            kind: record.kind.as_str(),
            name: &record.name,
            owner: &record.owner,
            tenant: record.tenant.as_deref(),
            scopes: &record.scopes,
            roles: &record.roles,
            groups: &record.groups,
            standing: record.standing(now, not_before).as_str(),
            created_at: time::exact(record.created_at),
            expires_at: record.expires_at.map(time::exact),
            disabled: record.disabled,
            revoked_at: record.revoked_at.map(time::exact),
            successor: record.successor.as_deref(),
            last_used_at: record.last_used_at.map(time::exact),
            digest_key: digest_key_mark(record),
            record,
        }
    }

    pub(crate) fn write(&self, json: bool) -> Result<(), Failure> {
        if json { output::json(self) } else { output::write(&self.lines()) }
    }

    /// A line for each thing that there is.
    fn lines(&self) -> String {
        let record = self.record;
        let when = |time: Option<SystemTime>, otherwise: &str| time.map_or(otherwise.to_owned(), time::to_the_second);
        let list = |list: &[String]| list.iter().map(|one| plain(one)).collect::<Vec<_>>().join(" ");
        let mut lines = String::new();
        for (name, value) in [
            ("id", self.id.to_owned()),
            ("environment", self.environment.to_owned()),
            ("standing", self.standing.to_owned()),
            ("kind", self.kind.to_owned()),
            ("name", plain(self.name)),
            ("owner", plain(self.owner)),
            ("tenant", plain(self.tenant.unwrap_or_default())),
            ("scopes", list(self.scopes)),
            ("roles", list(self.roles)),
            ("groups", list(self.groups)),
            ("created", time::to_the_second(record.created_at)),
            ("expires", when(record.expires_at, "never")),
            ("revoked", when(record.revoked_at, "")),
            ("successor", self.successor.unwrap_or_default().to_owned()),
            ("last used", when(record.last_used_at, "never")),
            ("digest key", self.digest_key.clone()),
        ] {
            if !value.is_empty() {
                writeln!(lines, "{name:<12} {value}").ok();
            }
        }
        lines
    }

    pub(crate) fn has_standing(&self, standing: &str) -> bool {
        self.standing == standing
    }

    /// The cells of a table, under [`COLUMNS`].
    pub(crate) fn cells(&self) -> [String; 8] {
        let record = self.record;
        let when = |time: Option<SystemTime>| time.map_or_else(|| "never".to_owned(), time::to_the_second);
        let whose = match self.tenant {
            Some(tenant) => format!("{} ({})", plain(self.owner), plain(tenant)),
            None => plain(self.owner),
        };
        let used = when(record.last_used_at);
        let scopes = self.scopes.iter().map(|scope| plain(scope)).collect::<Vec<_>>().join(" ");
        let (id, kind, standing) = (self.id.to_owned(), self.kind.to_owned(), self.standing.to_owned());
        [id, kind, standing, when(record.expires_at), used, whose, plain(self.name), scopes]
    }
}

/// Of a table of keys.
pub(crate) const COLUMNS: [&str; 8] = ["ID", "KIND", "STANDING", "EXPIRES", "LAST USED", "OWNER", "NAME", "SCOPES"];

/// Rows under each other, two spaces between columns, none at the end of a line.
pub(crate) fn table(rows: &[[String; 8]]) -> String {
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..8).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end()).ok();
    }
    text
}

/// Which digest key a key was made under: a mark that tells them apart and is no secret.
pub(crate) fn digest_key_mark(record: &KeyRecord) -> String {
    record.digest.as_bytes()[..4].iter().fold(String::new(), |mut mark, octet| {
        write!(mark, "{octet:02x}").ok();
        mark
    })
}

/// Text that others chose, without what a terminal would obey: control characters, and those that turn the direction.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '\'' | '"' | '\\' => plain.push(one),
            _ => plain.extend(one.escape_debug()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_of_a_name() {
        assert_eq!(plain("Zoë's \"nightly\" – 夜"), "Zoë's \"nightly\" – 夜");
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\nd"), "a\\u{1b}[2Jb\\u{202e}c\\nd");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let row = |name: &str| [name, "b", "c", "d", "e", "f", "g", ""].map(str::to_owned);
        assert_eq!(table(&[row("äöü"), row("x")]), "äöü  b  c  d  e  f  g\nx    b  c  d  e  f  g\n");
    }
}
