//! RFC6750-3-d: a scope that no challenge could name.

portcullis::requirement! { pub TwoWords = all("invoices:read invoices:write") }

fn main() {}
