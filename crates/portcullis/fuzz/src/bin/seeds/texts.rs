//! JSON texts and URLs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::{lines, public};

pub fn json_texts() -> Vec<Vec<u8>> {
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
    inputs
}

pub fn urls() -> Vec<Vec<u8>> {
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
