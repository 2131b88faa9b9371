//! The token endpoint (RFC 6749 §3.2).

use aws_lc_rs::digest;
use serde_json::json;

use super::State;
use super::clients::{Approval, Client};
use super::exchange::Asked;
use super::form::{Form, decode};
use crate::encoding::base64url;
use crate::script::Answer;
use crate::token::TokenBuilder;

/// Seconds; what an access token of the issuer lasts.
const LIFETIME: u64 = 3600;

/// An error of RFC 6749 §5.2 or RFC 8707 §2.
pub(super) struct Refused {
    code: &'static str,
    description: &'static str,
}

impl Refused {
    pub(super) fn code(&self) -> &'static str {
        self.code
    }
}

fn refused(code: &'static str, description: &'static str) -> Refused {
    Refused { code, description }
}

pub(super) fn answer(state: &State, asked: &Asked) -> Answer {
    let answer = grant(state, asked).unwrap_or_else(|refused| {
        let body = json!({ "error": refused.code, "error_description": refused.description }).to_string();
        match refused.code {
            // The scheme that was tried, and there is one (RFC 6749 §5.2).
            "invalid_client" => Answer::json(401, body).header("www-authenticate", "Basic realm=\"token\""),
            _ => Answer::json(400, body),
        }
    });
    answer.header("cache-control", "no-store").header("pragma", "no-cache")
}

fn grant(state: &State, asked: &Asked) -> Result<Answer, Refused> {
    let media_type = asked.content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(refused("invalid_request", "the body must be a form"));
    }
    let form = &asked.form;
    if form.repeats() {
        return Err(refused("invalid_request", "a parameter comes twice"));
    }
    let grant = form.get("grant_type").ok_or_else(|| refused("invalid_request", "grant_type is missing"))?;
    let (id, client) = authenticate(state, asked)?;
    let (token, scope) = match grant {
        "client_credentials" => client_credentials(state, form, &id, client)?,
        "authorization_code" => authorization_code(state, form, &id)?,
        _ => return Err(refused("unsupported_grant_type", "client_credentials and authorization_code are supported")),
    };
    let mut body = json!({ "access_token": token.sign(), "token_type": "Bearer", "expires_in": LIFETIME });
    if let Some(scope) = scope {
        body["scope"] = scope.into();
    }
    Ok(Answer::json(200, body.to_string()))
}

/// By HTTP Basic or in the form, never both (RFC 6749 §2.3).
fn authenticate<'a>(state: &'a State, asked: &Asked) -> Result<(String, &'a Client), Refused> {
    let invalid = || refused("invalid_client", "unknown client, or not the right secret");
    let form = &asked.form;
    let (id, secret) = match asked.authorization.as_slice() {
        [] => {
            let id = form.get("client_id").ok_or_else(invalid)?;
            (id.to_owned(), form.get("client_secret").map(str::to_owned))
        }
        [value] => {
            if form.get("client_secret").is_some() {
                return Err(refused("invalid_request", "two ways of authenticating at once"));
            }
            let (id, secret) = basic(value).ok_or_else(invalid)?;
            if form.get("client_id").is_some_and(|other| other != id) {
                return Err(refused("invalid_request", "two clients at once"));
            }
            (id, Some(secret))
        }
        _ => return Err(refused("invalid_request", "two Authorization fields")),
    };
    match state.clients.get(&id) {
        Some(client) if client.accepts(secret.as_deref()) => Ok((id, client)),
        _ => Err(invalid()),
    }
}

/// Form-encoded inside Basic (RFC 6749 §2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let octets = base64_simd::STANDARD.decode_to_vec(credentials.trim()).ok()?;
    let text = String::from_utf8(octets).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn client_credentials(
    state: &State,
    form: &Form,
    id: &str,
    client: &Client,
) -> Result<(TokenBuilder, Option<String>), Refused> {
    if !client.is_confidential() {
        return Err(refused("unauthorized_client", "a public client cannot act for itself"));
    }
    let resources = resources(form)?;
    let scope = scope(form)?;
    Ok((minted(state.issuer.token().machine(id), scope.as_deref(), &resources), scope))
}

fn authorization_code(state: &State, form: &Form, id: &str) -> Result<(TokenBuilder, Option<String>), Refused> {
    let code = form.get("code").ok_or_else(|| refused("invalid_request", "code is missing"))?;
    let verifier = form.get("code_verifier").ok_or_else(|| refused("invalid_request", "code_verifier is missing"))?;
    let invalid = |what| refused("invalid_grant", what);
    let approval = state.codes.redeem(code).ok_or_else(|| invalid("unknown or used code"))?;
    let Approval { client, redirect_uri, challenge, scope, resources: approved, expires } = approval;
    if client != id {
        return Err(invalid("the code was given to another client"));
    }
    if state.issuer.clock().unix_seconds() >= expires {
        return Err(invalid("the code has expired"));
    }
    if form.get("redirect_uri") != Some(redirect_uri.as_str()) {
        return Err(invalid("not the redirect_uri that the code was sent to"));
    }
    if base64url(digest::digest(&digest::SHA256, verifier.as_bytes())) != challenge {
        return Err(invalid("code_verifier does not fit code_challenge"));
    }
    // A token may be asked for some of what was approved (RFC 8707 §2.2).
    let asked = resources(form)?;
    if !approved.is_empty() && !asked.iter().all(|resource| approved.contains(resource)) {
        return Err(refused("invalid_target", "that resource was not approved"));
    }
    let resources = if asked.is_empty() { approved } else { asked };
    let token = state.issuer.token().subject(&state.user).client(id);
    Ok((minted(token, scope.as_deref(), &resources), scope))
}

fn minted(token: TokenBuilder, scope: Option<&str>, resources: &[String]) -> TokenBuilder {
    let token = match scope {
        Some(scope) => token.scope(scope),
        None => token,
    };
    match resources {
        [] => token,
        [one] => token.audience(one),
        several => token.audiences(several.iter().map(String::as_str)),
    }
}

/// An absolute URI without a fragment, each (RFC 8707 §2).
pub(super) fn resources(form: &Form) -> Result<Vec<String>, Refused> {
    let absolute = |uri: &str| {
        uri.split_once(':').is_some_and(|(scheme, rest)| {
            let mut letters = scheme.chars();
            letters.next().is_some_and(|first| first.is_ascii_alphabetic())
                && letters.all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
                && !rest.is_empty()
                && !rest.contains('#')
        })
    };
    if form.all("resource").all(absolute) {
        Ok(form.all("resource").map(str::to_owned).collect())
    } else {
        Err(refused("invalid_target", "resource must be an absolute URI without a fragment"))
    }
}

/// The characters of RFC 6749 §3.3.
pub(super) fn scope(form: &Form) -> Result<Option<String>, Refused> {
    let scope = form.get("scope");
    let legal = |octet: u8| (0x20..=0x7e).contains(&octet) && octet != b'"' && octet != b'\\';
    match scope {
        Some(scope) if !scope.bytes().all(legal) => {
            Err(refused("invalid_scope", "a character that scopes do not have"))
        }
        scope => Ok(scope.map(str::to_owned)),
    }
}
