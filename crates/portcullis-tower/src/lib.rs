#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod auth_layer;
mod auth_service;
mod future;
mod head;
mod logout_service;
mod require_layer;
mod respond;

pub use auth_layer::AuthLayer;
pub use auth_service::AuthService;
pub use future::{AuthFuture, RequireFuture};
pub use logout_service::LogoutService;
#[doc(no_inline)]
pub use portcullis;
pub use require_layer::{RequireLayer, RequireService};
pub use respond::{Empty, MakeBody, Rendered, With, into_response};

#[cfg(test)]
mod tests;
