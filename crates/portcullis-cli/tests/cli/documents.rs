//! What the documents say about keys is so.

use regex_lite::Regex;

use crate::place::Place;

const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// As `docs/api-keys.md` tells it to those who scan.
fn checksum(text: &str) -> String {
    let mut number = crc32fast::hash(text.as_bytes());
    let mut digits = [0; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    String::from_utf8(digits.to_vec()).unwrap()
}

fn is_key(found: &str) -> bool {
    let (before, last) = found.split_at(found.len() - 6);
    checksum(before) == last
}

#[test]
fn the_regular_expression_finds_keys_in_text_and_the_checksum_tells_them_from_others() {
    let place = Place::new();
    let (key, _) = place.key(&[]);
    let regex = Regex::new(place.run(&["keys", "scan-regex"]).expect_code(0).out.trim_end()).unwrap();
    let mut other = key.clone();
    other.replace_range(30..31, if &key[30..31] == "x" { "y" } else { "x" });
    let text =
        format!("const KEY: &str = \"{key}\";\nAPI_KEY={other}, acme_live_short, {}", key.replace("live", "test"));
    let found: Vec<&str> = regex.find_iter(&text).map(|found| found.as_str()).collect();
    assert_eq!(found, [&*key, &*other]);
    assert_eq!(found.into_iter().filter(|found| is_key(found)).collect::<Vec<_>>(), [&*key]);
}

#[test]
fn the_worked_example_of_the_page_is_right() {
    let page = include_str!("../../../../docs/api-keys.md");
    let example = Regex::new(r"\bacme_live_[0-9A-Za-z]{16}_[0-9A-Za-z]{36}\b").unwrap();
    let key = example.find(page).expect("an example").as_str();
    assert!(is_key(key));
    let (before, last) = key.split_at(key.len() - 6);
    let number = crc32fast::hash(before.as_bytes());
    for words in [before, last, &format!("0x{number:08X}"), &number.to_string()] {
        assert!(page.contains(&format!("`{words}`")), "{words}");
    }
    let mut rest = number;
    let mut rows = Vec::new();
    for _ in 0..6 {
        rows.push(format!("| {rest} | {} | `{}` |", rest % 62, char::from(DIGITS[(rest % 62) as usize])));
        rest /= 62;
    }
    assert!(page.contains(&rows.join("\n")), "{}", rows.join("\n"));
    let place = Place::empty();
    let said = place.run(&["keys", "scan-regex"]).expect_code(0).out;
    assert!(page.contains(&format!("`{}`", said.trim_end())) || page.contains(&said), "{said}");
}

#[test]
fn the_session_of_the_readme_runs_as_it_is_written() {
    let place = Place::empty();
    let readme = include_str!("../../README.md");
    let session = readme.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a session");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_portcullis")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let run = std::process::Command::new("sh")
        .args(["-euc", session])
        .current_dir(place.folder())
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}{err}");
    assert!(out.contains("standing     active") && out.contains("standing     revoked"), "{out}{err}");
}
