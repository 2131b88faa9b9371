//! What a server would say to a key: asked of the same code.

use portcullis::api_key::{ForeignFormat, KeyError, KeyKind, KeyPlace};
use portcullis::{AuthError, Authenticator, Reason};
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{self, note};
use crate::secret_input;
use crate::session::Session;
use crate::view::KeyView;

const FIELD: &str = "x-api-key";

#[derive(Serialize)]
struct Good<'a> {
    valid: bool,
    #[serde(flatten)]
    record: KeyView<'a>,
    limited_by_owner: bool,
}

/// Not counted as a use of the key.
pub(crate) async fn verify(session: &Session, forms: &[ForeignFormat]) -> Result<(), Failure> {
    let key = secret_input::read()?;
    let auth = Authenticator::api_keys_only(session.keys.clone()).api_key_place(KeyPlace::header(FIELD)).build()?;
    let head: &[(&str, &[u8])] = &[(FIELD, &key)];
    let id = match auth.authenticate(head).await {
        Ok(known) => known.caller().and_then(|caller| caller.key_id()).map(str::to_owned),
        Err(error) => return refused(session, &error, forms).await,
    };
    let record = session.keys.get(&id.ok_or_else(|| KeyError::NotFound)?).await?;
    let limited_by_owner = record.kind == KeyKind::PersonalAccessToken;
    let view = session.view(&record).await?;
    if session.json() {
        return output::json(&Good { valid: true, record: view, limited_by_owner });
    }
    view.write(false)?;
    if limited_by_owner {
        note(
            "a server gives it those of these rights that its owner has then, and refuses it if there is no such owner",
        );
    }
    Ok(())
}

async fn refused(session: &Session, error: &AuthError, forms: &[ForeignFormat]) -> Result<(), Failure> {
    let reason = error.reason();
    if reason == Reason::ApiKeysUnavailable {
        // The store knows better why.
        session.keys.check().await?;
        return Err(Failure::Machine("the key could not be looked up; try again".to_owned()));
    }
    let id = error.kid();
    let told = if session.json() {
        let answer = json!({ "valid": false, "reason": reason.as_str(), "id": id, "status": reason.status() });
        output::json(&answer)
    } else {
        let of = id.map(|id| format!(" (id {id})")).unwrap_or_default();
        output::line(&format!("{reason}: {}{of}", in_words(reason)))
    };
    // Whether or not anybody reads it, it is no.
    told.ok();
    if reason == Reason::ApiKeyMalformed {
        note(match forms {
            [] => "if another system made it, say what its keys look like with `--form`, as the servers have it",
            _ => "it fits none of the forms given with `--form` either",
        });
    }
    Err(Failure::Negative)
}

fn in_words(reason: Reason) -> &'static str {
    match reason {
        Reason::CredentialMalformed => {
            "it is longer than any key, or has a space or another character in it that no key has"
        }
        Reason::ApiKeyMalformed => "it has not the form of a key",
        Reason::ApiKeyChecksumWrong => "it was mistyped or cut: the checksum does not fit",
        Reason::ApiKeyEnvironmentWrong => "it is a key of another environment",
        Reason::ApiKeyUnknown => "there is no such key, or it was made under another digest key",
        Reason::ApiKeySecretWrong => "there is a key of that id, and its secret is another",
        Reason::ApiKeyRevoked => "it was revoked, or is from before what the environment allows",
        Reason::ApiKeyExpired => "it has expired",
        Reason::ApiKeyDisabled => "it is disabled; `enable` lets it in again",
        _ => "a server refuses it",
    }
}
