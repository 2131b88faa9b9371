//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use crate::key_arguments::KeyCommand;

const EXIT_CODES: &str = "\
Exit codes:
  0  done; the key is good
  1  the answer is no: the key is not good, or what was asked for cannot be done to it
  2  the arguments or the configuration are wrong, or there is no terminal to confirm at and no --yes
  3  the store cannot be reached, is not there, or has another form than this version wants
  4  there is no key of that id
  5  not confirmed: nothing was done
  6  this machine: standard output is closed, or there are no random numbers

What a program may want is on standard output, what people may want to know on standard error.";

/// API keys of portcullis: made, listed, rotated, verified and taken back
#[derive(Parser)]
#[command(name = "portcullis", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Works with the keys of one environment
    Keys(Box<Keys>),
    /// Makes a digest key, the secret under which digests of keys are made, and prints it
    DigestKey {
        /// Write it there instead, for its owner only; a file that is there already is left alone
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Keys {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: KeyCommand,
}

#[derive(Args)]
#[command(next_help_heading = "Options for all of them")]
pub(crate) struct Options {
    /// Where records of keys are: `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [env: PORTCULLIS_STORE]
    #[arg(long, global = true, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// The first part of the keys, such as `acme_live` [env: PORTCULLIS_ENVIRONMENT]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// A file with the digest key; for `create`, `import`, `rotate` and `verify` [or its text in env: PORTCULLIS_DIGEST_KEY]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) digest_key_file: Option<PathBuf>,
    /// A file with a digest key from before, under which there are keys still; can be given again
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) old_digest_key_file: Vec<PathBuf>,
    /// JSON on standard output, one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }
}
