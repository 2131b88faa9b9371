//! What the library is held to, document by document, through its public interface: a request in, the answer out.
//!
//! One file per document, tests in the order of its sections; the ids in the comments name the clause
//! (`RFC7519-4.1.4-a`: section 4.1.4) or the attack (`ATK-1`). Keys are given, not fetched, except where fetching is
//! what a test is about.
#![forbid(unsafe_code)]

mod answers;
mod api;
mod api_keys;
mod attacks;
mod back_channel_logout;
mod configuration;
mod differential;
mod providers;
mod revocation;
mod rfc6750_bearer;
mod rfc7515_jws;
mod rfc7517_jwk;
mod rfc7519_jwt;
mod rfc8414_metadata;
mod rfc8725_practices;
mod rfc9068_access_token;
mod secrets;
mod vectors;
