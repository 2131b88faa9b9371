//! Which cryptography `jsonwebtoken` verifies with, chosen at run time.
//!
//! Several peers hard-wire its pure-Rust backend, others let their users choose, and Cargo builds one `jsonwebtoken` for all
//! of them, with both. Its provider is installed once for the process, but it is two functions, and they can look at a
//! switch first. The look costs one relaxed load, about a nanosecond, for every server that is built on it alike.

use std::sync::atomic::{AtomicBool, Ordering};

/// A backend of `jsonwebtoken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// AWS-LC: the fastest there is.
    AwsLc,
    /// RustCrypto: what the peers that do not choose come with.
    RustCrypto,
}

static RUST_CRYPTO: AtomicBool = AtomicBool::new(false);

/// Verifies with `backend` from here on, in the whole process.
pub fn verify_with(backend: Backend) {
    RUST_CRYPTO.store(backend == Backend::RustCrypto, Ordering::Relaxed);
}

fn rust_crypto() -> bool {
    RUST_CRYPTO.load(Ordering::Relaxed)
}

/// Installs the switch, in both versions of `jsonwebtoken` that leave the choice. (Version 9 has ring, and no choice.)
///
/// # Panics
/// Where another provider was installed before.
pub fn install() {
    eleven::PROVIDER.get_or_init(eleven::switch).install_default().expect("nobody chose before");
    ten::PROVIDER.get_or_init(ten::switch).install_default().expect("nobody chose before");
}

mod eleven {
    use std::sync::OnceLock;

    use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};

    pub(super) static PROVIDER: OnceLock<CryptoProvider> = OnceLock::new();

    pub(super) fn switch() -> CryptoProvider {
        CryptoProvider {
            verifier_factory: |algorithm, key| match super::rust_crypto() {
                true => (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
                false => (aws_lc::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
            },
            ..aws_lc::DEFAULT_PROVIDER.clone()
        }
    }
}

mod ten {
    use std::sync::OnceLock;

    use jsonwebtoken10::crypto::{CryptoProvider, aws_lc, rust_crypto};

    pub(super) static PROVIDER: OnceLock<CryptoProvider> = OnceLock::new();

    pub(super) fn switch() -> CryptoProvider {
        CryptoProvider {
            verifier_factory: |algorithm, key| match super::rust_crypto() {
                true => (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
                false => (aws_lc::DEFAULT_PROVIDER.verifier_factory)(algorithm, key),
            },
            ..aws_lc::DEFAULT_PROVIDER.clone()
        }
    }
}
