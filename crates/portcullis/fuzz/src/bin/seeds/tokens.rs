//! Tokens, and requests that carry them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::Algorithm;
use portcullis_testing::{Defect, LogoutDefect, Oddity, ProfileDefect, TokenBuilder, shape};
use serde_json::json;

use crate::{issuer, lines, public, with};

/// Every token of the test kit: as it is, and as header and payload for the harness to sign.
pub fn compact_tokens() -> Vec<Vec<u8>> {
    let public = public();
    let good = Algorithm::ALL.into_iter().map(|algorithm| public.token().scope("a b").algorithm(algorithm).sign());
    let raw: Vec<String> = good.chain(variants(|| public.token())).filter(|token| token.len() < 9000).collect();
    let mut inputs: Vec<Vec<u8>> = raw.iter().map(|token| with('r', token)).collect();
    inputs.extend(raw.iter().step_by(7).filter_map(|token| opened('s', token, true)));

    let local = issuer(portcullis_fuzz::LOCAL).algorithm(Algorithm::HS256).build();
    let local_token = || local.token().kid("h").claim("realm_access", json!({ "roles": ["a", "b"] }));
    inputs.extend(variants(local_token).iter().filter_map(|token| opened('h', token, false)));
    let profile = issuer(portcullis_fuzz::PROFILE).algorithm(Algorithm::HS256).build();
    let profile_token = || profile.token().scope("a b c").without_header("kid");
    let defects = ProfileDefect::ALL.iter().map(|defect| profile_token().profile_defect(*defect).sign());
    inputs.extend(defects.chain([profile_token().sign()]).filter_map(|token| opened('h', &token, false)));
    let keycloak = issuer(portcullis_fuzz::KEYCLOAK).algorithm(Algorithm::HS256).build();
    for token in [
        shape::keycloak_user(&keycloak, "alice"),
        shape::keycloak_client(&keycloak, "client"),
        shape::keycloak_id_token(&keycloak, "alice", "client"),
    ] {
        inputs.extend(opened('h', &token.algorithm(Algorithm::HS256).without_header("kid").sign(), false));
    }
    let named = |alg: &str, kid: &str| public.token().scope("a").header("alg", alg).kid(kid).sign();
    inputs.extend(opened('e', &named("ES256", "e"), false));
    inputs.extend(opened('d', &named("Ed25519", "d"), false));
    inputs.extend(opened('d', &named("EdDSA", "d"), false));
    let other = |algorithm, kid| local.token().algorithm(algorithm).kid(kid).sign();
    inputs.extend(opened('j', &other(Algorithm::HS512, "j"), false));
    for seconds in [0, portcullis_fuzz::NOW + 3629, portcullis_fuzz::NOW + 3630, -1, i64::MIN, i64::MAX] {
        let timed = |mode: char, text: &[u8]| with(mode, [&seconds.to_le_bytes()[..], text].concat());
        inputs.push(timed('R', public.token().sign().as_bytes()));
        inputs.extend(opened('h', &local_token().sign(), false).map(|input| timed('H', &input[1..])));
    }
    inputs.extend(opened('i', &other(Algorithm::HS384, "i"), false));
    inputs
}

/// A good token, the odd ones and the bad ones.
fn variants(token: impl Fn() -> TokenBuilder) -> Vec<String> {
    let odd = Oddity::ALL.iter().map(|oddity| token().oddity(*oddity).sign());
    let bad = Defect::ALL.iter().map(|defect| token().defect(*defect).sign());
    [token().sign()].into_iter().chain(odd).chain(bad).collect()
}

/// Header and payload of a token, and its signature if wanted, for the modes that put tokens together.
fn opened(mode: char, token: &str, signature: bool) -> Option<Vec<u8>> {
    let parts: Vec<Vec<u8>> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok()).collect::<Option<_>>()?;
    let [header, payload, signed] = &parts[..] else { return None };
    if header.contains(&b'\n') || payload.len() > 6000 {
        return None;
    }
    let mut input = with(mode, [header.as_slice(), b"\n", payload].concat());
    if signature {
        input.push(b'\n');
        input.extend_from_slice(signed);
    }
    Some(input)
}

/// Every logout token of the test kit for the harness to sign, and forms of all kinds around one.
pub fn logout_forms() -> Vec<Vec<u8>> {
    let local = issuer(portcullis_fuzz::LOCAL).algorithm(Algorithm::HS256).build();
    let token = || local.logout_token().kid("h").audience(portcullis_fuzz::logout_form::CLIENT);
    let bad = LogoutDefect::ALL.iter().map(|defect| token().logout_defect(*defect));
    let odd = Oddity::ALL.iter().map(|oddity| token().oddity(*oddity));
    let typ = ["JWT", "at+jwt", "application/logout+jwt"].map(|typ| token().header("typ", typ));
    let named = [token(), token().without("sid"), token().without("sub"), token().without_header("typ")];
    let access = local.token().kid("h").audience(portcullis_fuzz::logout_form::CLIENT);
    let all = bad.chain(odd).chain(typ).chain(named).chain([access]).map(TokenBuilder::sign);
    let mut inputs: Vec<Vec<u8>> = all.filter_map(|token| opened('h', &token, false)).collect();
    for seconds in [portcullis_fuzz::NOW + 149, portcullis_fuzz::NOW + 150, portcullis_fuzz::NOW - 31] {
        let input = opened('h', &token().sign(), false).unwrap_or_default();
        inputs.push(with('H', [&seconds.to_le_bytes()[..], &input[1..]].concat()));
    }
    let token = token().sign();
    inputs.push(with('r', &token));
    for form in ["{}", "x=y&{}&z", "{}&{}", "&&{}&", "{}%20", "{}&logout%5ftoken=", "{}&logout_token%3D=x", "+{}"] {
        inputs.push(with('b', form.replace("{}", &format!("logout_token={token}"))));
        inputs.push(with('b', form.replace("{}", "logout_token=a.b.c")));
    }
    inputs.push(with('b', format!("logout%5Ftoken={}", token.replace('.', "%2e").replace('_', "%5F"))));
    inputs.push(b"blogout_token=\xff%ff%".to_vec());
    inputs
}

pub fn authorization_headers() -> Vec<Vec<u8>> {
    let token = public().token().sign();
    let mut inputs = lines(&[
        "",
        "l",
        "lBearer a.b.c",
        "lbearer   a.b.c \t",
        "lBEARER -._~+/09azAZ==",
        "l \tBearer a=.b=.c=",
        "lBearer a\nBearer a",
        "lBearer a\nBasic dTpw",
        "lBasic dTpw",
        "lDigest username=\"u\", realm=\"r\"",
        "lNegotiate x",
        "lDPoP a.b.c",
        "lBearer",
        "lBearer ",
        "lBearer\ta.b.c",
        "lBearer a,b",
        "lBearer a b",
        "lBearer =a",
        "lBearer \"a\"",
        "lBearerx a",
        "wBearer a\r\nX: y",
        "wBearer a\0",
        "wBearer a\u{e9}",
        "wBearer\u{a0}a",
        "w\u{ff22}earer a",
    ]);
    inputs.push(with('l', format!("Bearer {token}")));
    inputs.push(b"wBearer \xff\xfe".to_vec());
    inputs
}
