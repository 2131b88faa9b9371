//! The claims set (RFC 7519 §4): read once, judged once, kept as text with positions.

mod date;
mod events;
mod logout;
mod path;
mod policy;
mod reader;
mod registered;
mod text;
mod validated;
mod window;

pub(crate) use date::NumericDate;
pub(crate) use logout::{LogoutClaims, LogoutPolicy};
pub(crate) use path::{ClaimPaths, PathMask};
pub(crate) use policy::{AudienceRule, ClaimsPolicy, KindRule};
pub(crate) use reader::{ClientClaim, UnverifiedClaims};
pub use registered::RegisteredClaims;
pub(crate) use validated::{List, ValidatedClaims, VerifiedClaims};
pub(crate) use window::Window;
