//! Why something could not be done to keys.

use super::store::StoreError;

/// Why a key could not be made, read or changed. Never holds a key, a digest or a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// What was asked for is wrong; one sentence for each problem.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
    /// There is no key of that id in the environment.
    #[error("there is no key of that id")]
    NotFound,
    /// The key was revoked, has expired or has a successor, so it gets none.
    #[error("the key was revoked, has expired, or has a successor already")]
    Final,
    /// The keys in the store were made under a digest key that is not configured, so all of them would be refused.
    #[error(
        "the keys in the store were made under another digest key: configure that one, with `also_accept_digest_key` if there \
         is a newer one; or revoke them"
    )]
    OtherDigestKey,
    /// The system's generator of random numbers failed.
    #[error("the system's generator of random numbers failed")]
    NoRandomness,
    /// The store could not do it.
    #[error(transparent)]
    Store(StoreError),
}
