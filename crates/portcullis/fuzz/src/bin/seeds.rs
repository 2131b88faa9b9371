//! Writes the first inputs of every target, from the test kit and from documents of real servers, and the key set that
//! the harness trusts: `seeds FOLDER`, in this crate's folder.
//!
//! `run --corpus` keeps of them what reaches something new.

use std::path::Path;
use std::{fs, io};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use portcullis::Algorithm;
use portcullis_testing::{
    BadDiscovery, BadKey, BadKeySet, Defect, Oddity, ProfileDefect, TestIssuer, TestIssuerBuilder, TestKey,
    TokenBuilder, shape,
};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    fs::write("keys/issuer.json", public().jwks())?;
    let seeds: [(&str, Vec<Vec<u8>>); 9] = [
        ("authorization_header", authorization_headers()),
        ("caching_headers", caching_headers()),
        ("compact_token", compact_tokens()),
        ("discovery_document", discovery_documents()?),
        ("exported_keys", exported_keys()),
        ("json_text", json_texts()?),
        ("jwks_document", jwks_documents()?),
        ("pem", pem_texts()),
        ("url_check", urls()),
    ];
    for (target, inputs) in seeds {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        for (number, input) in inputs.iter().enumerate() {
            fs::write(folder.join(format!("{number:03}")), input)?;
        }
        println!("{target}: {} inputs", inputs.len());
    }
    Ok(())
}

fn issuer(url: &str) -> TestIssuerBuilder {
    TestIssuer::builder().url(url).audience(portcullis_fuzz::AUDIENCE)
}

fn public() -> TestIssuer {
    issuer(portcullis_fuzz::PUBLIC).every_algorithm().build()
}

/// `mode` before the text.
fn with(mode: char, text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut input = mode.to_string().into_bytes();
    input.extend_from_slice(text.as_ref());
    input
}

fn lines(inputs: &[&str]) -> Vec<Vec<u8>> {
    inputs.iter().map(|input| input.as_bytes().to_vec()).collect()
}

/// Every token of the test kit: as it is, and as header and payload for the harness to sign.
fn compact_tokens() -> Vec<Vec<u8>> {
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

fn authorization_headers() -> Vec<Vec<u8>> {
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

fn caching_headers() -> Vec<Vec<u8>> {
    let answers = [
        "",
        "cmax-age=300",
        "cpublic, max-age=19845, must-revalidate, no-transform\neThu, 15 Jan 2026 17:30:45 GMT\ndThu, 15 Jan 2026 12:00:00 GMT\na100",
        "cmax-age=3828277\nt\"12\"\nyapplication/json",
        "cno-cache\ntW/\"a-b\"\nyapplication/jwk-set+json; charset=utf-8",
        "cNo-Store, max-age=\"300\"",
        "cprivate=\"a,max-age=70\", MAX-AGE = 300",
        "cmax-age=99999999999999999999999999, max-age=abc",
        "cmax-age=15, s-maxage=7200\na9999999999999999999999",
        "eSun, 06 Nov 1994 09:49:37 GMT\ndSun, 06 Nov 1994 08:49:37 GMT",
        "eFri, 31 Dec 9999 23:59:60 GMT\nd0\na100, 1",
        "eTue, 29 Feb 2000 23:59:59 GMT\ndSun, 29 Feb 1900 08:49:37 GMT",
        "e-1\ndSunday, 06-Nov-94 08:49:37 GMT\nytext/html",
        "eSun Nov  6 08:49:37 1994\ndSat, 01 Jan 0000 00:00:00 GMT\nytext/plain; charset=utf-8",
        "cmax-age=300\nt\"1\"\n-\ncmax-age=900\n-\n\n-\ncno-store\n-\neSun, 06 Nov 1994 09:49:37 GMT",
        "cmax-age=1\ncmax-age=2\na1\na2\nt\"a\"\nt\"b\"\nybinary/octet-stream",
    ];
    let clocks: [(i64, u64); 5] =
        [(1_768_478_400, 600), (0, 0), (-1, u64::MAX), (253_402_300_799, 86_401), (i64::MIN, 60)];
    let input = |text: &str, (clock, configured): (i64, u64)| {
        [&clock.to_le_bytes()[..], &configured.to_le_bytes(), text.as_bytes()].concat()
    };
    let all = answers.iter().enumerate().map(|(number, text)| input(text, clocks[number % clocks.len()]));
    all.chain(clocks.iter().map(|clock| input(answers[2], *clock))).collect()
}

fn discovery_documents() -> io::Result<Vec<Vec<u8>>> {
    let issuer = public();
    let asked = |issuer: &str, document: &str| format!("{issuer}\n{document}").into_bytes();
    let mut inputs = vec![asked(issuer.url(), &issuer.discovery())];
    inputs.extend(BadDiscovery::ALL.iter().map(|bad| asked(issuer.url(), &bad.document(&issuer))));
    for document in documents("documents/discovery")? {
        let stated = serde_json::from_str::<Value>(&document).expect("JSON")["issuer"].as_str().map(str::to_owned);
        inputs.push(asked(&stated.expect("an issuer"), &document));
    }
    let deep = format!("{{\"issuer\":\"i\",\"jwks_uri\":\"https://h/k\",\"x\":{}{}}}", "[".repeat(40), "]".repeat(40));
    inputs.push(asked("i", &deep));
    inputs.push(asked(
        "i",
        r#"{"\u0069ssuer":"\u0069","jwks_uri":"https:\/\/h\/k","x":[1,-1,2.5e3,null,true,{"y":{}}]}"#,
    ));
    Ok(inputs)
}

fn documents(folder: &str) -> io::Result<Vec<String>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "json")).map(fs::read_to_string).collect()
}

