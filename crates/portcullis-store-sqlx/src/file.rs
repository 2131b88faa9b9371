//! Files of SQLite, made before SQLite would make them for everybody to read.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::Path;

use portcullis::api_key::StoreError;

use crate::failure::schema;

/// For the user of the process only. SQLite gives the files beside it the same mode.
pub(crate) fn make_unless_there(path: &Path) -> Result<(), StoreError> {
    match make(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(not_made(path, &error)),
        _ => Ok(()),
    }
}

/// The same, for a file that must not be there yet.
pub(crate) fn make_new(path: &Path) -> Result<(), StoreError> {
    make(path).map_err(|error| not_made(path, &error))
}

fn make(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn not_made(path: &Path, error: &io::Error) -> StoreError {
    let remedy = match error.kind() {
        ErrorKind::AlreadyExists => "name a file that is not there yet",
        ErrorKind::NotFound | ErrorKind::NotADirectory => "make the folder that it is to be in, or correct the path",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let this user write to the folder that it is to be in, or correct the path"
        }
        _ => return StoreError::unavailable(format!("{} cannot be made: {error}", path.display())),
    };
    schema(format!("{} cannot be made: {error}", path.display()), remedy)
}
