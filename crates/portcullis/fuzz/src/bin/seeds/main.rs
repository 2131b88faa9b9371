//! Writes the first inputs of every target, from the test kit and from documents of real servers, and the key set that
//! the harness trusts: `seeds FOLDER`, in this crate's folder.
//!
//! `run --corpus` keeps of them what reaches something new.

mod documents;
mod keys;
mod texts;
mod tokens;

use std::path::Path;
use std::{fs, io};

use portcullis_testing::{TestIssuer, TestIssuerBuilder};

fn main() -> io::Result<()> {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    fs::write("keys/issuer.json", public().jwks())?;
    let seeds: [(&str, Vec<Vec<u8>>); 10] = [
        ("authorization_header", tokens::authorization_headers()),
        ("caching_headers", documents::caching_headers()),
        ("compact_token", tokens::compact_tokens()),
        ("discovery_document", documents::discovery_documents()?),
        ("exported_keys", keys::exported_keys()),
        ("json_text", texts::json_texts()),
        ("jwks_document", documents::jwks_documents()?),
        ("logout_form", tokens::logout_forms()),
        ("pem", keys::pem_texts()),
        ("url_check", texts::urls()),
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
