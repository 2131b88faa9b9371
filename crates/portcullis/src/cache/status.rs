//! What can be seen of the cache.

/// The state of the cache of verified tokens, as
/// [`Authenticator::cache_status`](crate::Authenticator::cache_status) found it. Counts are since the authenticator was
/// built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStatus {
    /// Tokens held now.
    pub tokens: usize,
    /// Tokens held at most; zero when the cache is off.
    pub capacity: usize,
    /// Requests whose token had been verified before, and still stood.
    pub hits: u64,
    /// Tokens that were verified and then kept.
    pub misses: u64,
    /// Tokens let go to make room for others.
    pub evictions: u64,
}

impl CacheStatus {
    pub(crate) const OFF: Self = Self { tokens: 0, capacity: 0, hits: 0, misses: 0, evictions: 0 };
}
