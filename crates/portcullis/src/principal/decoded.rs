//! Claims decoded into the application's types, kept beside the token they came from.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

/// One decoded value per claims type. A list that only grows, by one node per type that the program has: reading it
/// takes no lock.
#[derive(Default)]
pub(super) struct Decoded {
    first: OnceLock<Box<Node>>,
}

struct Node {
    claims: Arc<dyn Any + Send + Sync>,
    rest: Decoded,
}

impl Decoded {
    pub(super) fn get_or_decode<C>(&self, json: &str) -> Result<Arc<C>, serde_json::Error>
    where
        C: DeserializeOwned + Send + Sync + 'static,
    {
        let mut list = self;
        while let Some(node) = list.first.get() {
            if (*node.claims).is::<C>()
                && let Ok(claims) = Arc::clone(&node.claims).downcast()
            {
                return Ok(claims);
            }
            list = &node.rest;
        }
        let claims = Arc::new(serde_json::from_str::<C>(json)?);
        let mut node = Box::new(Node { claims: Arc::clone(&claims) as _, rest: Self::default() });
        // Another thread may have added a node meanwhile; a second one of the same type does no harm.
        while let Err(mine) = list.first.set(node) {
            node = mine;
            match list.first.get() {
                Some(theirs) => list = &theirs.rest,
                None => break,
            }
        }
        Ok(claims)
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
        let a = decoded.get_or_decode::<A>(json).unwrap();
        let b = decoded.get_or_decode::<B>(json).unwrap();
        assert_eq!((a.a, b.b), (1, 2));
        assert!(Arc::ptr_eq(&a, &decoded.get_or_decode::<A>("not looked at").unwrap()));
        assert!(Arc::ptr_eq(&b, &decoded.get_or_decode::<B>("not looked at").unwrap()));
        assert!(decoded.get_or_decode::<Vec<u8>>(json).is_err());
    }
}
