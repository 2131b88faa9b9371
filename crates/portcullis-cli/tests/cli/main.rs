//! The program itself, run against files and a server of its own.
#![cfg(unix)]

mod arguments;
mod confirmations;
mod documents;
mod ended;
mod exit_codes;
mod help;
mod machine;
mod place;
mod postgres;
mod secrets;
#[path = "../../../portcullis-store-sqlx/tests/servers/mod.rs"]
mod servers;
mod stores;
mod story;
