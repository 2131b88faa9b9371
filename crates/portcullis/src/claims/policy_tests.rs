use super::*;

const NOW: u64 = 1_800_000_000;

fn policy() -> ClaimsPolicy {
    let mut paths = paths();
    let scope = paths.mask(&["scope".to_owned()]).unwrap();
    let scp = paths.mask(&["scp".to_owned()]).unwrap();
    ClaimsPolicy {
        issuer: "https://as.test".into(),
        audience: AudienceRule::OneOf(vec!["https://api.test".into(), "api".into()]),
        rfc9068: false,
        leeway: Duration::from_secs(30),
        max_age: None,
        expiry_optional: false,
        scopes: scope | scp,
        scope_lists: scp,
        roles: 0,
        groups: 0,
        tenant: 0,
        owner: 0,
        kind: KindRule::Common,
    }
}

fn paths() -> ClaimPaths {
    let mut paths = ClaimPaths::new();
    paths.mask(&["scope".to_owned()]);
    paths.mask(&["scp".to_owned()]);
    paths
}

fn judge(policy: &ClaimsPolicy, json: &str) -> Result<(), Reason> {
    let claims = UnverifiedClaims::read(json.to_owned(), &paths())?;
    let now = NumericDate::from_seconds(NOW).unwrap();
    policy.check(&claims, now).map_err(|error| error.reason())
}

