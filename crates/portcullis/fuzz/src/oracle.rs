//! A second opinion on a token that was accepted: `jsonwebtoken` over pure-Rust cryptography, and the claims read again
//! as plain JSON values.

use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use portcullis::Caller;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::clock;
use crate::json_text;
use crate::setting::{self, AUDIENCE, KEYCLOAK, LOCAL, MAX_AGE, PROFILE, PUBLIC, SECRETS};

const LEEWAY: f64 = 30.0;

/// One key as `jsonwebtoken` has it.
struct OracleKey {
    issuers: &'static [&'static str],
    kid: Option<String>,
    /// As headers spell it; for both names of EdDSA the newer one.
    alg: String,
    /// `None` for ES512, which that library does not know.
    key: Option<(Algorithm, DecodingKey)>,
}

pub struct Oracle {
    keys: Vec<OracleKey>,
}

impl Oracle {
    pub fn new() -> Self {
        // With one provider compiled in it would be found anyway; the `seeds` feature brings a second.
        let _ = DEFAULT_PROVIDER.install_default();
        let mut keys: Vec<OracleKey> = setting::public_jwks().iter().map(public_key).collect();
        for ((alg, secret), kid) in SECRETS.into_iter().zip([Some("h"), None, Some("j")]) {
            let key = Some((alg.name().parse().expect("an HMAC"), DecodingKey::from_secret(secret)));
            keys.push(OracleKey { issuers: &[LOCAL], kid: kid.map(Into::into), alg: alg.name().into(), key });
        }
        let (alg, secret) = SECRETS[0];
        let key = Some((Algorithm::HS256, DecodingKey::from_secret(secret)));
        keys.push(OracleKey { issuers: &[PROFILE, KEYCLOAK], kid: None, alg: alg.name().into(), key });
        Self { keys }
    }

    /// Panics unless everything that was accepted can be confirmed.
    pub fn agrees(&self, token: &str, caller: &Caller) {
        let (message, signature) = token.rsplit_once('.').expect("three parts");
        let (header_part, payload_part) = message.split_once('.').expect("three parts");
        let header_json = decoded(header_part);
        let header = object(&header_json);
        let alg = match &header["alg"] {
            Value::String(alg) if alg == "EdDSA" => "Ed25519",
            Value::String(alg) => alg,
            other => panic!("alg is {other}"),
        };
        let kid = header.get("kid").map(|kid| kid.as_str().expect("kid is a string"));
        let fits = |key: &&OracleKey| {
            let named = kid.is_none() || key.kid.as_deref() == kid || (key.kid.is_none() && caller.issuer() != PUBLIC);
            key.issuers.contains(&caller.issuer()) && key.alg == alg && named
        };
        let confirmed = self.keys.iter().filter(fits).any(|key| match &key.key {
            Some((algorithm, key)) => confirms(token, (message, signature), key, *algorithm, caller.issuer()),
            None => true,
        });
        assert!(confirmed, "no key confirms {token}");
        check_header(&header, caller.issuer());
        let payload_json = decoded(payload_part);
        assert_eq!(caller.claims_json(), payload_json);
        check_claims(&object(&payload_json), caller);
    }
}

fn public_key(jwk: &Value) -> OracleKey {
    let text = |name: &str| jwk[name].as_str().expect("a member of every such key");
    let alg = jwk.get("alg").map_or("Ed25519", |_| text("alg"));
    let alg = if alg == "EdDSA" { "Ed25519" } else { alg };
    let key = match text("kty") {
        "RSA" => DecodingKey::from_rsa_components(text("n"), text("e")),
        "EC" => DecodingKey::from_ec_components(text("x"), text("y")),
        _ => DecodingKey::from_ed_components(text("x")),
    };
    let key = key.expect("a public key");
    let theirs = if alg == "Ed25519" { Some(Algorithm::EdDSA) } else { alg.parse().ok() };
    let key = theirs.map(|algorithm| (algorithm, key));
    OracleKey { issuers: &[PUBLIC], kid: Some(text("kid").to_owned()), alg: alg.to_owned(), key }
}

/// As strict as it gets; except that time is judged below, since that library asks the system's clock.
fn confirms(
    token: &str,
    (message, signature): (&str, &str),
    key: &DecodingKey,
    algorithm: Algorithm,
    issuer: &str,
) -> bool {
    // It refuses headers for members of a type that does not matter (`url` as a number), and the name `Ed25519`.
    if jsonwebtoken::decode_header(token).is_err() {
        return jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, algorithm).unwrap_or(false);
    }
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.leeway = 0;
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    jsonwebtoken::decode::<Value>(token, key, &validation).is_ok()
}

