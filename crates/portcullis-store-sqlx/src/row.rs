//! A row of the table of keys.

use portcullis::api_key::{KeyDigest, KeyKind, KeyRecord, StoreError, from_unix_milliseconds};
use sqlx::{ColumnIndex, Database, Decode, Row, Type};

/// In the order in which rows are read and statements take their values.
macro_rules! columns {
    () => {
        "environment, id, kind, name, owner, tenant, scopes, roles, groups, digest, created_at, expires_at, \
         disabled, revoked_at, successor, last_used_at"
    };
    // Of a table that the statement calls `k`.
    (of k) => {
        "k.environment, k.id, k.kind, k.name, k.owner, k.tenant, k.scopes, k.roles, k.groups, k.digest, k.created_at, \
         k.expires_at, k.disabled, k.revoked_at, k.successor, k.last_used_at"
    };
}

/// Where the column is that comes after those of the record, when there is one more.
pub(crate) const AFTER: usize = 16;

/// A value that every database of this crate can give.
pub(crate) trait Value<'r, DB: Database>: Decode<'r, DB> + Type<DB> {}
impl<'r, DB: Database, T: Decode<'r, DB> + Type<DB>> Value<'r, DB> for T {}

/// A row starts with the columns of a record.
pub(crate) fn record<'r, R>(row: &'r R) -> Result<KeyRecord, StoreError>
where
    R: Row,
    usize: ColumnIndex<R>,
    String: Value<'r, R::Database>,
    i64: Value<'r, R::Database>,
    bool: Value<'r, R::Database>,
    Vec<u8>: Value<'r, R::Database>,
{
    let id: String = row.try_get(1).map_err(|_| StoreError::Corrupt("a key whose id is not text".to_owned()))?;
    let corrupt = |what: &str| StoreError::Corrupt(format!("the {what} of key {id:?}"));
    let text = |at, what| row.try_get::<String, _>(at).map_err(|_| corrupt(what));
    let maybe_text = |at, what| row.try_get::<Option<String>, _>(at).map_err(|_| corrupt(what));
    let list = |at, what| {
        let text = row.try_get::<String, _>(at).map_err(|_| corrupt(what))?;
        serde_json::from_str::<Vec<String>>(&text).map_err(|_| corrupt(what))
    };
    let time = |milliseconds: i64, what| {
        if milliseconds < 0 { Err(corrupt(what)) } else { Ok(from_unix_milliseconds(milliseconds)) }
    };
    let maybe_time = |at, what| {
        let milliseconds = row.try_get::<Option<i64>, _>(at).map_err(|_| corrupt(what))?;
        milliseconds.map(|milliseconds| time(milliseconds, what)).transpose()
    };
    let digest: Vec<u8> = row.try_get(9).map_err(|_| corrupt("digest"))?;
    Ok(KeyRecord {
        environment: text(0, "environment")?,
        kind: KeyKind::from_name(&text(2, "kind")?).ok_or_else(|| corrupt("kind"))?,
        name: text(3, "name")?,
        owner: text(4, "owner")?,
        tenant: maybe_text(5, "tenant")?,
        scopes: list(6, "scopes")?,
        roles: list(7, "roles")?,
        groups: list(8, "groups")?,
        digest: KeyDigest::from_bytes(digest.try_into().map_err(|_| corrupt("digest"))?),
        created_at: time(row.try_get(10).map_err(|_| corrupt("created_at"))?, "created_at")?,
        expires_at: maybe_time(11, "expires_at")?,
        disabled: row.try_get(12).map_err(|_| corrupt("disabled"))?,
        revoked_at: maybe_time(13, "revoked_at")?,
        successor: maybe_text(14, "successor")?,
        last_used_at: maybe_time(15, "last_used_at")?,
        id,
    })
}
