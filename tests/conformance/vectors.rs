//! Published test vectors and documents, and those made for this project: every file under `tests/vectors`, through the
//! runner that `cargo run -p portcullis-tests --bin vectors` is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use portcullis::CryptoBackend;
use portcullis_tests::vectors::{Report, every_listed_format_case, run, run_text};

use crate::api::BACKENDS;

/// Each file with the number of its cases, and how many of these go as `differences.tsv` says.
const FILES: &[(&str, usize, usize)] = &[
    ("discovery/apple.json", 2, 0),
    ("discovery/auth0.json", 2, 0),
    ("discovery/cognito.json", 2, 0),
    ("discovery/entra-common.json", 2, 0),
    ("discovery/gitlab.json", 2, 0),
    ("discovery/google.json", 2, 0),
    ("discovery/http-headers.json", 7, 0),
    ("discovery/keycloak.json", 3, 0),
    ("discovery/kubernetes-kops.json", 2, 0),
    ("discovery/okta.json", 2, 0),
    ("discovery/paypal.json", 2, 0),
    ("discovery/ping.json", 2, 0),
    ("discovery/slack.json", 2, 0),
    ("jwks/apple.json", 3, 0),
    ("jwks/auth0.json", 2, 0),
    ("jwks/battle-net.json", 2, 0),
    ("jwks/cognito.json", 2, 0),
    ("jwks/discord.json", 1, 0),
    ("jwks/docker.json", 2, 0),
    ("jwks/entra-common.json", 7, 0),
    ("jwks/gitlab.json", 2, 0),
    ("jwks/google.json", 2, 0),
    ("jwks/keycloak.json", 2, 0),
    ("jwks/kubernetes-kops.json", 1, 0),
    ("jwks/mojeid.json", 1, 0),
    ("jwks/okta.json", 2, 0),
    ("jwks/paypal.json", 15, 0),
    ("jwks/ping.json", 3, 0),
    ("jwks/slack.json", 1, 0),
    ("jwks/spiffe-bundle.json", 7, 0),
    ("jwks/spiffe-missing-kid.json", 2, 0),
    ("jwks/timeline-google.json", 37, 0),
    ("jwks/wso2.json", 3, 0),
    ("jwks/yahoo.json", 4, 0),
    ("made/key-documents.json", 46, 7),
    ("made/tokens.json", 58, 9),
    ("rfc7520/4_1.rsa_v15_signature.json", 3, 2),
    ("rfc7520/4_2.rsa-pss_signature.json", 3, 2),
    ("rfc7520/4_3.ecdsa_signature.json", 3, 2),
    ("rfc7520/4_4.hmac-sha2_integrity_protection.json", 3, 2),
    ("rfc7520/4_7.protecting_content_only.json", 2, 2),
    ("rfc7520/curve25519_jws.json", 3, 2),
    ("tokens/spring-security.json", 6, 0),
    ("wycheproof/json_web_key_test.json", 15, 1),
    ("wycheproof/json_web_signature_test.json", 240, 5),
];

/// About something that the library does not do: each with the number of its cases.
const SKIPPED: &[(&str, usize)] = &[("dpop/rfc9449.json", 2), ("made/dpop.json", 30)];

const AWS_LC: CryptoBackend = CryptoBackend::AwsLcRs;

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(file)
}

fn report(file: &str, backend: CryptoBackend) -> Report {
    run(&path(file), backend).unwrap_or_else(|why| panic!("{file}: {why}"))
}

/// PC-SIG-3, RFC8414-3.3-a, PC-JWKS-4, PC-RES-2, PC-RES-4, ATK-68: adversarial signatures, keys and tokens, key sets and
/// metadata as real issuers serve them, the keys of one of them over months, and the caching fields that came along.
#[test]
fn every_committed_vector_goes_as_its_file_expects_or_as_is_written_down() {
    for (file, cases, listed) in FILES {
        let report = report(file, AWS_LC);
        assert_eq!(report.failed, 0, "{file}: {:#?}", report.lines);
        assert_eq!((report.passed, report.listed.len(), report.skipped), (*cases, *listed, 0), "{file}");
        assert_eq!(report.lines, [""; 0], "{file}: nothing is left open");
    }
}

