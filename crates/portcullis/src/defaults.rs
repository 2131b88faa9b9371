//! Every default, bound and limit in one place, each with its reason.

use std::time::Duration;

/// Tolerance on `exp`, `nbf` and `iat`. Clocks of hosts that run a time service agree within seconds; half a
/// minute forgives the rest without keeping expired tokens alive for long.
pub const LEEWAY: Duration = Duration::from_secs(30);
/// The largest leeway that can be configured: more would defeat expiry (RFC 7519 §4.1.4, "a few minutes").
pub const MAX_LEEWAY: Duration = Duration::from_secs(300);

/// How long a key set counts as fresh when its server says nothing.
pub const KEYS_FRESH_FOR: Duration = Duration::from_secs(10 * 60);
/// Lower clamp on a server's `max-age`: `max-age=0` must not turn into a hot loop.
pub const MIN_KEYS_FRESH_FOR: Duration = Duration::from_secs(60);
/// Upper clamp on a server's `max-age`: real servers say 44 days, and a withdrawn key must not live that long.
pub const MAX_KEYS_FRESH_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// The share of the fresh time after which the background refresh starts, in percent.
pub const REFRESH_AT_PERCENT: u32 = 80;
/// Jitter on each refresh, in percent either way, so that a fleet does not refresh in step.
pub const REFRESH_JITTER_PERCENT: u32 = 10;
/// How long keys are served while their endpoint cannot be reached. A day survives a night and a morning.
pub const STALE_KEYS_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest stale use that can be configured: a withdrawn key may live that long.
pub const MAX_STALE_KEYS_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// One fetch per this long and issuer may be caused by unknown `kid`s.
pub const UNKNOWN_KID_INTERVAL: Duration = Duration::from_secs(30);
/// A `kid` that was not in a freshly fetched set is not asked for again this long, unless the set changes.
pub const UNKNOWN_KID_MEMORY: Duration = Duration::from_secs(30);
/// A `kid` that was turned away without a fetch must keep coming back this long before it may use the reserve.
pub const RETURNING_KID_AFTER: Duration = Duration::from_secs(1);
/// How many requests may wait on one fetch; those beyond are answered with 503 at once.
pub const MAX_WAITING_REQUESTS: usize = 4096;

/// Pause after the first failed fetch; doubles up to [`MAX_BACKOFF`], with full jitter.
pub const MIN_BACKOFF: Duration = Duration::from_secs(1);
/// Longest pause between fetches that fail.
pub const MAX_BACKOFF: Duration = Duration::from_secs(60);

/// Time to connect, TLS included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Time for one whole fetch; also how long a request without any usable key waits for one.
pub const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// Size of a key set or discovery document, decoded. The largest real key set seen is 12 KiB.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
/// Keys in one fetched set. The largest real one seen has 7.
pub const MAX_KEYS: usize = 64;
/// Smallest RSA modulus, in bits (RFC 7518 §3.3).
pub const MIN_RSA_BITS: usize = 2048;
/// Largest RSA modulus, in bits: verification time grows with its square (RFC 7518 §8.6).
pub const MAX_RSA_BITS: usize = 8192;

/// Size of a token, encoded.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;
/// Size of a token's header, encoded. Headers that carry whole certificate chains are refused.
pub const MAX_HEADER_BYTES: usize = 4 * 1024;
/// Size of a `kid`, decoded. Longer ones are unknown without asking anybody.
pub const MAX_KID_BYTES: usize = 512;
/// Nesting of JSON arrays and objects in a token.
pub const MAX_JSON_DEPTH: u8 = 32;
/// Members in one JSON object of a token.
pub const MAX_JSON_MEMBERS: usize = 1000;

/// Seconds that a 503 asks the client to wait when nothing better is known.
pub const RETRY_AFTER: Duration = Duration::from_secs(5);
/// `realm` of the challenge: RFC 6750 §3 wants at least one parameter after the scheme.
pub const REALM: &str = "api";

