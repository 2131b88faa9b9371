//! The authorization endpoint (RFC 6749 §3.1): says yes at once.

use super::State;
use super::clients::Approval;
use super::form::{Form, encode};
use super::token::{resources, scope};
use crate::script::Answer;

/// Seconds (RFC 6749 §4.1.2: at most ten minutes).
const CODE_LIFETIME: u64 = 60;

pub(super) fn answer(state: &State, form: &Form) -> Answer {
    // Without a client and a redirect URI that belong together, nobody may be redirected (RFC 6749 §4.1.2.1).
    let page = |text: &str| Answer::new(400).header("content-type", "text/plain").body(text);
    let Some((id, client)) = form.get("client_id").and_then(|id| Some((id, state.clients.get(id)?))) else {
        return page("unknown client_id");
    };
    let redirect_uri = match (&client.redirect_uri, form.get("redirect_uri")) {
        (Some(registered), Some(given)) if registered == given => registered,
        _ => return page("redirect_uri is not the registered one"),
    };
    if form.repeats() {
        return page("a parameter comes twice");
    }
    let result = approve(state, form, id, redirect_uri);
    let mut parameters = match &result {
        Ok(code) => format!("code={}", encode(code)),
        Err(code) => format!("error={code}"),
    };
    if let Some(state) = form.get("state") {
        parameters.push_str(&format!("&state={}", encode(state)));
    }
    // RFC 9207 §2
    parameters.push_str(&format!("&iss={}", encode(state.issuer.url())));
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    Answer::new(302)
        .header("location", format!("{redirect_uri}{separator}{parameters}"))
        .header("cache-control", "no-store")
}

fn approve(state: &State, form: &Form, client: &str, redirect_uri: &str) -> Result<String, &'static str> {
    match form.get("response_type") {
        Some("code") => {}
        Some(_) => return Err("unsupported_response_type"),
        None => return Err("invalid_request"),
    }
    let challenge = form.get("code_challenge").unwrap_or_default();
    // Left out, the method would be `plain` (RFC 7636 §4.3). A SHA-256 hash has 43 characters.
    if form.get("code_challenge_method") != Some("S256") || challenge.len() != 43 {
        return Err("invalid_request");
    }
    let approval = Approval {
        client: client.into(),
        redirect_uri: redirect_uri.into(),
        challenge: challenge.into(),
        scope: scope(form).map_err(|error| error.code())?,
        resources: resources(form).map_err(|error| error.code())?,
        expires: state.issuer.clock().unix_seconds() + CODE_LIFETIME,
    };
    state.codes.issue(approval).ok_or("server_error")
}
