//! PC-CLM-2: a resource server that does not say who it is.

fn main() {
    let _ = portcullis::Authenticator::builder("https://login.example.com/").build();
}
