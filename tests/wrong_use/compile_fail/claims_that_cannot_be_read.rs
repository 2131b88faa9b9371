//! A claims type that nothing can be decoded into.

use axum::extract::FromRequestParts;
use portcullis_axum::Authenticated;

struct Claims;

fn extracts<T: FromRequestParts<()>>() {}

fn main() {
    extracts::<Authenticated<Claims>>();
}
