#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backoff;
mod builder;
pub mod defaults;
mod handle;
mod keeper;
mod link;
mod news;
mod problem;
mod progress;

pub use builder::RedisRevocationsBuilder;
pub use handle::RedisRevocations;
pub use portcullis;
pub use problem::{RedisProblem, RevokeError, StartError};
