//! The part of a request that the core looks at.

/// The head of an HTTP request, whatever the framework calls it.
///
/// The core has no `http` types, because frameworks disagree about their version; each adapter implements this
/// for its own request.
pub trait RequestHead {
    /// Calls `visit` with the value of each field line of that name, in the order received. Names are given in
    /// lower case and must be matched without regard to case. Trailers must never be visited (RFC 9110 §6.5.1).
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8]));
}

/// A request head as a list of name and value pairs: for other frameworks, and for tests.
impl RequestHead for [(&str, &[u8])] {
    fn visit_header<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a [u8])) {
        for (field, value) in self {
            if field.eq_ignore_ascii_case(name) {
                visit(value);
            }
        }
    }
}
