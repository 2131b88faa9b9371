//! PC-AUTHZ-2: claims that no issuer signed, under a caller that one did.

fn promoted(mut principal: portcullis::Principal<Vec<String>>) -> portcullis::Principal<Vec<String>> {
    principal.claims = vec!["admin".to_owned()].into();
    principal
}

fn main() {
    let _ = promoted;
}
