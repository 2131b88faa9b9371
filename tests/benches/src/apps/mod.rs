//! The applications that are measured: each once without authentication and once with, otherwise the same.
//!
//! The handlers answer with a fixed text; those with authentication take the caller and one claim first.

pub mod actix;
pub mod axum;
mod head;
pub mod tower;

pub use head::Bearer;

/// What the handlers answer.
const BODY: &str = "orders";
