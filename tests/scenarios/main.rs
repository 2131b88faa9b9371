//! What users of a resource server live through, shown through the public interface: rotations, outages, floods,
//! runtimes that come and go. Time is a clock that is moved; a test that would hang fails instead.
#![forbid(unsafe_code)]

mod actix_workers;
mod cancellation;
mod discovery;
mod documents;
mod flood;
mod freshness;
mod hostile;
mod issuers;
mod keys;
mod lifetime;
mod meanwhile;
mod odd_keys;
mod outage;
mod readiness;
mod remembered;
mod rotation;
mod runtimes;
mod scene;
mod seed;
mod telemetry;
mod waiting;
mod wall_clock;
