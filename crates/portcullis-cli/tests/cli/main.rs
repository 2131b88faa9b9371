//! The program itself, run against files of its own.

mod confirmations;
mod documents;
mod exit_codes;
mod help;
mod machine;
mod place;
mod secrets;
mod story;
