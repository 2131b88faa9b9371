//! What can be undone.

use std::time::SystemTime;

use crate::failure::Failure;
use crate::key_arguments::{End, RightsArguments};
use crate::session::Session;

/// Without an end it never ends.
pub(crate) async fn expire(session: &Session, id: &str, end: &End) -> Result<(), Failure> {
    let at = match end.expires_in {
        Some(time) => {
            let too_late = || Failure::usage("--expires-in", "beyond all clocks", "give a shorter time, or --never");
            Some(SystemTime::now().checked_add(time).ok_or_else(too_late)?)
        }
        None => end.expires_at,
    };
    session.show(&session.keys.expire(id, at).await?).await
}

pub(crate) async fn disable(session: &Session, id: &str) -> Result<(), Failure> {
    session.show(&session.keys.disable(id).await?).await
}

pub(crate) async fn enable(session: &Session, id: &str) -> Result<(), Failure> {
    session.show(&session.keys.enable(id).await?).await
}

pub(crate) async fn grant(session: &Session, id: &str, rights: RightsArguments) -> Result<(), Failure> {
    session.show(&session.keys.grant(id, rights.rights()).await?).await
}
