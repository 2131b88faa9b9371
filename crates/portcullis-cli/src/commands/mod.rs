//! What each command does.

mod backup;
mod change;
pub(crate) mod digest_key;
mod ended;
mod make;
mod read;
mod take_back;
mod verify;

use portcullis::api_key::{ApiKeys, MemoryKeyStore};

use crate::arguments::{KeyCommand, Keys};
use crate::failure::Failure;
use crate::judging;
use crate::output;
use crate::session::{self, Session};
use crate::settings::{Needs, Settings};

/// Does what was asked for with keys.
pub(crate) async fn run(Keys { options, command }: Keys) -> Result<(), Failure> {
    let settings = Settings::read(&options, needs(&command), judging::problems_of(&command))?;
    match &command {
        KeyCommand::ScanRegex => return scan_regex(&settings, options.json),
        KeyCommand::Migrate => {
            let migrated = session::migrate(&settings).await?;
            output::note(if migrated {
                "the store is of this version now"
            } else {
                "the store was of this version already; nothing was done"
            });
            return if options.json { output::json(&serde_json::json!({ "migrated": migrated })) } else { Ok(()) };
        }
        KeyCommand::Backup { file } => return backup::make(&settings, file, options.json).await,
        _ => {}
    }
    let forms = match &command {
        KeyCommand::Verify { forms } => forms.clone(),
        KeyCommand::Import { form, .. } => vec![form.clone()],
        _ => Vec::new(),
    };
    let makes_keys = matches!(command, KeyCommand::Create(_) | KeyCommand::Import { .. });
    let session = Session::open(&settings, forms, makes_keys, options.json).await?;
    let id = command.id().map(str::to_owned);
    let outcome = within(&session, command).await;
    session.close().await;
    outcome.map_err(|failure| match (failure, id) {
        (Failure::NotFound(_), Some(id)) => {
            let environment = session.keys.environment();
            Failure::NotFound(format!(
                "there is no key {id} in {environment}; `portcullis keys list` shows what there is"
            ))
        }
        (failure, _) => failure,
    })
}

async fn within(session: &Session, command: KeyCommand) -> Result<(), Failure> {
    match command {
        KeyCommand::Create(new) => make::create(session, &new).await,
        KeyCommand::Import { form, new } => make::import(session, &form, &new).await,
        KeyCommand::Rotate { id, overlap, confirmation } => make::rotate(session, &id, overlap, &confirmation).await,
        KeyCommand::List { owner, tenant, standing, after, limit } => {
            read::list(session, read::Wanted { owner, tenant, standing, after, limit }).await
        }
        KeyCommand::Show { id } => read::show(session, &id).await,
        KeyCommand::Expire { id, end, .. } => change::expire(session, &id, &end).await,
        KeyCommand::Disable { id } => change::disable(session, &id).await,
        KeyCommand::Enable { id } => change::enable(session, &id).await,
        KeyCommand::Grant { id, rights, .. } => change::grant(session, &id, &rights).await,
        KeyCommand::Revoke { id, confirmation } => take_back::revoke(session, &id, &confirmation).await,
        KeyCommand::RevokeOwner { owner, tenant, confirmation } => {
            take_back::revoke_owner(session, &owner, tenant.as_deref(), &confirmation).await
        }
        KeyCommand::NotBefore { at, now, confirmation } => take_back::not_before(session, at, now, &confirmation).await,
        KeyCommand::Verify { forms } => verify::verify(session, &forms).await,
        // Done already.
        KeyCommand::ScanRegex | KeyCommand::Migrate | KeyCommand::Backup { .. } => Ok(()),
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

fn scan_regex(settings: &Settings, json: bool) -> Result<(), Failure> {
    let keys = settings.configure(|name, key| ApiKeys::builder(name, key, MemoryKeyStore::new()))?.build()?;
    let regex = keys.scan_regex();
    if json { output::json(&serde_json::json!({ "regex": regex })) } else { output::line(&regex) }
}