fn decoded(part: &str) -> String {
    String::from_utf8(BASE64URL.decode(part).expect("base64url")).expect("UTF-8")
}

fn object(json: &str) -> serde_json::Map<String, Value> {
    let raw: &RawValue = serde_json::from_str(json).expect("JSON");
    assert!(json_text::is_strict(raw, 0), "not strict: {json}");
    serde_json::from_str(json).expect("a JSON object")
}

fn check_header(header: &serde_json::Map<String, Value>, issuer: &str) {
    for name in ["crit", "b64", "enc", "zip"] {
        assert!(!header.contains_key(name), "{name} is accepted");
    }
    let typ = header.get("typ").map(|typ| typ.as_str().expect("typ is a string").to_ascii_lowercase());
    let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    assert!(matches!(typ, Some("at+jwt")) || (issuer != PROFILE && matches!(typ, None | Some("jwt"))), "{typ:?}");
}

fn check_claims(claims: &serde_json::Map<String, Value>, caller: &Caller) {
    let text = |name: &str| claims.get(name).map(|claim| claim.as_str().expect("a string"));
    assert_eq!(text("iss"), Some(caller.issuer()));
    assert_eq!(text("sub"), caller.subject());
    assert_eq!(text("jti"), caller.token_id());
    let client = ["client_id", "azp", "cid", "appid"].into_iter().find_map(text);
    assert_eq!(client, caller.client());
    let audience = strings(&claims["aud"]);
    assert!(audience.contains(&AUDIENCE) && caller.audience().eq(audience));

    // A clock before 1970 counts as 1970.
    let now = clock::moment(clock::seconds()).map_or(0, |_| clock::seconds().max(0)) as f64;
    let date = |name: &str| claims.get(name).map(|date| date.as_f64().expect("a number"));
    let exp = date("exp").expect("exp is there");
    assert!(now < exp + LEEWAY, "expired at {exp}");
    assert!(date("nbf").is_none_or(|nbf| nbf <= now + LEEWAY) && date("iat").is_none_or(|iat| iat <= now + LEEWAY));
    if caller.issuer() == LOCAL {
        assert!(date("iat").expect("iat is there") + MAX_AGE.as_secs_f64() + LEEWAY >= now);
    }
    let seconds =
        |time: std::time::SystemTime| time.duration_since(UNIX_EPOCH).as_ref().map_or(-1.0, Duration::as_secs_f64);
    let shown = caller.expires_at().map(seconds).expect("exp is there");
    assert!((shown - exp).abs() < 0.01, "{shown} is shown for {exp}");

    assert!(!["at_hash", "c_hash", "s_hash", "token_introspection"].iter().any(|name| claims.contains_key(*name)));
    if let Some(Value::String(scope)) = claims.get("scope").filter(|_| !claims.contains_key("scp")) {
        let mut wanted: Vec<&str> = Vec::new();
        scope.split(' ').filter(|one| !one.is_empty()).for_each(|one| {
            if !wanted.contains(&one) {
                wanted.push(one);
            }
        });
        assert!(caller.scopes().eq(wanted), "{scope:?}");
    }
    if caller.issuer() == PROFILE {
        assert!(["sub", "client_id", "iat", "jti"].iter().all(|name| claims.contains_key(*name)));
    }
    if caller.issuer() == KEYCLOAK {
        assert_eq!(text("typ"), Some("Bearer"));
        let realm = claims.get("realm_access").and_then(|access| access.get("roles")).map(strings_of);
        let held: Vec<String> = caller.roles().map(str::to_owned).collect();
        assert!(realm.unwrap_or_default().iter().all(|role| held.contains(role)), "{held:?}");
    }
}

/// The strings of a claim that is one or a list of them.
fn strings(claim: &Value) -> Vec<&str> {
    match claim {
        Value::String(one) => vec![one],
        Value::Array(list) => list.iter().map(|one| one.as_str().expect("a string")).collect(),
        other => panic!("{other} is accepted as aud"),
    }
}

/// The strings among what a claim holds.
fn strings_of(claim: &Value) -> Vec<String> {
    match claim {
        Value::String(one) => vec![one.clone()],
        Value::Array(list) => list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
