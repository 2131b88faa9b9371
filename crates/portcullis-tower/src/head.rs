//! A request of the `http` crate, as the core looks at it.

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Uri};
use portcullis::RequestHead;

/// The head of a request. Trailers are not in it.
pub(crate) struct Head<'r> {
    headers: &'r HeaderMap,
    method: &'r Method,
    uri: &'r Uri,
}

impl<'r> Head<'r> {
    pub(crate) fn of<B>(request: &'r Request<B>) -> Self {
        Self { headers: request.headers(), method: request.method(), uri: request.uri() }
    }

    pub(crate) fn of_parts(parts: &'r Parts) -> Self {
        Self { headers: &parts.headers, method: &parts.method, uri: &parts.uri }
    }
}

impl RequestHead for Head<'_> {
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8])) {
        // Known by heart, it need not be parsed.
        let values =
            if name == "authorization" { self.headers.get_all(AUTHORIZATION) } else { self.headers.get_all(name) };
        for value in values {
            visit(value.as_bytes());
        }
    }

    fn query(&self) -> Option<&str> {
        self.uri.query()
    }

    fn is_safe(&self) -> bool {
        self.method.is_safe()
    }
}