fn jwks_documents() -> io::Result<Vec<Vec<u8>>> {
    let issuer = public();
    let mut all = vec![issuer.jwks(), TestIssuer::builder().jwks_without_alg().build().jwks()];
    all.extend(BadKey::ALL.iter().map(|bad| bad.case(&TestIssuer::new()).jwks));
    let bad = BadKeySet::ALL.iter().map(|bad| bad.document(&issuer)).filter(|document| document.len() < 8192);
    let mut inputs: Vec<Vec<u8>> = bad.map(|document| with('0', document)).collect();
    all.extend(documents("../../../tests/vectors/jwks")?);
    let made = fs::read_to_string("../../../tests/vectors/made/key-documents.json")?;
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let cases = made["cases"].as_array().expect("cases");
    all.extend(cases.iter().filter_map(|case| case["body"].as_str().map(str::to_owned)));
    inputs.extend(all.iter().filter(|document| document.len() < 16_384).map(|document| with('0', document)));
    inputs.extend(all.iter().step_by(5).filter(|document| document.len() < 8192).map(|document| with('1', document)));
    inputs.push(with('2', issuer.jwks()));
    Ok(inputs)
}

fn json_texts() -> io::Result<Vec<Vec<u8>>> {
    let mut inputs = lines(&[
        "null",
        "-0.5e+3",
        "1e400",
        "18446744073709551616",
        r#""\ud83d\ude00 \u00e9\n""#,
        r#""\ud800""#,
        r#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"b":[[{"a":1,"a":2}]]}"#,
        r#"{"a":{"$serde_json::private::RawValue":"{}"}}"#,
        r#"{"a":1} x"#,
        "\u{feff}{}",
        " [ true , false ,\r\n\t{} ] ",
    ]);
    inputs.push(format!("{}{}", "[".repeat(32), "]".repeat(32)).into_bytes());
    inputs.push(format!("{}{}", "[".repeat(33), "]".repeat(33)).into_bytes());
    let members = |names: std::ops::Range<usize>| {
        let all: Vec<String> = names.map(|name| format!("\"{name}\":0")).collect();
        format!("{{{}}}", all.join(",")).into_bytes()
    };
    inputs.extend([members(0..30), members(0..1000), members(0..1001)]);
    let token = public().token().claim("realm_access", json!({ "roles": ["a"] })).sign();
    let payload = token.split('.').nth(1).expect("three parts");
    inputs.push(URL_SAFE_NO_PAD.decode(payload).expect("base64url"));
    Ok(inputs)
}

