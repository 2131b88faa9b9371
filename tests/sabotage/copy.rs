//! A copy of the project that may be damaged.

use std::path::{Path, PathBuf};

use crate::Failure;
use crate::weakening::Weakening;

pub(crate) struct Copy {
    root: PathBuf,
}

impl Copy {
    /// Copies what the tests need to `target/sabotage/project`, anew each time.
    pub(crate) fn new(project: &Path) -> Result<Self, Failure> {
        let root = project.join("target/sabotage/project");
        if root.exists() {
            std::fs::remove_dir_all(&root)?;
        }
        copy(project, &root, true)?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Does something while the weakening is in place.
    pub(crate) fn with<T>(
        &self,
        weakening: &Weakening,
        action: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let path = self.root.join("crates").join(&weakening.file);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", weakening.file))?;
        std::fs::write(&path, weakening.apply(&text)?)?;
        let outcome = action();
        std::fs::write(&path, text)?;
        outcome
    }
}

/// Everything but what is built, and what is hidden. Times of files are kept where nothing has changed, by the copy being
/// made once: the compiler is to build only what a weakening touches.
fn copy(from: &Path, to: &Path, top: bool) -> Result<(), Failure> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let hidden = name.to_string_lossy().starts_with('.');
        if hidden || name == "fuzz" || (top && name == "target") {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to.join(&name), false)?,
            false => drop(std::fs::copy(entry.path(), to.join(&name))?),
        }
    }
    Ok(())
}
