//! portcullis
#![forbid(unsafe_code)]

mod challenge;
pub mod clock;
mod credential;
pub mod defaults;
mod error;

mod json;
mod request;
mod token;

pub use challenge::{Refusal, RefusalBody};
pub use error::{AuthError, Reason, Stage};
pub use request::RequestHead;
pub use token::{Algorithm, KeyKind};