fn pem_texts() -> Vec<Vec<u8>> {
    let algorithms = [Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::Ed25519]
        .map(TestKey::foreign);
    let mut inputs = Vec::new();
    for key in algorithms {
        let pem = key.public_key_pem();
        let der =
            STANDARD.decode(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()).expect("base64");
        inputs.push(with('p', &pem));
        inputs.push(with('p', pem.replace('\n', "\r\n")));
        inputs.push(with('d', &der));
        if key.algorithm() == Algorithm::RS256 {
            // After the algorithm and the head of the bit string.
            let inner = &der[24..];
            inputs.push(with('r', inner));
            let text = STANDARD.encode(inner);
            inputs.push(with('p', format!("-----BEGIN RSA PUBLIC KEY-----\n{text}\n-----END RSA PUBLIC KEY-----")));
            inputs.push(with('s', &der));
            inputs.push(with('s', STANDARD.encode(&der)));
        }
        inputs.push(with('s', key.jwk().to_string()));
        inputs.push(with('p', pem.replace('\n', "\\n")));
        inputs.push(with('p', format!("{pem}{pem}")));
    }
    for text in [
        "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----",
        "x -----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMA==\n-----END RSA PUBLIC KEY-----",
    ] {
        inputs.push(with('p', text));
    }
    inputs.push(with('s', [7; 64]));
    inputs.push(with('s', "a secret of sixty-four octets, which is as many as SHA-512 makes of it"));
    inputs
}

fn exported_keys() -> Vec<Vec<u8>> {
    let public = public();
    let exported: Value = serde_json::from_str(&public.exported_keys().to_json()).expect("JSON");
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut copy = exported.clone();
        edit(&mut copy);
        copy.to_string().into_bytes()
    };
    vec![
        edited(&|_| {}),
        edited(&|keys| keys["version"] = json!(2)),
        edited(&|keys| keys["version"] = json!(-1)),
        edited(&|keys| keys["sources"][0]["etag"] = json!("W/\"1\"")),
        edited(&|keys| keys["sources"][0]["etag"] = json!("no tag")),
        edited(&|keys| keys["sources"][0]["fetched_at"] = json!(0)),
        edited(&|keys| keys["sources"][0]["fetched_at"] = json!(u64::MAX)),
        edited(&|keys| keys["sources"][0]["fetched_at"] = json!(portcullis_fuzz::NOW + 300)),
        edited(&|keys| keys["sources"][0]["fetched_at"] = json!(portcullis_fuzz::NOW - 86_399)),
        edited(&|keys| keys["sources"][0]["issuer"] = json!("https://other.test")),
        edited(&|keys| keys["sources"][0]["document"] = json!(r#"{"keys":[]}"#)),
        edited(&|keys| keys["sources"][0]["document"] = json!(TestIssuer::builder().jwks_without_alg().build().jwks())),
        edited(&|keys| keys["sources"] = json!([])),
        edited(&|keys| keys["sources"] = json!([keys["sources"][0], keys["sources"][0]])),
        edited(&|keys| keys["sources"][0]["more"] = json!(1)),
        edited(&|keys| keys["more"] = json!({})),
        format!(r#"{{"version":1,"sources":[["{}","{{}}",1,"",null]]}}"#, public.url()).into_bytes(),
    ]
}

fn urls() -> Vec<Vec<u8>> {
    lines(&[
        "https://login.example.com/keys",
        "HTTPS://Login.example.com:8443/keys?a=b",
        "https://login.example.com/t/v2.0/",
        "https://127.0.0.1/keys",
        "https://[2001:db8::1]:8443/keys",
        "http://127.0.0.1:8080/keys",
        "http://127.8.9.1/keys",
        "http://[::1]:8080/keys",
        "http://localhost/keys",
        "http://LOCALHOST:1/",
        "http://localhost.example.com/keys",
        "http://127.1/keys",
        "http://0x7f000001/keys",
        "http://[::ffff:127.0.0.1]/keys",
        "https://2130706433/",
        "https://xn--bcher-kva.example/a%20b",
        "https://a_b.example/",
        "https://h:/",
        "https://h:00443/..//%2e%2e/?/?",
        "https://user:secret@login.example.com/keys",
        "http://localhost\\@login.example.com/keys",
        "https:///keys",
        "https://h:99999/",
        "https://h/#1",
        "https://h\t/",
        "https://login%2eexample.com/",
        "https://l\u{f6}calhost/",
        "https://[::1/",
        "ftp://localhost/keys",
        "file:///etc/keys",
        "/keys",
        "https://example.com.",
        "https://1.2.3.4.5/",
        "https://[fe80::1%25eth0]/",
    ])
}
