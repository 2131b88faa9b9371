//! Instances that share their revocations, on a real Redis: each test starts its own, ends it, and starts it again.
//!
//! Without a `redis-server` on the machine they say so and pass; `PORTCULLIS_REQUIRE_SERVERS=1` makes that a failure.
#![forbid(unsafe_code)]

mod ends;
mod hostile;
mod instance;
mod outage;
mod spread;
mod start;
mod tls;
mod told;
