//! What can be undone.

use std::time::SystemTime;

use portcullis::api_key::KeyRecord;

use super::ended;
use crate::failure::Failure;
use crate::key_arguments::{End, RightsArguments};
use crate::session::Session;

/// Without an end it never ends.
pub(crate) async fn expire(session: &Session, id: &str, end: &End) -> Result<(), Failure> {
    // Too long a time is told before.
    let at = end.expires_in.and_then(|time| SystemTime::now().checked_add(time)).or(end.expires_at);
    tell(session, &session.keys.expire(id, at).await?).await
}

pub(crate) async fn disable(session: &Session, id: &str) -> Result<(), Failure> {
    tell(session, &session.keys.disable(id).await?).await
}

pub(crate) async fn enable(session: &Session, id: &str) -> Result<(), Failure> {
    tell(session, &session.keys.enable(id).await?).await
}

pub(crate) async fn grant(session: &Session, id: &str, rights: &RightsArguments) -> Result<(), Failure> {
    tell(session, &session.keys.grant(id, rights.rights()).await?).await
}

/// A change of a key that is refused for good comes to nothing, which who made it has to know.
async fn tell(session: &Session, changed: &KeyRecord) -> Result<(), Failure> {
    match ended::for_good(session, changed).await? {
        None => session.show(changed).await,
        Some(why) => {
            let stays = "stays refused, whatever is changed of it";
            Err(Failure::Refused(format!("{why}, and {stays}; `portcullis keys create` makes another key")))
        }
    }
}
