//! A request of actix-web, as the core looks at it.

use actix_web::HttpRequest;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::http::{Method, Uri};
use portcullis::RequestHead;

/// The head of a request. Trailers are not in it.
pub(crate) struct Head<'r> {
    headers: &'r HeaderMap,
    method: &'r Method,
    uri: &'r Uri,
}

impl<'r> Head<'r> {
    pub(crate) fn of(request: &'r HttpRequest) -> Self {
        Self { headers: request.headers(), method: request.method(), uri: request.uri() }
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
