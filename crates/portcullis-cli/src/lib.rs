#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod arguments;
mod commands;
mod confirm;
mod digest_keys;
mod failure;
mod judging;
mod key_arguments;
mod location;
mod output;
mod secret_input;
mod session;
mod settings;
mod time;
mod view;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;

/// Does what the arguments of the process say, and gives the code to exit with. The one thing there is in this library:
/// everything else is the program `portcullis`.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse_from(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => return failure::of_arguments(&error),
    };
    match act(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

fn act(arguments: Arguments) -> Result<(), Failure> {
    match arguments.command {
        Command::DigestKey { out } => commands::digest_key::make(out.as_deref()),
        Command::Keys(keys) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| Failure::Machine(format!("no runtime can be started: {error}")))?;
            runtime.block_on(commands::run(*keys))
        }
    }
}
