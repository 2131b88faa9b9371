//! PC-AUTHZ-2: an outcome that no authenticator reached.

fn main() {
    let nobody: Option<portcullis::Authentication> = None;
    let _ = nobody.map(|nobody| portcullis::Authentication { ..nobody });
}
