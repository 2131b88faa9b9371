//! Odd keys beside good ones.

use portcullis::{Reason, SkipReason};
use portcullis_testing::BadKey;

use crate::scene::{Scene, promptly};

/// What is to be said of each; `None`: a sound key that only does not fit the token.
const CASES: &[(BadKey, Option<SkipReason>)] = &[
    (BadKey::Rsa512, Some(SkipReason::RsaTooSmall)),
    (BadKey::Rsa1024, Some(SkipReason::RsaTooSmall)),
    (BadKey::Rsa16384, Some(SkipReason::RsaTooLarge)),
    (BadKey::ExponentOne, Some(SkipReason::RsaExponent)),
    (BadKey::ExponentTwo, Some(SkipReason::RsaExponent)),
    (BadKey::ExponentEven, Some(SkipReason::RsaExponent)),
    (BadKey::ExponentWide, Some(SkipReason::RsaExponent)),
    (BadKey::EvenModulus, Some(SkipReason::RsaModulus)),
    (BadKey::PointOffCurve, Some(SkipReason::InvalidPoint)),
    (BadKey::PointAtInfinity, Some(SkipReason::InvalidPoint)),
    (BadKey::CurveMislabelled, Some(SkipReason::CoordinateLength)),
    (BadKey::CoordinateShort, Some(SkipReason::CoordinateLength)),
    (BadKey::UseEnc, Some(SkipReason::NotForSignatures)),
    (BadKey::UseUnknown, Some(SkipReason::NotForSignatures)),
    (BadKey::KeyOpsEncrypt, Some(SkipReason::KeyOps)),
    (BadKey::KeyOpsTwice, Some(SkipReason::KeyOps)),
    (BadKey::AlgOther, None),
    (BadKey::Oct, Some(SkipReason::SymmetricKey)),
    (BadKey::KtyLowerCase, Some(SkipReason::UnsupportedKeyType)),
    (BadKey::KtyMissing, Some(SkipReason::MissingMember)),
    (BadKey::MemberTwice, Some(SkipReason::DuplicateMember)),
    (BadKey::X25519, Some(SkipReason::UnsupportedCurve)),
    (BadKey::Ed25519Short, Some(SkipReason::CoordinateLength)),
    (BadKey::Private, Some(SkipReason::PrivateMembers)),
];

/// RFC7517-5-b, ATK-30, ATK-31, ATK-33, ATK-34, PC-RES-4
#[tokio::test]
async fn one_odd_key_is_skipped_with_its_reason_and_the_good_one_works() {
    for bad in BadKey::ALL {
        let (_, reason) = CASES.iter().find(|(case, _)| case == bad).expect("every case is in the table");
        let scene = Scene::new();
        let case = bad.case(&scene.issuer);
        scene.keys().json(case.jwks);
        assert_eq!(scene.ask(&scene.token()).await, Ok(()), "{bad:?}");
        let status = scene.status();
        let skipped: Vec<_> = status.skipped.iter().map(|key| (key.kid.as_deref(), key.reason)).collect();
        match reason {
            Some(reason) => assert_eq!((skipped, status.keys), (vec![(Some("bad-key"), *reason)], 1), "{bad:?}"),
            None => assert_eq!((skipped.len(), status.keys), (0, 2), "{bad:?}"),
        }
        let expected = match bad {
            BadKey::Oct => Reason::AlgorithmNotAllowed,
            BadKey::AlgOther => Reason::KeyUnsuitable,
            // Its signature is longer than that of any key that is used, so nobody is asked for the key.
            BadKey::Rsa16384 => Reason::TokenMalformed,
            _ => Reason::KeyUnknown,
        };
        assert_eq!(scene.ask(&case.token).await, Err(expected), "{bad:?}");
        assert_eq!(scene.decide(&scene.token()), Ok(()), "{bad:?}");
    }
    assert_eq!(CASES.len(), BadKey::ALL.len());
}

/// odd keys that come with a refresh change nothing for the good one.
#[tokio::test]
async fn an_odd_key_that_appears_later_is_reported_and_the_good_one_goes_on_working() {
    let scene = Scene::started().await;
    assert_eq!(scene.status().skipped, []);
    scene.keys().json(BadKey::Private.case(&scene.issuer).jwks);
    promptly(scene.auth.refresh()).await;
    assert_eq!(scene.decide(&scene.token()), Ok(()));
    assert_eq!(scene.status().skipped.len(), 1);
    assert!(scene.status().last_error.is_none());
}
