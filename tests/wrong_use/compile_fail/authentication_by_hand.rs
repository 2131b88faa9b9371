//! PC-AUTHZ-2: an outcome that no authenticator reached.

fn admin(caller: std::sync::Arc<portcullis::Caller>) -> portcullis::Authentication {
    portcullis::Authentication { who: caller }
}

fn main() {
    let _ = admin;
}
