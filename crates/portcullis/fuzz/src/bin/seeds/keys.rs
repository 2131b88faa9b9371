//! Keys of the configuration and of an earlier process.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis::Algorithm;
use portcullis_testing::{TestIssuer, TestKey};
use serde_json::{Value, json};

use crate::{public, with};

pub fn pem_texts() -> Vec<Vec<u8>> {
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

pub fn exported_keys() -> Vec<Vec<u8>> {
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
