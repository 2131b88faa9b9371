//! Keys come on standard input: arguments are in the list of processes and in the history of the shell.

use std::io::{self, IsTerminal as _, Read as _};

use crate::failure::Failure;

/// More than any key, so that one that is too long is seen to be that.
const MOST: u64 = 64 * 1024;

/// What is on standard input, without white space around it; asked for without an echo where that is a terminal.
pub(crate) fn read() -> Result<Vec<u8>, Failure> {
    let input = io::stdin();
    let read = if input.is_terminal() {
        rpassword::prompt_password("Key (not shown): ").map(String::into_bytes)
    } else {
        let mut octets = Vec::new();
        input.lock().take(MOST).read_to_end(&mut octets).map(|_| octets)
    };
    match read {
        Ok(octets) if !octets.trim_ascii().is_empty() => Ok(octets.trim_ascii().to_vec()),
        Ok(_) => Err(Failure::usage("standard input", "there is no key on it", "send the key there")),
        Err(error) => {
            Err(Failure::usage("standard input", format!("it cannot be read: {error}"), "send the key there"))
        }
    }
}
