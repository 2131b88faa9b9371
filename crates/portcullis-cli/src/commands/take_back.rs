//! What cannot be undone.

use std::time::{Duration, SystemTime};

use serde_json::json;

use super::read::Pages;
use crate::failure::Failure;
use crate::key_arguments::Confirmation;
use crate::output::{self, note};
use crate::session::Session;
use crate::time;
use crate::view::plain;

pub(crate) async fn revoke(session: &Session, id: &str, confirmation: &Confirmation) -> Result<(), Failure> {
    let record = session.keys.get(id).await?;
    let name = if record.name.is_empty() { String::new() } else { format!(" ({})", plain(&record.name)) };
    confirmation.obtain(&format!("The key {id}{name} of {} will be revoked.", plain(&record.owner)))?;
    session.show(&session.keys.revoke(id).await?).await
}

pub(crate) async fn revoke_owner(
    session: &Session,
    owner: &str,
    tenant: Option<&str>,
    confirmation: &Confirmation,
) -> Result<(), Failure> {
    let whose = match tenant {
        Some(tenant) => format!("{} in tenant {}", plain(owner), plain(tenant)),
        None => format!("{} without a tenant", plain(owner)),
    };
    let keys = not_revoked(session, owner, tenant).await?;
    if keys == 0 {
        note(&format!("there is no key of {whose} that is not revoked; nothing was done"));
        if tenant.is_none() {
            note("keys that belong to a tenant need --tenant");
        }
        return told(session, owner, tenant, &[]);
    }
    confirmation.obtain(&format!("All keys of {whose} will be revoked: {} now.", count(keys)))?;
    let revoked = session.keys.revoke_owner(tenant, owner).await?;
    note(&format!("revoked {} of {whose}", count(revoked.len())));
    told(session, owner, tenant, &revoked)
}

fn told(session: &Session, owner: &str, tenant: Option<&str>, revoked: &[String]) -> Result<(), Failure> {
    if session.json() {
        return output::json(&json!({ "owner": owner, "tenant": tenant, "revoked": revoked }));
    }
    revoked.iter().try_for_each(|id| output::line(id))
}

/// Without a time, says what holds.
pub(crate) async fn not_before(
    session: &Session,
    at: Option<SystemTime>,
    now: bool,
    confirmation: &Confirmation,
) -> Result<(), Failure> {
    // Keys of this very millisecond are from before, too.
    let wanted = if now { Some(SystemTime::now() + Duration::from_millis(1)) } else { at };
    let holds = match wanted {
        None => session.keys.not_before().await?,
        Some(at) => {
            let environment = session.keys.environment();
            let time = time::to_the_second(at);
            confirmation.obtain(&format!("All keys of {environment} from before {time} will be refused."))?;
            Some(session.keys.set_not_before(at).await?)
        }
    };
    let holds = holds.map(time::exact);
    if session.json() {
        return output::json(&json!({ "environment": session.keys.environment(), "not_before": holds }));
    }
    output::line(holds.as_deref().unwrap_or("never"))
}

async fn not_revoked(session: &Session, owner: &str, tenant: Option<&str>) -> Result<usize, Failure> {
    let mut pages = Pages::new(Some(owner.to_owned()), tenant.map(str::to_owned), None);
    let mut keys = 0;
    while let Some(page) = pages.next(session).await? {
        let theirs = |record: &&_| {
            let record: &portcullis::api_key::KeyRecord = record;
            record.tenant.as_deref() == tenant && record.revoked_at.is_none()
        };
        keys += page.iter().filter(theirs).count();
    }
    Ok(keys)
}

fn count(keys: usize) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}
