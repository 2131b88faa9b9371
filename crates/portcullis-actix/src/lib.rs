#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authenticated;
mod future;
mod head;
mod logout;
mod middleware;
mod rejection;
mod require;
mod respond;
mod scoped;

pub use authenticated::{Authenticated, MaybeAuthenticated};
pub use future::{AuthFuture, RequireFuture};
pub use logout::logout_resource;
pub use middleware::{AuthMiddleware, AuthService};
#[doc(no_inline)]
pub use portcullis;
pub use rejection::AuthRejection;
pub use require::{RequireMiddleware, RequireService};
pub use scoped::Scoped;

#[cfg(test)]
mod tests;
