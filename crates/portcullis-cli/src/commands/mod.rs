//! What each command does.

mod change;
pub(crate) mod digest_key;
mod make;
mod read;
mod take_back;
mod verify;

use portcullis::api_key::{ApiKeys, MemoryKeyStore};

use crate::arguments::{KeyCommand, Keys};
use crate::failure::Failure;
use crate::output;
use crate::session::{self, Session};
use crate::settings::{Needs, Settings};

/// Does what was asked for with keys.
pub(crate) async fn run(Keys { options, command }: Keys) -> Result<(), Failure> {
    check_id(&command)?;
    let settings = Settings::read(&options, needs(&command))?;
    match &command {
        KeyCommand::ScanRegex => return scan_regex(&settings, options.json),
        KeyCommand::Migrate => {
            session::migrate(&settings).await?;
            output::note("the store is of this version");
            return if options.json { output::json(&serde_json::json!({ "migrated": true })) } else { Ok(()) };
        }
        _ => {}
    }
    let forms = match &command {
        KeyCommand::Verify { forms } => forms.clone(),
        KeyCommand::Import { form, .. } => vec![form.clone()],
        _ => Vec::new(),
    };
    let session = Session::open(&settings, forms, options.json).await?;
    let outcome = within(&session, command).await;
    session.close().await;
    outcome
}

async fn within(session: &Session, command: KeyCommand) -> Result<(), Failure> {
    match command {
        KeyCommand::Create(new) => make::create(session, new).await,
        KeyCommand::Import { form, new } => make::import(session, &form, new).await,
        KeyCommand::Rotate { id, overlap, confirmation } => make::rotate(session, &id, overlap, &confirmation).await,
        KeyCommand::List { owner, tenant, standing, after, limit } => {
            read::list(session, read::Wanted { owner, tenant, standing, after, limit }).await
        }
        KeyCommand::Show { id } => read::show(session, &id).await,
        KeyCommand::Expire { id, end, .. } => change::expire(session, &id, &end).await,
        KeyCommand::Disable { id } => change::disable(session, &id).await,
        KeyCommand::Enable { id } => change::enable(session, &id).await,
        KeyCommand::Grant { id, rights, .. } => change::grant(session, &id, rights).await,
        KeyCommand::Revoke { id, confirmation } => take_back::revoke(session, &id, &confirmation).await,
        KeyCommand::RevokeOwner { owner, tenant, confirmation } => {
            take_back::revoke_owner(session, &owner, tenant.as_deref(), &confirmation).await
        }
        KeyCommand::NotBefore { at, now, confirmation } => take_back::not_before(session, at, now, &confirmation).await,
        KeyCommand::Verify { .. } => verify::verify(session).await,
        // Done already.
        KeyCommand::ScanRegex | KeyCommand::Migrate => Ok(()),
    }
}

const fn needs(command: &KeyCommand) -> Needs {
    let (store, digest_key) = match command {
        KeyCommand::Create(_) | KeyCommand::Import { .. } | KeyCommand::Rotate { .. } | KeyCommand::Verify { .. } => {
            (true, true)
        }
        KeyCommand::ScanRegex => (false, false),
        _ => (true, false),
    };
    Needs { store, digest_key }
}

/// A whole key where its id should be is a secret in the list of processes, and in the history of the shell.
fn check_id(command: &KeyCommand) -> Result<(), Failure> {
    let id = match command {
        KeyCommand::Show { id }
        | KeyCommand::Rotate { id, .. }
        | KeyCommand::Expire { id, .. }
        | KeyCommand::Disable { id }
        | KeyCommand::Enable { id }
        | KeyCommand::Grant { id, .. }
        | KeyCommand::Revoke { id, .. } => id,
        _ => return Ok(()),
    };
    if (1..=64).contains(&id.len()) && id.bytes().all(|octet| octet.is_ascii_alphanumeric()) {
        return Ok(());
    }
    let remedy = "give the part between the last two `_` of a key, never a whole key: `verify` takes that on standard \
                  input, and says its id";
    Err(Failure::usage("id", "not the public id of a key", remedy))
}

fn scan_regex(settings: &Settings, json: bool) -> Result<(), Failure> {
    let keys = settings.configure(|name, key| ApiKeys::builder(name, key, MemoryKeyStore::new()))?.build()?;
    let regex = keys.scan_regex();
    if json { output::json(&serde_json::json!({ "regex": regex })) } else { output::line(&regex) }
}
