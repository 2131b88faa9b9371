//! portcullis
#![forbid(unsafe_code)]

pub mod clock;
pub mod defaults;
pub mod fetch;
mod request;
mod token;

pub use request::RequestHead;
pub use token::{Algorithm, KeyKind};
