//! Tokens with invented `kid`s, in numbers.

use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::{Algorithm, Authenticating, Reason};
use portcullis_testing::TestKey;

use crate::scene::{Scene, promptly, seconds, settle};

/// A token of that issuer under any `kid`, at the price of encoding a header. The signature is a good one, of another
/// header.
pub(crate) fn under_kid(signed: &str, kid: &str) -> String {
    let (_, rest) = signed.split_once('.').unwrap();
    let header = format!(r#"{{"typ":"at+jwt","alg":"Ed25519","kid":"{kid}"}}"#);
    format!("{}.{rest}", base64_simd::URL_SAFE_NO_PAD.encode_to_string(header))
}

/// Sends `count` tokens with new invented `kid`s at one moment, and good ones in between, which never wait. Returns
/// those that wait.
fn burst(scene: &Scene, known: &str, second: u64, count: u64) -> Vec<Authenticating> {
    let mut waiting = Vec::new();
    for invented in 0..count {
        match scene.auth.verify(&under_kid(known, &format!("invented-{second}-{invented}"))).now() {
            Ok(outcome) => assert_eq!(outcome.expect_err("invented").reason(), Reason::KeyUnknown),
            Err(waits) => waiting.push(waits),
        }
        if invented % 100 == 0 {
            assert_eq!(scene.decide(known), Ok(()));
        }
    }
    waiting
}

/// A flood of that many seconds; returns when the key set was asked for.
async fn flood(scene: &Scene, known: &str, duration: u64, per_second: u64, mut each: impl FnMut(u64)) -> Vec<Duration> {
    let mut asked_at = Vec::new();
    let before = scene.fetches();
    for second in 0..duration {
        let waiting = burst(scene, known, second, per_second);
        assert_eq!(scene.decide(known), Ok(()), "while {} others wait", waiting.len());
        settle().await;
        asked_at.resize(scene.fetches() - before, scene.clock.monotonic());
        for waits in waiting {
            assert_eq!(promptly(waits).await.expect_err("invented").reason(), Reason::KeyUnknown);
        }
        each(second);
        scene.pass(seconds(1)).await;
        asked_at.resize(scene.fetches() - before, scene.clock.monotonic());
    }
    asked_at
}

fn are_apart(times: &[Duration], by: Duration) -> bool {
    times.windows(2).all(|pair| pair[1] - pair[0] >= by)
}

/// PC-JWKS-1, ATK-63
#[tokio::test]
async fn a_hundred_thousand_invented_kids_cost_one_fetch_in_thirty_seconds_and_known_kids_never_wait() {
    let scene = Scene::started().await;
    let known = scene.token();
    let asked_at = flood(&scene, &known, 250, 400, |_| {}).await;
    assert_eq!(asked_at.len(), 9, "{asked_at:?}");
    assert!(are_apart(&asked_at, seconds(30)), "{asked_at:?}");
}

/// PC-JWKS-1, OIDCC-10.1.1-a: tokens under the new key come once in a second.
#[tokio::test]
async fn a_rotation_in_the_middle_of_a_flood_is_found_within_one_interval() {
    let scene = Scene::started().await;
    let known = scene.token();
    let mut found_at = None;
    let asked_at = flood(&scene, &known, 120, 400, |second| {
        if second == 47 {
            scene.issuer.rotate();
        }
        if second >= 47 && found_at.is_none() {
            // Whether this one waits or not, it is a request that names the new key.
            let decided = scene.auth.verify(&scene.token()).now();
            if matches!(decided, Ok(Ok(_))) {
                found_at = Some(second);
            }
        }
    })
    .await;
    let found_at = found_at.expect("found");
    assert!(found_at - 47 <= 30, "after {} s", found_at - 47);
    // One in thirty seconds, and at most one more, for the key that was really there.
    let without = |at: usize| [&asked_at[..at], &asked_at[at + 1..]].concat();
    let all_apart = are_apart(&asked_at, seconds(30));
    assert!(all_apart || (0..asked_at.len()).any(|at| are_apart(&without(at), seconds(30))), "{asked_at:?}");
    assert_eq!(scene.decide(&scene.token()), Ok(()));
    assert_eq!(scene.decide(&known), Ok(()));
}

/// PC-JWKS-1: a rotation whose tokens are lost among the inventions is found by the fetches that these cause.
#[tokio::test]
async fn a_rotation_that_no_token_shows_is_found_by_the_flood_itself() {
    let scene = Scene::started().await;
    let known = scene.token();
    flood(&scene, &known, 40, 100, |second| {
        if second == 9 {
            scene.issuer.rotate();
        }
    })
    .await;
    assert_eq!(scene.decide(&scene.token()), Ok(()), "without waiting");
}

/// PC-JWKS-1: the same few inventions over and over cost two fetches in an interval, whoever sends them.
#[tokio::test]
async fn invented_kids_that_keep_coming_back_cost_at_most_twice_as_much() {
    let scene = Scene::started().await;
    let known = scene.token();
    let before = scene.fetches();
    for _ in 0..120 {
        for invented in 0..50 {
            assert_eq!(scene.ask(&under_kid(&known, &format!("again-{invented}"))).await, Err(Reason::KeyUnknown));
        }
        scene.pass(seconds(1)).await;
    }
    assert!(scene.fetches() - before <= 8, "{}", scene.fetches() - before);
}

/// RFC9068-4-c, RFC8725bis-3.10-a, PC-CLM-1, ATK-9: what a token cannot be good with costs nothing at all.
#[tokio::test]
async fn tokens_that_bring_their_own_key_or_a_monstrous_kid_cause_no_fetch() {
    let scene = Scene::started().await;
    let jwk = scene.issuer.current_key().jwk();
    for token in [
        scene.issuer.token().kid("invented").header("jku", "https://evil.test/jwks"),
        scene.issuer.token().kid("invented").header("x5u", "https://evil.test/cert"),
        scene.issuer.token().kid("invented").header("jwk", jwk),
        scene.issuer.token().kid(&"k".repeat(513)),
    ] {
        assert_eq!(scene.decide(&token.sign()), Err(Reason::KeyUnknown));
    }
    // Without `kid` a signature that fails is worth a look at newer keys; not that of a token with a key of its own.
    let own = TestKey::foreign(Algorithm::Ed25519);
    let token = scene.issuer.token().without_header("kid").header("jwk", own.jwk()).signed_by(&own);
    assert_eq!(scene.decide(&token.sign()), Err(Reason::SignatureInvalid));
    settle().await;
    assert_eq!(scene.fetches(), 1);
    assert_eq!(scene.ask(&scene.issuer.token().kid(&"k".repeat(512)).sign()).await, Err(Reason::KeyUnknown));
    assert_eq!(scene.fetches(), 2, "the longest kid that is asked for");
}

/// RFC9068-4-c, ATK-9: also where the header is one that a good token had, and so is not read again.
#[tokio::test]
async fn tokens_with_a_known_header_that_brings_a_key_cause_no_fetch() {
    let scene = Scene::started().await;
    let jwk = scene.issuer.current_key().jwk();
    let token = |jti: &str| scene.issuer.token().header("jwk", jwk.clone()).claim("jti", jti).sign();
    let (good, late) = (token("one"), token("two"));
    assert_eq!(scene.decide(&good), Ok(()));
    scene.issuer.rotate_without_overlap();
    scene.auth.refresh().await;
    let before = scene.fetches();
    for token in [&late, &good, &late] {
        assert_eq!(scene.decide(token), Err(Reason::KeyUnknown));
    }
    settle().await;
    assert_eq!(scene.fetches(), before);
}

/// ATK-17, ATK-18: a token that is malformed in its last part is refused before anybody is asked for its key.
#[tokio::test]
async fn a_signature_that_cannot_be_one_causes_no_fetch() {
    let scene = Scene::started().await;
    let token = scene.issuer.token().kid("invented").sign();
    // Padding, the other alphabet, and a length that no octets have.
    for malformed in [format!("{token}=="), format!("{token}++"), format!("{token}AAA")] {
        assert_eq!(scene.decide(&malformed), Err(Reason::TokenMalformed), "{malformed}");
    }
    settle().await;
    assert_eq!(scene.fetches(), 1);
    assert_eq!(scene.ask(&token).await, Err(Reason::KeyUnknown));
    assert_eq!(scene.fetches(), 2, "a signature that could be one is worth the question");
}
