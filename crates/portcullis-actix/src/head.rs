//! A request of actix-web, as the core looks at it.

use actix_web::http::header::HeaderMap;
use portcullis::RequestHead;

/// The header fields of a request. Trailers are not among them.
pub(crate) struct Head<'r>(pub(crate) &'r HeaderMap);

impl RequestHead for Head<'_> {
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8])) {
        for value in self.0.get_all(name) {
            visit(value.as_bytes());
        }
    }
}
