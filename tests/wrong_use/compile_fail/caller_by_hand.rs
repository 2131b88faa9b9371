//! PC-AUTHZ-2: a caller that nobody verified.

fn main() {
    let caller = portcullis::Caller {};
    let _ = portcullis::Principal { caller: std::sync::Arc::new(caller), claims: std::sync::Arc::new(()) };
}
