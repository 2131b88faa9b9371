//! Why nothing more comes of a key.

use std::time::SystemTime;

use portcullis::api_key::{KeyRecord, KeyStanding};

use crate::failure::Failure;
use crate::session::Session;
use crate::time;

/// How a key came to be refused for good, if it is.
pub(super) async fn for_good(session: &Session, record: &KeyRecord) -> Result<Option<String>, Failure> {
    let not_before = session.keys.not_before().await?;
    if record.standing(SystemTime::now(), not_before) != KeyStanding::Revoked {
        return Ok(None);
    }
    let id = &record.id;
    Ok(Some(match (record.revoked_at, not_before) {
        (Some(at), _) => format!("key {id} was revoked at {}", time::to_the_second(at)),
        (None, Some(time)) => format!(
            "key {id} was revoked, with all keys of {} from before {}",
            session.keys.environment(),
            time::to_the_second(time)
        ),
        (None, None) => format!("key {id} was revoked"),
    }))
}

/// Which of the things it is that keep a key from being rotated, and what to do.
pub(super) async fn no_successor(session: &Session, id: &str) -> Result<Failure, Failure> {
    let record = session.keys.get(id).await?;
    let successor = record.successor.as_deref();
    Ok(Failure::Refused(match (for_good(session, &record).await?, successor, record.expires_at) {
        (Some(why), None, _) => format!("{why}, and gets no successor; `portcullis keys create` makes another key"),
        (Some(why), Some(successor), _) => {
            format!("{why}, and its successor is {successor}; rotate that one if another key is needed")
        }
        (None, Some(successor), _) => format!(
            "key {id} was rotated already, and its successor is {successor}; rotate that one if another key is needed"
        ),
        (None, None, Some(end)) => format!(
            "key {id} expired at {}, and gets no successor; give it another end with `portcullis keys expire`, or make \
             another key with `portcullis keys create`",
            time::to_the_second(end)
        ),
        // It was changed meanwhile.
        (None, None, None) => format!("key {id} could not be rotated; look at it with `portcullis keys show`"),
    }))
}