/// A good claims set with members replaced or added.
fn with(members: &str) -> String {
    let mut names = serde_json::Map::new();
    let base = format!(r#"{{"iss":"https://as.test","aud":"https://api.test","exp":{}}}"#, NOW + 60);
    for text in [base, format!("{{{members}}}")] {
        names.extend(serde_json::from_str::<serde_json::Map<_, _>>(&text).unwrap());
    }
    serde_json::Value::Object(names).to_string()
}

fn without(claim: &str) -> String {
    let mut claims: serde_json::Map<_, _> = serde_json::from_str(&with("")).unwrap();
    claims.remove(claim);
    serde_json::Value::Object(claims).to_string()
}

fn table(policy: &ClaimsPolicy, rows: &[(&str, Result<(), Reason>)]) {
    for (members, expected) in rows {
        assert_eq!(judge(policy, &with(members)), *expected, "{members}");
    }
}

/// RFC9068-4-f, RFC7519-4.1.3-a, RFC8725bis-3.9-a, ATK-44, ATK-45
#[test]
fn the_audience_must_contain_one_of_ours_exactly() {
    use Reason::{AudienceMismatch, ClaimMalformed, ClaimMissing};
    table(
        &policy(),
        &[
            (r#""aud":"https://api.test""#, Ok(())),
            (r#""aud":["other","api"]"#, Ok(())),
            (r#""aud":"https://api.test/""#, Err(AudienceMismatch)),
            (r#""aud":"https://api.tes""#, Err(AudienceMismatch)),
            (r#""aud":"HTTPS://API.TEST""#, Err(AudienceMismatch)),
            (r#""aud":"https://api.test other""#, Err(AudienceMismatch)),
            (r#""aud":"*""#, Err(AudienceMismatch)),
            (r#""aud":"""#, Err(AudienceMismatch)),
            (r#""aud":[]"#, Err(ClaimMissing)),
            (r#""aud":42"#, Err(ClaimMalformed)),
            (r#""aud":null"#, Err(ClaimMalformed)),
            (r#""aud":["api",1]"#, Err(ClaimMalformed)),
            (r#""aud":[null]"#, Err(ClaimMalformed)),
            (r#""aud":{"api":1}"#, Err(ClaimMalformed)),
        ],
    );
    assert_eq!(judge(&policy(), &without("aud")), Err(ClaimMissing));
    assert_eq!(judge(&ClaimsPolicy { audience: AudienceRule::Any, ..policy() }, &without("aud")), Ok(()));
}

/// RFC9068-4-f: where the client stands for the audience, an audience that is there all the same counts.
#[test]
fn a_client_rule_reads_client_id_only_and_refuses_a_foreign_audience() {
    use Reason::{AudienceMismatch, ClaimMissing};
    let policy = ClaimsPolicy { audience: AudienceRule::Client(vec!["web".into()]), ..policy() };
    let judge = |members: &str| judge(&policy, &format!(r#"{{"exp":{},{members}}}"#, NOW + 60));
    assert_eq!(judge(r#""client_id":"web""#), Ok(()));
    assert_eq!(judge(r#""client_id":"web","aud":["web"]"#), Ok(()));
    assert_eq!(judge(r#""client_id":"web","aud":"https://other.test""#), Err(AudienceMismatch));
    assert_eq!(judge(r#""client_id":"other""#), Err(AudienceMismatch));
    assert_eq!(judge(r#""azp":"web""#), Err(ClaimMissing));
}

/// RFC7519-4.1.4-a, RFC7519-2-a, PC-CLM-3, ATK-37, ATK-38, ATK-39
#[test]
fn expiry_is_a_number_in_the_future_give_or_take_the_leeway() {
    use Reason::{ClaimMalformed, ClaimMissing, TokenExpired, TokenMalformed};
    table(
        &policy(),
        &[
            (r#""exp":1800000000"#, Ok(())),
            (r#""exp":1799999971"#, Ok(())),
            (r#""exp":1799999970"#, Err(TokenExpired)),
            (r#""exp":1799999970.5"#, Ok(())),
            (r#""exp":4102444800.5"#, Ok(())),
            (r#""exp":1E3"#, Err(TokenExpired)),
            (r#""exp":-0"#, Err(TokenExpired)),
            (r#""exp":-1"#, Err(ClaimMalformed)),
            (r#""exp":9223372036854775807"#, Err(ClaimMalformed)),
            (r#""exp":18446744073709551616"#, Err(ClaimMalformed)),
            (r#""exp":"4102444800""#, Err(ClaimMalformed)),
            (r#""exp":null"#, Err(ClaimMalformed)),
            (r#""exp":[4102444800]"#, Err(ClaimMalformed)),
            (r#""exp":{"a":1}"#, Err(ClaimMalformed)),
            (r#""exp":true"#, Err(ClaimMalformed)),
        ],
    );
    assert_eq!(judge(&policy(), &without("exp")), Err(ClaimMissing));
    let huge = with("").replace("1800000060", "1e400");
    assert_eq!(judge(&policy(), &huge), Err(TokenMalformed));
    let strict = ClaimsPolicy { leeway: Duration::ZERO, ..policy() };
    table(&strict, &[(r#""exp":1800000000"#, Err(TokenExpired)), (r#""exp":1800000001"#, Ok(()))]);
    assert_eq!(judge(&ClaimsPolicy { expiry_optional: true, ..policy() }, &without("exp")), Ok(()));
}

/// RFC7519-4.1.5-a, PC-CLM-4
#[test]
fn tokens_from_the_future_are_refused() {
    use Reason::{ClaimMalformed, ClaimMissing, IssuedInFuture, TokenNotYetValid, TokenTooOld};
    table(
        &policy(),
        &[
            (r#""nbf":1800000030"#, Ok(())),
            (r#""nbf":1800000031"#, Err(TokenNotYetValid)),
            (r#""nbf":{}"#, Err(ClaimMalformed)),
            (r#""iat":1800000030"#, Ok(())),
            (r#""iat":1800003600"#, Err(IssuedInFuture)),
            (r#""iat":"1""#, Err(ClaimMalformed)),
        ],
    );
    let aged = ClaimsPolicy { max_age: Some(Duration::from_secs(600)), ..policy() };
    table(
        &aged,
        &[
            (r#""iat":1799999370"#, Ok(())),
            (r#""iat":1799999369"#, Err(TokenTooOld)),
            (r#""sub":"a""#, Err(ClaimMissing)),
        ],
    );
}

/// RFC8725bis-3.12-a: whatever marks a token as another kind, whoever issued it.
#[test]
fn other_kinds_of_token_are_refused_by_their_marks() {
    use Reason::TokenTypeNotAllowed;
    table(
        &policy(),
        &[
            (r#""at_hash":"x""#, Err(TokenTypeNotAllowed)),
            (r#""c_hash":"x""#, Err(TokenTypeNotAllowed)),
            (r#""s_hash":"x""#, Err(TokenTypeNotAllowed)),
            (r#""token_use":"id""#, Err(TokenTypeNotAllowed)),
            (r#""token_use":"access""#, Ok(())),
            (r#""typ":"ID""#, Err(TokenTypeNotAllowed)),
            (r#""typ":"Refresh""#, Err(TokenTypeNotAllowed)),
            (r#""typ":"Offline""#, Err(TokenTypeNotAllowed)),
            (r#""typ":"refresh""#, Err(TokenTypeNotAllowed)),
            (r#""token_introspection":{"active":true}"#, Err(TokenTypeNotAllowed)),
            (r#""events":{"http://schemas.openid.net/event/backchannel-logout":{}}"#, Err(TokenTypeNotAllowed)),
            (r#""events":{"concert":{}}"#, Ok(())),
            (r#""events":["concert"]"#, Ok(())),
            (r#""typ":"Bearer""#, Ok(())),
            (r#""nonce":"n""#, Ok(())),
        ],
    );
}

/// RFC9068-2.2-a, RFC9068-4-b: the whole profile in one switch.
#[test]
fn the_profile_of_rfc_9068_wants_its_claims_and_its_type() {
    let profile = ClaimsPolicy { rfc9068: true, ..policy() };
    let full = r#""sub":"a","client_id":"c","iat":1799999999,"jti":"j""#;
    assert_eq!(judge(&profile, &with(full)), Ok(()));
    for missing in ["sub", "client_id", "iat", "jti"] {
        let mut claims: serde_json::Map<_, _> = serde_json::from_str(&with(full)).unwrap();
        claims.remove(missing);
        let json = serde_json::Value::Object(claims).to_string();
        assert_eq!(judge(&profile, &json), Err(Reason::ClaimMissing), "{missing}");
        assert_eq!(judge(&policy(), &json), Ok(()), "{missing}");
    }
    for (typ, strict, default) in [
        (Typ::AccessToken, true, true),
        (Typ::Jwt, false, true),
        (Typ::Absent, false, true),
        (Typ::Other, false, false),
    ] {
        assert_eq!(profile.check_typ(typ).is_ok(), strict, "{typ:?}");
        assert_eq!(policy().check_typ(typ).is_ok(), default, "{typ:?}");
    }
}

/// RFC7800-3.1-a, PC-POP-1, ATK-72, ATK-25
#[test]
fn a_sender_constrained_token_is_no_plain_bearer() {
    use Reason::{ClaimMalformed, SenderConstrained};
    table(
        &policy(),
        &[
            (r#""cnf":{"zz":1}"#, Ok(())),
            (r#""cnf":{}"#, Ok(())),
            (r#""cnf":{"jkt":"x"}"#, Err(SenderConstrained)),
            (r#""cnf":{"zz":1,"x5t#S256":"x"}"#, Err(SenderConstrained)),
            (r#""cnf":"x""#, Err(ClaimMalformed)),
            (r#""cnf":["jkt"]"#, Err(ClaimMalformed)),
            (r#""cnf":null"#, Err(ClaimMalformed)),
            (r#""sub":7"#, Err(ClaimMalformed)),
            (r#""jti":["x"]"#, Err(ClaimMalformed)),
            (r#""client_id":null"#, Err(ClaimMalformed)),
        ],
    );
}

/// RFC8693-4.2-a: an array in `scope` only where it was configured; `scp` may be either.
#[test]
fn scope_is_one_string_unless_configured_otherwise() {
    use Reason::ClaimMalformed;
    table(
        &policy(),
        &[
            (r#""scope":"a b""#, Ok(())),
            (r#""scope":["a","b"]"#, Err(ClaimMalformed)),
            (r#""scope":7"#, Err(ClaimMalformed)),
            (r#""scope":{"a":1}"#, Err(ClaimMalformed)),
            (r#""scp":["a","b"]"#, Ok(())),
            (r#""scp":"a b""#, Ok(())),
            (r#""scp":["a",1]"#, Err(ClaimMalformed)),
        ],
    );
    let lists = ClaimsPolicy { scope_lists: policy().scopes, ..policy() };
    table(&lists, &[(r#""scope":["a","b"]"#, Ok(()))]);
}

/// RFC7519-7.2-b, RFC7519-4-a, ATK-24, ATK-20
#[test]
fn the_payload_is_one_object_with_unique_names() {
    for json in [
        "[]",
        "null",
        "\"x\"",
        "{}{}",
        "{} x",
        "\u{feff}{}",
        r#"{"exp":1,"exp":1}"#,
        r#"{"aud":"a","\u0061ud":"b"}"#,
        r#"{"x":{"y":1,"y":1}}"#,
        r#"{"sub":"\ud800"}"#,
    ] {
        assert_eq!(judge(&policy(), json), Err(Reason::TokenMalformed), "{json:?}");
    }
    assert_eq!(judge(&policy(), &with(r#""x":{"y":[1,{"z":null}]}"#)), Ok(()));
}

/// What a cache goes by when it does not judge all claims again.
#[test]
fn the_window_of_a_token_is_exactly_the_time_in_which_its_dates_pass() {
    let at = |now: i64| NumericDate::from_seconds(NOW.strict_add_signed(now)).unwrap();
    let dates = ["", r#","nbf":{}"#, r#","iat":{}"#, r#","exp":{}"#, r#","nbf":{},"iat":{},"exp":{}"#];
    for (leeway, max_age) in [(0, None), (30, None), (30, Some(100)), (0, Some(1))] {
        let max_age = max_age.map(Duration::from_secs);
        let policy = ClaimsPolicy { leeway: Duration::from_secs(leeway), max_age, expiry_optional: true, ..policy() };
        for (pattern, date) in
            dates.iter().flat_map(|pattern| [-150, -31, -30, -1, 0, 1, 30].map(|date| (pattern, date)))
        {
            let members = pattern.replace("{}", &(NOW as i64 + date).to_string());
            let claims = UnverifiedClaims::read(format!(r#"{{"a":0{members}}}"#), &paths()).unwrap();
            let window = policy.window(&claims);
            for now in -200..200 {
                let passes = policy.check_dates(&claims, at(now)).is_ok();
                let without_age = max_age.is_some() && claims.facts.iat.is_none();
                assert_eq!(
                    passes,
                    window.contains(at(now)) && !without_age,
                    "{members} at {now}, {leeway}, {max_age:?}"
                );
            }
        }
    }
}
