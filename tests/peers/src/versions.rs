//! Which version of a crate was measured.

/// The locked versions of `package`, the newest last. Read from this package's `Cargo.lock`.
///
/// # Panics
/// Where there is no such package.
#[must_use]
pub fn versions_of(package: &str) -> Vec<&'static str> {
    let lock = include_str!("../Cargo.lock");
    let named = format!("name = \"{package}\"");
    let mut found: Vec<_> = lock
        .split("[[package]]")
        .filter(|entry| entry.lines().any(|line| line == named))
        .filter_map(|entry| entry.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"')))
        .collect();
    found.sort_by_key(|version| version.split('.').filter_map(|part| part.parse::<u32>().ok()).collect::<Vec<_>>());
    assert!(!found.is_empty(), "no {package} in Cargo.lock");
    found
}

/// The newest of them.
#[must_use]
pub fn version_of(package: &str) -> &'static str {
    versions_of(package).pop().unwrap_or_default()
}
