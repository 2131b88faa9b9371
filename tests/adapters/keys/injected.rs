//! Handlers called without a router, with the caller of a key and no key.

use portcullis::{Authentication, Reason, Requirement};

use super::*;
use crate::setting::{Clerk, NoPats, Read, UserReads, Users};

/// What the extractors of both frameworks say, and what a requiring layer would.
fn decided<R: Requirement>(who: &Authentication) -> Option<Reason> {
    let axum = portcullis_axum::Scoped::<R>::decide(who).err().map(|error| error.reason());
    let actix = portcullis_actix::Scoped::<R>::decide(who).err().map(|error| error.reason());
    let core = who.require::<R>().err().map(|error| error.reason());
    assert!(axum == actix && actix == core, "{axum:?} {actix:?} {core:?}");
    core
}

/// PC-AUTHZ-2: as the same caller with a key would be, in [`matrix`](super::matrix).
#[test]
fn a_caller_that_a_test_makes_meets_the_requirements_that_its_key_would() {
    let scene = Scene::new();
    let denied = Some(Reason::RequirementDenied);
    let full = |key: portcullis_testing::KeyBuilder| key.scope("invoices:read").role("clerk").caller().build();
    let key = full(scene.keys.api_key("billing"));
    let token = full(scene.keys.personal_access_token("alice"));
    for who in [&key, &token] {
        assert_eq!((decided::<Read>(who), decided::<Clerk>(who)), (None, None));
        assert_eq!((decided::<Users>(who), decided::<UserReads>(who)), (denied, denied));
    }
    assert_eq!((decided::<NoPats>(&key), decided::<NoPats>(&token)), (None, denied));
    let bare = scene.keys.api_key("billing").caller().build();
    assert_eq!((decided::<Read>(&bare), decided::<Clerk>(&bare)), (Some(Reason::ScopeInsufficient), denied));
}
