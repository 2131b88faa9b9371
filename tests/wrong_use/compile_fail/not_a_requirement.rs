//! A route that demands something that is no requirement.

use axum::extract::FromRequestParts;
use portcullis_axum::Scoped;

struct ReadInvoices;

fn extracts<T: FromRequestParts<()>>() {}

fn main() {
    extracts::<Scoped<ReadInvoices>>();
}