/// What is not run is said, with its number.
#[test]
fn vectors_of_what_the_library_does_not_do_are_skipped_in_so_many_words() {
    for (file, cases) in SKIPPED {
        let report = report(file, AWS_LC);
        assert_eq!((report.passed, report.failed, report.skipped), (0, 0, *cases), "{file}");
        let name = path(file).display().to_string();
        assert_eq!(report.lines, [format!("{name}: DPoP (RFC 9449) is not part of this library: {cases} skipped")]);
    }
}

/// A file that is added and not run would show nothing.
#[test]
fn every_file_beside_them_is_in_the_table() {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(path("")).unwrap().map(|entry| entry.unwrap().path()).filter(|entry| entry.is_dir()) {
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        found.extend(files.filter(|file| file.extension().is_some_and(|kind| kind == "json")));
    }
    let known = FILES.iter().map(|(file, ..)| path(file)).chain(SKIPPED.iter().map(|(file, _)| path(file)));
    assert_eq!(known.collect::<BTreeSet<_>>(), found);
}

/// PC-SIG-3, RFC7518-3.4-a, PC-SIG-1, RFC7518-3.5-a: Wycheproof's signatures are refused for being no signature, and
/// not by the way, for a key that could not be used or a token that could not be read. On both backends.
#[test]
fn adversarial_signatures_get_as_far_as_the_signature() {
    for backend in BACKENDS {
        let report = report("wycheproof/json_web_signature_test.json", backend);
        assert_eq!((report.passed, report.failed), (240, 0), "{backend:?} {:#?}", report.lines);
        let outcomes: Vec<(&str, usize)> =
            report.outcomes.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        let expected = [
            ("accept", 24),
            ("algorithm_not_allowed", 2),
            ("configuration", 3),
            ("key_unknown", 2),
            ("key_unsuitable", 4),
            ("signature_invalid", 179),
            ("token_malformed", 26),
        ];
        assert_eq!(outcomes, expected, "{backend:?}");
        let keys = self::report("wycheproof/json_web_key_test.json", backend);
        assert_eq!((keys.passed, keys.failed), (15, 0), "{backend:?} {:#?}", keys.lines);
    }
}

/// RFC8037-3.1-a, RFC7518-3.5-a, RFC7518-3.4-a: the signatures of RFC 7520, and the one of RFC 8037 appendix A.4 for
/// Ed25519. Pure Rust does all but P-521.
#[test]
fn the_examples_of_the_rfcs_verify() {
    for backend in BACKENDS {
        for (file, ..) in FILES.iter().filter(|(file, ..)| file.starts_with("rfc7520/")) {
            let report = report(file, backend);
            let accepted = match *file {
                "rfc7520/4_7.protecting_content_only.json" => None,
                "rfc7520/4_3.ecdsa_signature.json" if backend == CryptoBackend::RustCrypto => None,
                _ => Some(&1),
            };
            assert_eq!(report.outcomes.get("accept"), accepted, "{backend:?} {file}: {:#?}", report.lines);
        }
    }
}

/// A row for a whole format is as true as one for a file: each is met, the last of them by an example made here.
#[test]
fn every_difference_of_a_whole_format_is_met() {
    let file = "rfc7520/4_1.rsa_v15_signature.json";
    let mut example: serde_json::Value = serde_json::from_str(&fs::read_to_string(path(file)).unwrap()).unwrap();
    let compact = example["output"]["compact"].as_str().unwrap();
    let (header, rest) = compact.split_once('.').unwrap();
    let detached = format!("{header}..{}", rest.split_once('.').unwrap().1);
    example["output"]["compact"] = detached.into();
    let example = run_text(Path::new("own.json"), &example.to_string(), AWS_LC).unwrap();
    assert_eq!((example.passed, example.failed), (3, 0), "{:#?}", example.lines);

    let mut met: BTreeSet<(&str, String)> = example.listed.into_iter().map(|case| ("cookbook", case)).collect();
    met.extend(report(file, AWS_LC).listed.into_iter().map(|case| ("cookbook", case)));
    let listed = every_listed_format_case().into_iter().map(|(format, case)| (format, case.to_owned()));
    assert_eq!(met, listed.collect());
}