/// How long callers are accepted by a list of revocations that can no longer be brought in step with its source, counted
/// from when it last was. A restart of the store or a failover takes seconds to a few minutes; what is revoked meanwhile
/// elsewhere is accepted here for no longer than this.
pub const REVOCATIONS_USABLE_FOR: Duration = Duration::from_secs(5 * 60);
/// The shortest such time that can be configured: a feed looks every few seconds.
pub const MIN_REVOCATIONS_USABLE_FOR: Duration = Duration::from_secs(1);
/// The longest: by then most tokens have expired, and there is little left that a revocation could still prevent.
pub const MAX_REVOCATIONS_USABLE_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Revocations of this process that wait for a feed to share them one by one; beyond that it shares the whole list.
pub const MAX_REVOCATIONS_WAITING: usize = 1024;
/// Length of the issuer and of the value of a revocation that is shared. Real ones are below 256 bytes.
pub const MAX_REVOCATION_NAME_BYTES: usize = 4096;

/// Verified tokens that are remembered. At about 1.2 KB for one of 1 KiB it is 12 MB when full, more where tokens are long; 10,000 callers within the lifetime of
/// a token are a busy service.
pub const CACHED_TOKENS: usize = 10_000;
/// The largest number that can be configured: about 12 GB.
pub const MAX_CACHED_TOKENS: usize = 10_000_000;
/// Remembered tokens that each thread has an entry of its own for, of about 150 bytes; those beyond are found in the
/// shared table.
pub(crate) const MAX_TOKENS_PER_THREAD: usize = 16_384;
/// After this part of the capacity was let go, as one in so many, threads are made to let go too.
pub(crate) const TOKENS_LET_GO_PART: usize = 16;

/// The header field that API keys are taken from. No `X-` (RFC 6648 §3).
pub const KEY_HEADER: &str = "Api-Key";
/// Size of an API key. Ours have less than 90 characters; of foreign ones, the longest seen has 200.
pub const MAX_KEY_BYTES: usize = 512;
/// How long an API key that was revoked on another machine may still be accepted. Long enough that a key in use costs two
/// look-ups a minute and machine, short enough for an operator to wait for.
pub const KEY_REVOCATION_WITHIN: Duration = Duration::from_secs(30);
/// How long API keys are accepted while their store does not answer: a restart or a failover of a database.
pub const STALE_API_KEYS_FOR: Duration = Duration::from_secs(10 * 60);
/// How long it is remembered that there is no such API key.
pub const UNKNOWN_KEY_MEMORY: Duration = Duration::from_secs(30);
/// Limit for one look-up of an API key.
pub const KEY_STORE_TIMEOUT: Duration = Duration::from_secs(2);
/// API keys that are remembered.
pub const CACHED_KEYS: usize = 10_000;
/// Unknown API keys that are remembered: some megabytes.
pub const CACHED_UNKNOWN_KEYS: usize = 65_536;
/// The largest number of either that can be configured.
pub const MAX_CACHED_KEYS: usize = 1_000_000;
/// Look-ups of API keys that may be under way at a time; requests that need another one are answered with 503.
pub const MAX_KEY_LOOKUPS: usize = 256;
/// Of those, for keys of foreign formats that are not known.
pub const MAX_STRANGE_KEY_LOOKUPS: usize = 64;
/// Look-ups a second for keys of foreign formats that are not known: anybody can invent those. What is beyond is answered
/// with 503.
pub const STRANGE_KEY_LOOKUPS_PER_SECOND: f64 = 1_000.0;
/// Uses of keys are written to the store so often, all of them at once.
pub const KEY_USE_WRITTEN_EVERY: Duration = Duration::from_secs(30);

/// How long ago a logout token may have been issued. OpenID Connect Back-Channel Logout §2.4 recommends that they live two
/// minutes at most; ten forgive an issuer that waits before it tries again, and bound those that have no `exp`.
pub const MAX_LOGOUT_TOKEN_AGE: Duration = Duration::from_secs(10 * 60);
/// How long a logout counts: longer than any access token lives that was issued before it. Auth0, Amazon Cognito and Okta
/// can all issue them for a day; what is kept for each logout is 100 bytes or so.
pub const LOGOUT_COUNTS_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest that can be configured: Auth0's longest access token lives as long.
pub const MAX_LOGOUT_COUNTS_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Logout tokens that are remembered until they end, so that none is taken twice: sixteen a second for ten minutes, and about
/// 1 MB. Beyond that the one that ends first is forgotten; what it did it can only do again.
pub const REMEMBERED_LOGOUTS: usize = 10_000;
/// What a logout request may hold beside a token of the largest size: other parameters, and octets written as `%2E`.
pub const LOGOUT_FORM_SLACK: usize = 4 * 1024;
