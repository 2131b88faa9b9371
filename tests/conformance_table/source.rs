//! The tests as the source has them: where each is, and the ids in its doc comment.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use crate::Failure;

/// One `#[test]` function, of whichever kind.
pub(crate) struct Test {
    /// From the root of the project, with `/`.
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) name: String,
    /// The binary that runs it, as the test runner calls it.
    pub(crate) binary: String,
    /// What its comment names that looks like an id.
    pub(crate) ids: BTreeSet<String>,
}

pub(crate) struct Source(Vec<Test>);

impl Source {
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for folder in ["crates", "examples", "tests"] {
            rust_files(&root.join(folder), &mut files)?;
        }
        files.sort();
        let mut tests = Vec::new();
        for path in files {
            let file = path.strip_prefix(root)?.components().map(|part| part.as_os_str().to_string_lossy());
            let file = file.collect::<Vec<_>>().join("/");
            let Some(binary) = binary(&file) else { continue };
            let text = std::fs::read_to_string(&path)?;
            let parsed = syn::parse_file(&text).map_err(|error| format!("{file}: {error}"))?;
            Reader { file: &file, binary: &binary, tests: &mut tests }.visit_file(&parsed);
        }
        Ok(Self(tests))
    }

    pub(crate) fn tests(&self) -> impl Iterator<Item = &Test> {
        self.0.iter()
    }
}

/// Which test binary a file is compiled into.
fn binary(file: &str) -> Option<String> {
    match file.split('/').collect::<Vec<_>>()[..] {
        ["crates", name, "src", ..] => Some(name.replace('-', "_")),
        ["tests", folder, _, ..] => Some(folder.to_owned()),
        ["examples", "tests", name] => name.strip_suffix(".rs").map(str::to_owned),
        _ => None,
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !["fuzz", "target", "compile_fail"].contains(&&*name) {
            rust_files(&path, found)?;
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
    Ok(())
}

struct Reader<'a> {
    file: &'a str,
    binary: &'a str,
    tests: &'a mut Vec<Test>,
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        // `#[test]`, `#[tokio::test]`, `#[actix_web::test]`.
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().segments.last().is_some_and(|segment| segment.ident == "test")
        };
        if function.attrs.iter().any(is_test) {
            self.tests.push(Test {
                file: self.file.to_owned(),
                line: function.sig.ident.span().start().line,
                name: function.sig.ident.to_string(),
                binary: self.binary.to_owned(),
                ids: ids(&comment(&function.attrs)),
            });
        }
        visit::visit_item_fn(self, function);
    }
}

/// A doc comment is an attribute with a string.
fn comment(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The documents that ids begin with, `RFC` with its number aside.
const DOCUMENTS: [&str; 12] =
    ["ATK", "PC", "OAS", "OA21", "FAPI2", "MCP", "OIDCD", "OIDCC", "OIDC", "TSL", "SECTOP2", "HTTPAPI"];

/// Words such as `RFC7519-4.1.4-a` and `ATK-17`.
fn ids(comment: &str) -> BTreeSet<String> {
    let words = comment.split(|character: char| !(character.is_ascii_alphanumeric() || "-.".contains(character)));
    let words = words.map(|word| word.trim_end_matches(['.', '-']));
    let is_id = |word: &&str| {
        let Some((document, rest)) = word.split_once('-') else { return false };
        let is_rfc =
            document.strip_prefix("RFC").is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()));
        !rest.is_empty() && (is_rfc || DOCUMENTS.contains(&document))
    };
    words.filter(is_id).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_between_words_and_other_names_with_hyphens_are_not() {
        let found = ids(
            "ATK-17, RFC4648-3.5-a: one spelling (RFC 4648 §3.5). PC-KEY-1. UTF-8, Cache-Control, FAPI2-dupkid; RFC",
        );
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["ATK-17", "FAPI2-dupkid", "PC-KEY-1", "RFC4648-3.5-a"]);
    }

    #[test]
    fn a_file_is_known_by_the_binary_that_runs_it() {
        assert_eq!(binary("crates/portcullis-tower/src/tests/mod.rs").as_deref(), Some("portcullis_tower"));
        assert_eq!(binary("tests/scenarios/flood.rs").as_deref(), Some("scenarios"));
        assert_eq!(binary("examples/tests/interop.rs").as_deref(), Some("interop"));
        assert_eq!(binary("examples/axum.rs"), None);
    }
}
