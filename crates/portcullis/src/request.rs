//! The part of a request that the core looks at.

/// The head of an HTTP request, whatever the framework calls it.
///
/// The core has no `http` types, because frameworks disagree about their version; each adapter implements this
/// for its own request.
pub trait RequestHead {
    /// Calls `visit` with the value of each field line of that name, in the order received. Names are given in
    /// lower case and must be matched without regard to case. Trailers must never be visited (RFC 9110 §6.5.1).
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8]));

    /// The query of the target, as it was sent, without the question mark. Looked at only where keys may be in it.
    /// Default: none.
    fn query(&self) -> Option<&str> {
        None
    }

    /// Is the method one that changes nothing: GET, HEAD, OPTIONS or TRACE (RFC 9110 §9.2.1)? Asked only where keys may be
    /// in cookies. Default: no.
    fn is_safe(&self) -> bool {
        false
    }
}

/// A request head as a list of name and value pairs: for other frameworks, and for tests. As in HTTP/2, `:path` is the
/// target, and `:method` the method.
impl RequestHead for [(&str, &[u8])] {
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8])) {
        for (field, value) in self {
            if field.eq_ignore_ascii_case(name) {
                visit(value);
            }
        }
    }

    fn query(&self) -> Option<&str> {
        let (_, target) = self.iter().find(|(field, _)| *field == ":path")?;
        std::str::from_utf8(target).ok()?.split_once('?').map(|(_, query)| query)
    }

    fn is_safe(&self) -> bool {
        let method = self.iter().find(|(field, _)| *field == ":method");
        method.is_some_and(|(_, method)| [&b"GET"[..], b"HEAD", b"OPTIONS", b"TRACE"].contains(method))
    }
}
