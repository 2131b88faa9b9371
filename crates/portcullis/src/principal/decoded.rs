//! Claims decoded into the application's types, kept beside the token they came from.

use std::any::Any;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;

/// One decoded value per claims type. A list that only grows, by one node per type that the program has: reading it
/// takes no lock and writes nothing.
#[derive(Default)]
pub(super) struct Decoded {
    first: OnceLock<Box<Node<dyn Any + Send + Sync>>>,
}

struct Node<C: ?Sized> {
    rest: Decoded,
    claims: C,
}

impl Decoded {
    /// The value of that type, if it was decoded before.
    pub(super) fn get<C: Send + Sync + 'static>(&self) -> Option<&C> {
        let mut list = self;
        while let Some(node) = list.first.get() {
            if let Some(claims) = node.claims.downcast_ref() {
                return Some(claims);
            }
            list = &node.rest;
        }
        None
    }

    pub(super) fn get_or_decode<C>(&self, json: &str) -> Result<&C, serde_json::Error>
    where
        C: DeserializeOwned + Send + Sync + 'static,
    {
        match self.get() {
            Some(claims) => Ok(claims),
            None => Ok(self.add(serde_json::from_str(json)?)),
        }
    }

    fn add<C: Send + Sync + 'static>(&self, claims: C) -> &C {
        let mut list = self;
        let mut mine: Option<Box<Node<dyn Any + Send + Sync>>> = Some(Box::new(Node { rest: Self::default(), claims }));
        loop {
            let node = list.first.get_or_init(|| mine.take().expect("given away once, and then it is found"));
            // Another thread may have decoded the same type meanwhile: the first one stays.
            if let Some(claims) = node.claims.downcast_ref() {
                return claims;
            }
            list = &node.rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct A {
        a: u8,
    }

    #[derive(Deserialize)]
    struct B {
        b: u8,
    }

    #[test]
    fn each_type_is_decoded_once() {
        let decoded = Decoded::default();
        let json = r#"{"a":1,"b":2}"#;
        assert!(decoded.get::<A>().is_none());
        let a: &A = decoded.get_or_decode(json).unwrap();
        let b: &B = decoded.get_or_decode(json).unwrap();
        assert_eq!((a.a, b.b), (1, 2));
        assert!(std::ptr::eq(a, decoded.get_or_decode::<A>("not looked at").unwrap()));
        assert!(std::ptr::eq(b, decoded.get_or_decode::<B>("not looked at").unwrap()));
        assert!(decoded.get_or_decode::<Vec<u8>>(json).is_err());
    }

    #[test]
    fn what_two_threads_decode_at_once_is_kept_once() {
        let decoded = Decoded::default();
        let first = decoded.add(A { a: 1 });
        let second = decoded.add(A { a: 2 });
        assert!(std::ptr::eq(first, second) && second.a == 1);
    }
}
