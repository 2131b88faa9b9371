//! A request of the `http` crate, as the core looks at it.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use portcullis::RequestHead;

/// The header fields of a request. Trailers are not among them.
pub(crate) struct Head<'r>(pub(crate) &'r HeaderMap);

impl RequestHead for Head<'_> {
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8])) {
        // Known by heart, it need not be parsed.
        let values = if name == "authorization" { self.0.get_all(AUTHORIZATION) } else { self.0.get_all(name) };
        for value in values {
            visit(value.as_bytes());
        }
    }
}
