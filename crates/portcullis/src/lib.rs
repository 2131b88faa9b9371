//! portcullis
#![forbid(unsafe_code)]

mod authentication;
mod challenge;
mod claims;
pub mod clock;
mod credential;
pub mod defaults;
mod error;
mod json;
mod principal;
mod request;
mod requirement;
mod scope;
mod token;

pub use authentication::Authentication;
pub use challenge::{Refusal, RefusalBody};
pub use claims::RegisteredClaims;
pub use error::{AuthError, Reason, Stage};
pub use principal::{Caller, CallerKind, Principal, TrustedCaller};
pub use request::RequestHead;
pub use requirement::{Decision, Requirement};
pub use scope::is_scope_token;
pub use token::{Algorithm, KeyKind};
