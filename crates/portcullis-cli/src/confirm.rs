//! Asking before what cannot be undone.

use std::io::{self, BufRead, IsTerminal as _, Write as _};

use crate::failure::Failure;
use crate::key_arguments::Confirmation;

impl Confirmation {
    /// Goes on if that is wanted. Without a terminal nobody can be asked: what a pipe says is no answer.
    pub(crate) fn obtain(&self, question: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        let input = io::stdin();
        if !input.is_terminal() {
            return Err(Failure::usage(
                "--yes",
                "this cannot be undone, and there is no terminal to ask at",
                "give --yes",
            ));
        }
        write!(io::stderr().lock(), "{question} This cannot be undone. Type `yes` to do it: ").ok();
        answer(&mut input.lock())
    }
}

/// `yes` and nothing else.
fn answer(input: &mut impl BufRead) -> Result<(), Failure> {
    let mut line = String::new();
    // A byte more than looked at, so that what goes on after it is noticed.
    const MOST: u64 = 64;
    match io::Read::take(input, MOST + 1).read_line(&mut line) {
        Ok(read) if read as u64 <= MOST && line.trim().eq_ignore_ascii_case("yes") => Ok(()),
        _ => Err(Failure::NotConfirmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What counts is not the first part of a line.
    const LONG: &str = "yes                                                                       no\n";

    #[test]
    fn only_yes_is_yes() {
        for yes in ["yes\n", "YES\r\n", " yes"] {
            assert!(answer(&mut yes.as_bytes()).is_ok(), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "no\n", "y\n", "yes please\n", "\u{ff}\n", "yes             no\n", LONG] {
            assert!(matches!(answer(&mut no.as_bytes()), Err(Failure::NotConfirmed)), "{no:?}");
        }
        assert!(matches!(answer(&mut &b"\xff\xfe\n"[..]), Err(Failure::NotConfirmed)));
    }
}
