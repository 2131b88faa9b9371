//! Keys that are made here, and the one moment at which they are shown.

use std::time::{Duration, SystemTime};

use portcullis::api_key::{CreatedKey, ForeignFormat, KeyError, KeyFilter, KeyRecord};
use serde::Serialize;

use super::ended;
use crate::failure::Failure;
use crate::key_arguments::{Confirmation, NewArguments};
use crate::output::{self, note};
use crate::secret_input;
use crate::session::Session;
use crate::time;
use crate::view::{KeyView, digest_key_mark, plain};

#[derive(Serialize)]
struct Made<'a> {
    key: &'a str,
    #[serde(flatten)]
    record: KeyView<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotated: Option<Rotated<'a>>,
}

#[derive(Serialize)]
struct Rotated<'a> {
    id: &'a str,
    expires_at: Option<String>,
}

pub(crate) async fn create(session: &Session, new: &NewArguments) -> Result<(), Failure> {
    let created = session.keys.create(new.key()).await?;
    hand_over(session, &created, None).await?;
    warn_of_another_digest_key(session, &created.record).await;
    Ok(())
}

pub(crate) async fn rotate(
    session: &Session,
    id: &str,
    overlap: Duration,
    confirmation: &Confirmation,
) -> Result<(), Failure> {
    if overlap.is_zero() {
        let old = session.keys.get(id).await?;
        let owner = plain(&old.owner);
        confirmation.obtain(&format!("The key {id} of {owner} will be refused from now on, with no overlap."))?;
    }
    let created = match session.keys.rotate(id, overlap).await {
        Err(KeyError::Final) => return Err(ended::no_successor(session, id).await?),
        other => other?,
    };
    // From here on nothing may fail before the key is handed over.
    let end = session.keys.get(id).await.ok().and_then(|old| old.expires_at);
    hand_over(session, &created, Some(Rotated { id, expires_at: end.map(time::exact) })).await?;
    let until = end.map(|end| format!(" is good until {}", time::to_the_second(end))).unwrap_or_default();
    note(&format!("{id}{until}; its successor is {}", created.record.id));
    Ok(())
}

pub(crate) async fn import(session: &Session, form: &ForeignFormat, new: &NewArguments) -> Result<(), Failure> {
    let key = String::from_utf8(secret_input::read()?).ok().filter(|key| form.fits(key)).ok_or_else(|| {
        let remedy = "send one that does, or say its form there";
        Failure::usage("standard input", "a key that does not fit `--form`", remedy)
    })?;
    let record = session.keys.import(&key, new.key()).await.map_err(|error| match error {
        KeyError::Invalid(_) => of_no_form(session.keys.environment(), &key),
        other => other.into(),
    })?;
    tell_of_end(&record);
    warn_of_another_digest_key(session, &record).await;
    session.show(&record).await
}

/// In the words of this program: the arguments were looked at before, so it is the form.
fn of_no_form(environment: &str, key: &str) -> Failure {
    let own = key.strip_prefix(environment).is_some_and(|rest| rest.starts_with('_'));
    let (problem, remedy) = if own {
        ("a key that has the form of those made here", "`portcullis keys verify` says what is known of it")
    } else {
        ("longer than any key", "send the key and nothing else")
    };
    Failure::usage("standard input", problem, remedy)
}

/// The key goes to standard output. If nobody takes it there, it is lost, and whoever made it has to know.
async fn hand_over(session: &Session, created: &CreatedKey, rotated: Option<Rotated<'_>>) -> Result<(), Failure> {
    let written = if session.json() {
        let not_before = session.keys.not_before().await.unwrap_or_default();
        let record = KeyView::new(&created.record, SystemTime::now(), not_before);
        output::json(&Made { key: created.key.expose(), record, rotated })
    } else {
        output::line(created.key.expose())
    };
    let id = &created.record.id;
    written.map_err(|_| {
        Failure::Machine(format!("the key {id} was made, and could not be written to standard output: revoke it"))
    })?;
    note(&format!("made {id} for {}; the key is shown this once", plain(&created.record.owner)));
    tell_of_end(&created.record);
    Ok(())
}

fn tell_of_end(record: &KeyRecord) {
    match record.expires_at {
        Some(end) => note(&format!("{} ends at {}", record.id, time::to_the_second(end))),
        None => note(&format!("{} never ends; `expire` gives it an end", record.id)),
    }
}

/// Servers refuse a key that was made under a digest key that they do not have.
async fn warn_of_another_digest_key(session: &Session, made: &KeyRecord) {
    let Ok(others) = session.keys.list(&KeyFilter::all()).await else { return };
    let mut others = others.iter().filter(|record| record.id != made.id).peekable();
    let mark = digest_key_mark(made);
    if others.peek().is_some() && others.all(|record| digest_key_mark(record) != mark) {
        note(
            "warning: the other keys of the environment were made under another digest key; is this the servers' one?",
        );
    }
}
