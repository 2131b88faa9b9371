//! What all commands need to know, from options and from the environment of the process. Options go first.

use std::env;
use std::path::Path;

use portcullis::api_key::{ApiKeys, ApiKeysBuilder, DigestKey, ForeignFormat, MemoryKeyStore};

use crate::arguments::Options;
use crate::digest_keys;
use crate::failure::{Failure, Problem, problems_of};
use crate::location::Location;
use crate::output::note;

/// Of the environment.
const OPTION: &str = "--environment";
const VARIABLE: &str = "PORTCULLIS_ENVIRONMENT";

/// What a command needs. Who only lists and revokes does not have to have the digest key.
#[derive(Clone, Copy)]
pub(crate) struct Needs {
    pub(crate) store: bool,
    pub(crate) digest_key: bool,
}

/// What was found.
pub(crate) struct Settings {
    pub(crate) location: Option<Location>,
    environment: String,
    digest_keys: Vec<DigestKey>,
}

impl Settings {
    /// Reads all of it, and says all that is wrong with it, together with what is wrong with other arguments.
    pub(crate) fn read(options: &Options, needs: Needs, others: Vec<Problem>) -> Result<Self, Failure> {
        let mut problems = Vec::new();
        let location = if needs.store { note_problem(location(options), &mut problems) } else { None };
        let (environment, named) = note_problem(environment(options), &mut problems).unwrap_or_default();
        let mut digest_keys = Vec::new();
        if needs.digest_key {
            digest_keys.extend(note_problem(digest_key(options), &mut problems));
            for path in &options.old_digest_key_file {
                let key = digest_keys::from_file("--old-digest-key-file", path);
                digest_keys.extend(note_problem(key, &mut problems));
            }
        } else {
            // Nothing is made or compared under it.
            digest_keys.push(random_digest_key()?);
        }
        if digest_keys.is_empty() {
            // So that the environment can be judged: that the digest key is missing was noted.
            digest_keys.push(random_digest_key()?);
        }
        let settings = Self { location, environment, digest_keys };
        if !settings.environment.is_empty() {
            // What the core has against it: no store is asked.
            let unused = settings.configure(|name, key| ApiKeys::builder(name, key, MemoryKeyStore::new()))?.build();
            let from_there = |one: Problem| match &*one.setting {
                OPTION => Problem { setting: named.to_owned(), ..one },
                _ => one,
            };
            problems.extend(unused.err().iter().flat_map(problems_of).map(from_there));
        }
        problems.extend(others);
        if problems.is_empty() { Ok(settings) } else { Err(Failure::Usage(problems)) }
    }

    /// The keys of the environment in that store, if nothing else is wrong.
    pub(crate) fn configure(
        &self,
        begin: impl FnOnce(&str, DigestKey) -> ApiKeysBuilder,
    ) -> Result<ApiKeysBuilder, Failure> {
        let (first, old) = self.digest_keys.split_first().ok_or_else(|| Failure::Usage(vec![no_digest_key()]))?;
        let builder = begin(&self.environment, first.clone());
        Ok(old.iter().cloned().fold(builder, ApiKeysBuilder::also_accept_digest_key))
    }
}

/// Adds accepted forms.
pub(crate) fn with_forms(builder: ApiKeysBuilder, forms: Vec<ForeignFormat>) -> ApiKeysBuilder {
    forms.into_iter().fold(builder, ApiKeysBuilder::also_accept)
}

fn note_problem<T>(found: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    found.map_err(|problem| problems.push(problem)).ok()
}

fn location(options: &Options) -> Result<Location, Problem> {
    if let Some(text) = &options.store {
        let location = Location::parse(text)?;
        if location.has_password() {
            note("warning: others can read the password in the list of processes; use PORTCULLIS_STORE or PGPASSWORD");
        }
        return Ok(location);
    }
    let text = variable("PORTCULLIS_STORE")?;
    let text = text.ok_or_else(|| {
        Problem::new("--store", "not given", "name the store there or in PORTCULLIS_STORE, such as `sqlite:keys.db`")
    })?;
    Location::parse(&text).map_err(|problem| Problem { setting: "PORTCULLIS_STORE".to_owned(), ..problem })
}

/// And where it came from.
fn environment(options: &Options) -> Result<(String, &'static str), Problem> {
    let found = match &options.environment {
        Some(name) => Some((name.clone(), OPTION)).filter(|_| !name.is_empty()),
        None => variable(VARIABLE)?.map(|name| (name, VARIABLE)),
    };
    found.ok_or_else(|| {
        let remedy = format!("give the first part of its keys there or in {VARIABLE}, such as `acme_live`");
        Problem::new(OPTION, "not given", remedy)
    })
}

fn digest_key(options: &Options) -> Result<DigestKey, Problem> {
    match &options.digest_key_file {
        Some(path) => digest_keys::from_file(digest_keys::OPTION, Path::new(path)),
        None => match variable(digest_keys::VARIABLE)? {
            Some(text) => digest_keys::parse(digest_keys::VARIABLE, &text),
            None => Err(no_digest_key()),
        },
    }
}

fn random_digest_key() -> Result<DigestKey, Failure> {
    DigestKey::generate().map_err(|error| Failure::Machine(error.to_string()))
}

fn no_digest_key() -> Problem {
    let remedy = "give the file that the servers read, or its text in PORTCULLIS_DIGEST_KEY";
    Problem::new(digest_keys::OPTION, "not given", remedy)
}

/// One that is empty is not there.
fn variable(name: &str) -> Result<Option<String>, Problem> {
    match env::var(name) {
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Problem::new(name, "not text", "write it in UTF-8")),
    }
}