/// A user's own edition of a published file: the same cases and others, in another folder.
#[test]
fn another_edition_of_a_file_is_judged_by_what_it_says() {
    let file = "wycheproof/json_web_signature_test.json";
    let text = fs::read_to_string(path(file)).unwrap();
    let mut edition: serde_json::Value = serde_json::from_str(&text).unwrap();
    // Case 2, a modified signature, is said to be valid; and the group with case 347 is gone.
    edition["testGroups"][0]["tests"][0]["result"] = "valid".into();
    let groups = edition["testGroups"].as_array_mut().unwrap();
    groups.retain(|group| group["tests"][0]["tcId"] != 347);
    let report = run_text(Path::new("elsewhere/json_web_signature_test.json"), &edition.to_string(), AWS_LC).unwrap();
    let line =
        "elsewhere/json_web_signature_test.json: 2 rejectsModifiedSignature: expected accept, got signature_invalid";
    assert_eq!((report.passed, report.failed, report.lines), (238, 1, vec![line.to_owned()]));
}

#[test]
fn what_is_no_file_of_vectors_is_said_to_be_none() {
    let run = |text: &str| run_text(Path::new("own.json"), text, AWS_LC).map(|_| ()).unwrap_err().to_string();
    for (text, why) in [
        ("", "not JSON: EOF while parsing a value at line 1 column 0"),
        ("<html>", "not JSON: expected value at line 1 column 1"),
        ("{}", "JSON, but of no format that is known here"),
        (r#"{"testGroups":[{"type":"EcdsaVerify"}]}"#, "/testGroups/0: \"EcdsaVerify\" is not about signed tokens"),
        (r#"{"testGroups":[{"type":"JsonWebKey"}]}"#, "/testGroups/0/private is missing"),
        (r#"{"jwks":{},"tokens":{"Valid":1}}"#, "/tokens/Valid: not a token"),
        (r#"{"keys":{},"states":[{"seen":"x","kids":["a"]}]}"#, "/keys/a is missing"),
        (r#"{"policy":{},"jwks":{},"cases":[{"jwt":""}]}"#, "/policy/now is missing"),
    ] {
        assert_eq!(run(text), why, "{text}");
    }
    assert!(run(&"[".repeat(100_000)).starts_with("not JSON: recursion limit exceeded"));
    let folder = portcullis_tests::vectors::run(&path(""), AWS_LC).unwrap_err().to_string();
    assert!(folder.starts_with("cannot be read: "), "{folder}");
}

/// The command itself: its last line, and its exit code.
#[test]
fn the_command_ends_with_the_counts_and_an_exit_code() {
    let wrong = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wrong.json");
    let text = fs::read_to_string(path("tokens/spring-security.json")).unwrap().replace("\"Expired\"", "\"ValidNot\"");
    fs::write(&wrong, text).unwrap();
    for (files, code, last) in [
        (vec![path("tokens/spring-security.json")], 0, "6 passed, 0 failed"),
        (vec![path("made/dpop.json"), path("tokens/spring-security.json")], 0, "6 passed, 0 failed, 30 skipped"),
        (vec![wrong.clone()], 1, "5 passed, 1 failed"),
        (vec![path("SOURCES.md"), path("tokens/spring-security.json")], 2, "6 passed, 0 failed"),
        (vec![path("no-such-file.json"), wrong], 2, "5 passed, 1 failed"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_vectors")).args(&files).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), stdout.lines().last()), (Some(code), Some(last)), "{files:?}");
    }
    let usage = Command::new(env!("CARGO_BIN_EXE_vectors")).output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}
