#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authenticated;
mod logout_service;
mod rejection;
mod scoped;

pub use authenticated::Authenticated;
pub use logout_service::LogoutService;
#[doc(no_inline)]
pub use portcullis;
#[doc(inline)]
pub use portcullis_tower::{AuthLayer, RequireLayer};
pub use rejection::AuthRejection;
pub use scoped::Scoped;

#[cfg(test)]
mod tests;
