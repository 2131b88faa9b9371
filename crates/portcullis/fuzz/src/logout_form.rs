//! What is posted to the endpoint for logouts, through all of it.
//!
//! Input: `b` and the body as it is, or a token as in `compact_token`, which goes into a form.

use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{DecodingKey, Validation};
use portcullis::{Authenticator, BackChannelLogout, Issuer, LoggedOut, LogoutAnswer, LogoutError, Revocations};
use serde_json::{Map, Value};

use crate::allocation::bounded;
use crate::clock::{self, StandingClock};
use crate::compact_token;
use crate::setting::{self, AUDIENCE, LOCAL, SECRETS};

/// Whom logout tokens must be for; access tokens may be for it as well.
pub const CLIENT: &str = "client";

const MAX_AGE: f64 = 600.0;
const LEEWAY: f64 = 30.0;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Made anew for each input: what an earlier one has ended must not matter.
struct Site {
    auth: Authenticator,
    list: Revocations,
    logout: BackChannelLogout,
}

pub fn check(input: &[u8]) {
    is_accepted(input);
}

/// Whether the input is a logout that is carried out; with every check of it.
pub fn is_accepted(input: &[u8]) -> bool {
    clock::set(clock::NOW);
    let body = match input.split_first() {
        Some((b'b', body)) => body.to_vec(),
        _ => match compact_token::token(input) {
            Some(token) => format!("logout_token={token}").into_bytes(),
            None => return false,
        },
    };
    let site = Site::new();
    let outcome = bounded(body.len(), 64, || site.post(&body));
    is_answered_in_order(&outcome);
    let token = only_token(&body);
    match &outcome {
        Ok(logged_out) => {
            let token = token.expect("there is one token");
            is_confirmed(&token, logged_out);
            assert_eq!(site.list.len(), 1);
            assert!(matches!(site.post(&body), Err(LogoutError::TokenReplayed)), "taken twice");
            assert!(!site.is_access_token(&token), "a logout token is an access token: {token}");
        }
        Err(error) => {
            assert!(site.list.is_empty(), "{error} and revoked all the same");
            if let Some((_, signature)) = token.as_deref().and_then(|token| token.rsplit_once('.'))
                && signature.len() > 40
            {
                setting::keeps_secret(error, signature);
                setting::keeps_secret(&error.to_string(), signature);
            }
            if matches!(error, LogoutError::TokenMissing | LogoutError::TokenRepeated) {
                assert_eq!(token, None, "{error}");
            }
        }
    }
    outcome.is_ok()
}

impl Site {
    fn new() -> Self {
        let issuer = SECRETS.into_iter().zip([Some("h"), None, Some("j")]);
        let issuer = issuer.fold(Issuer::new(LOCAL, AUDIENCE), |issuer, ((algorithm, secret), kid)| {
            issuer.local_secret(algorithm, secret, kid)
        });
        let list = Revocations::with_clock(StandingClock);
        let config = Authenticator::trusting(issuer.audience(CLIENT)).clock(StandingClock).cached_tokens(0);
        let auth = config.revocations(list.clone()).build().expect("the setting is valid");
        let logout = BackChannelLogout::builder(&auth, LOCAL, CLIENT).build().expect("the setting is valid");
        Self { auth, list, logout }
    }

    fn post(&self, body: &[u8]) -> Result<LoggedOut, LogoutError> {
        let head: &[(&str, &[u8])] = &[("content-type", b"application/x-www-form-urlencoded")];
        let receiving = pin!(self.logout.receive("POST", head, |_| ready(Ok(body))));
        match receiving.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => panic!("its keys are fixed"),
        }
    }

    fn is_access_token(&self, token: &str) -> bool {
        self.auth.verify(token).now().expect("its keys are fixed").is_ok()
    }
}

fn is_answered_in_order(outcome: &Result<LoggedOut, LogoutError>) {
    let answer = LogoutAnswer::to(outcome);
    assert_eq!(answer.status, if outcome.is_ok() { 200 } else { 400 }, "{outcome:?}");
    assert!(answer.headers.contains(&("cache-control", "no-store".into())), "{answer:?}");
    assert_eq!(answer.body.is_empty(), outcome.is_ok());
}

/// A second reader of forms, octet by octet: the one value of `logout_token`, if there is one and only one.
fn only_token(body: &[u8]) -> Option<String> {
    let pairs = body.split(|octet| *octet == b'&').map(|pair| match pair.iter().position(|octet| *octet == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, &[][..]),
    });
    let mut tokens = pairs.filter(|(name, _)| decoded(name) == b"logout_token").map(|(_, value)| decoded(value));
    let token = tokens.next().filter(|token| !token.is_empty())?;
    if tokens.next().is_some() { None } else { Some(String::from_utf8_lossy(&token).into_owned()) }
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|octet| char::from(*octet).to_digit(16));
    let (mut out, mut at) = (Vec::new(), 0);
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            (octet, ..) => out.push(octet),
        }
        at += 1;
    }
    out
}

/// The signature by another library, and every claim by another reader.
fn is_confirmed(token: &str, logged_out: &LoggedOut) {
    let _ = DEFAULT_PROVIDER.install_default();
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let (header, payload) = message.split_once('.').expect("three parts");
    let (header, claims) = (object(header), object(payload));
    let alg = header["alg"].as_str().expect("alg is a string");
    let (algorithm, secret) = SECRETS.into_iter().find(|(one, _)| one.name() == alg).expect("a secret for it");
    let algorithm: jsonwebtoken::Algorithm = algorithm.name().parse().expect("an HMAC");
    let key = DecodingKey::from_secret(secret);
    assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm).unwrap_or(false), "{token}");
    if jsonwebtoken::decode_header(token).is_ok() {
        let mut validation = Validation::new(algorithm);
        validation.validate_exp = false;
        validation.set_issuer(&[LOCAL]);
        validation.set_audience(&[CLIENT]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        assert!(jsonwebtoken::decode::<Value>(token, &key, &validation).is_ok(), "{token}");
    }
    let typ = header.get("typ").map(|typ| typ.as_str().expect("a string").to_ascii_lowercase());
    let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    assert!(matches!(typ, None | Some("jwt" | "logout+jwt")), "{typ:?}");

    let now = clock::moment(clock::seconds()).map_or(0, |_| clock::seconds().max(0)) as f64;
    let date = |name: &str| claims.get(name).map(|date| date.as_f64().expect("a number"));
    let (iat, exp) = (date("iat").expect("iat is there"), date("exp").expect("exp is there"));
    assert!(now < exp + LEEWAY && iat <= now + LEEWAY && now <= iat + MAX_AGE + LEEWAY, "{iat} {exp} at {now}");
    assert!(claims["events"][EVENT].is_object() && !claims.contains_key("nonce"));
    let text = |name: &str| claims.get(name).map(|claim| claim.as_str().expect("a string"));
    assert!(text("jti").is_some_and(|jti| !jti.is_empty()));
    assert_eq!((logged_out.issuer(), logged_out.subject(), logged_out.session_id()), (LOCAL, text("sub"), text("sid")));
    let named: Vec<&str> = [text("sub"), text("sid")].into_iter().flatten().collect();
    assert!(!named.is_empty() && named.iter().all(|name| !name.is_empty()), "{named:?}");
}

fn object(part: &str) -> Map<String, Value> {
    serde_json::from_slice(&BASE64URL.decode(part).expect("base64url")).expect("a JSON object")
}
