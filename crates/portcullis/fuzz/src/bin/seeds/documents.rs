//! What key servers and metadata endpoints answer.

use std::{fs, io};

use portcullis_testing::{BadDiscovery, BadKey, BadKeySet, TestIssuer};
use serde_json::Value;

use crate::{public, with};

pub fn discovery_documents() -> io::Result<Vec<Vec<u8>>> {
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

pub fn jwks_documents() -> io::Result<Vec<Vec<u8>>> {
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

fn documents(folder: &str) -> io::Result<Vec<String>> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    paths.iter().filter(|path| path.extension().is_some_and(|kind| kind == "json")).map(fs::read_to_string).collect()
}

pub fn caching_headers() -> Vec<Vec<u8>> {
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
