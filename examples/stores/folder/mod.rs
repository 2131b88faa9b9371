//! Files of an example.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use portcullis::api_key::DigestKey;

/// Where an example keeps its files: a fresh folder of this process, or with `--keep FOLDER` that one.
pub(crate) struct Folder(PathBuf, bool);

impl Folder {
    pub(crate) fn open() -> std::io::Result<Self> {
        let mut words = std::env::args().skip_while(|word| word != "--keep").skip(1);
        let kept = words.next().map(PathBuf::from);
        let is_kept = kept.is_some();
        let folder = kept.unwrap_or_else(|| std::env::temp_dir().join(format!("api-keys-{}", std::process::id())));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder, is_kept))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The secret under which digests are made, kept beside the keys: good enough for one machine.
    pub(crate) fn digest_key(&self) -> Result<DigestKey, Box<dyn Error>> {
        Ok(DigestKey::load_or_create(self.file("digest.key"))?)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.1 {
            fs::remove_dir_all(&self.0).ok();
        }
    }
}
