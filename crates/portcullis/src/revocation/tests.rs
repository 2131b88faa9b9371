use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::*;
use crate::principal::TrustedCaller;

pub(super) const ISSUER: &str = "https://issuer.test/";
pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// Wall clock and monotonic clock, each where it was put.
#[derive(Debug, Clone)]
pub(super) struct Hands(Arc<Mutex<(SystemTime, Duration)>>);

impl Hands {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new((noon(), HOUR))))
    }

    pub(super) fn advance(&self, by: Duration) {
        let mut hands = self.0.lock().unwrap();
        hands.0 += by;
        hands.1 += by;
    }

    fn set_wall(&self, wall: SystemTime) {
        self.0.lock().unwrap().0 = wall;
    }
}

impl Clock for Hands {
    fn now(&self) -> SystemTime {
        self.0.lock().unwrap().0
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().1
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(pending())
    }
}

/// A token of that id, and nothing else.
pub(super) fn token(jti: &str) -> Names<'_> {
    Names { issuer: ISSUER, jti: Some(jti), ..Names::default() }
}

pub(super) fn noon() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

/// A list at noon, and its clock.
fn list() -> (Revocations, Hands) {
    let hands = Hands::new();
    (Revocations::with_clock(hands.clone()), hands)
}

/// By which claim a token of that issuer with these claims is refused.
fn refused_at(revocations: &Revocations, issuer: &str, claims: &[(&str, Value)]) -> Option<String> {
    let subject = claims.iter().find(|(name, _)| *name == "sub").and_then(|(_, value)| value.as_str());
    let caller = TrustedCaller::new(issuer, subject.unwrap_or("somebody"));
    let caller = claims.iter().fold(caller, |caller, (name, value)| caller.claim(*name, value.clone())).build();
    let error = revocations.check(caller.caller().unwrap()).err()?;
    Some(format!("{error}"))
}

fn refused(revocations: &Revocations, claims: &[(&str, Value)]) -> Option<String> {
    refused_at(revocations, ISSUER, claims)
}

fn by(claim: &str) -> Option<String> {
    Some(format!("token_revoked: {claim}"))
}

#[test]
fn a_token_is_revoked_by_its_id_within_its_issuer_and_octet_for_octet() {
    let (revocations, _) = list();
    assert_eq!(refused(&revocations, &[("jti", "one".into())]), None);
    revocations.revoke_token(ISSUER, "one", noon() + HOUR);
    assert_eq!(refused(&revocations, &[("jti", "one".into())]), by("jti"));
    assert_eq!(refused(&revocations, &[("jti", "one".into()), ("iat", 4_000_000_000_u64.into())]), by("jti"));
    for other in ["two", "One", "one ", "on", ""] {
        assert_eq!(refused(&revocations, &[("jti", other.into())]), None, "{other:?}");
    }
    assert_eq!(refused(&revocations, &[]), None, "no jti");
    for other in ["https://issuer.test", "https://other.test/", ""] {
        assert_eq!(refused_at(&revocations, other, &[("jti", "one".into())]), None, "{other:?}");
    }
    // A name is of one kind: an id that is called like somebody else's session or subject is another thing.
    assert_eq!(refused(&revocations, &[("sid", "one".into()), ("sub", "one".into())]), None);
}

#[test]
fn a_subject_is_revoked_for_tokens_before_a_time_and_for_those_without_one() {
    let (revocations, _) = list();
    let at = |seconds: f64| [("sub", Value::from("alice")), ("iat", seconds.into())];
    assert_eq!(refused(&revocations, &at(1_799_999_999.0)), None);
    revocations.revoke_subject(ISSUER, "alice", noon(), noon() + HOUR);
    assert_eq!(refused(&revocations, &at(1_799_999_999.0)), by("sub"));
    assert_eq!(refused(&revocations, &at(1_799_999_999.999)), by("sub"));
    assert_eq!(refused(&revocations, &at(1_800_000_000.0)), None);
    assert_eq!(refused(&revocations, &[("sub", "alice".into())]), by("sub"), "no iat");
    assert_eq!(refused(&revocations, &[("sub", "bob".into())]), None);
    // A date in whole milliseconds is never taken for a later one than was said.
    revocations.revoke_subject(ISSUER, "alice", noon() + Duration::from_micros(1), noon() + HOUR);
    assert_eq!(refused(&revocations, &at(1_800_000_000.0)), by("sub"));
    assert_eq!(refused(&revocations, &at(1_800_000_000.5)), None);
}

/// PC-REV-1
#[test]
fn a_client_is_revoked_for_tokens_before_a_time_whoever_they_are_about() {
    let (revocations, _) = list();
    let at = |name: &'static str, seconds: u64| [(name, Value::from("app")), ("iat", seconds.into())];
    revocations.revoke_client(ISSUER, "app", noon(), noon() + HOUR);
    for name in ["client_id", "azp", "cid", "appid"] {
        assert_eq!(refused(&revocations, &at(name, 1_799_999_999)), by("client_id"), "{name}");
        assert_eq!(refused(&revocations, &at(name, 1_800_000_000)), None, "{name}");
    }
    assert_eq!(refused(&revocations, &[("client_id", "app".into())]), by("client_id"), "no iat");
    assert_eq!(refused(&revocations, &[("client_id", "App".into())]), None);
    // A client and a subject that are called alike are two.
    assert_eq!(refused(&revocations, &[("sub", "app".into()), ("jti", "app".into())]), None);
    assert_eq!(refused_at(&revocations, "https://other.test/", &[("client_id", "app".into())]), None);
}

/// PC-REV-1
#[test]
fn a_key_is_revoked_by_its_id_within_its_environment() {
    let (revocations, _) = list();
    revocations.revoke_key("prod", "k1", noon() + HOUR);
    let key = |issuer, id: &str| refused_at(&revocations, issuer, &[("jti", id.into())]);
    assert_eq!(key("api-key:prod", "k1"), by("key"));
    assert_eq!(key("api-key:prod", "k2"), None);
    assert_eq!(key("api-key:test", "k1"), None);
    assert_eq!(key("prod", "k1"), None);
    assert_eq!(key(ISSUER, "k1"), None);
}

#[test]
fn a_session_is_revoked_with_all_its_tokens() {
    let (revocations, _) = list();
    revocations.revoke_session(ISSUER, "s1", noon() + HOUR);
    assert_eq!(refused(&revocations, &[("sid", "s1".into()), ("sub", "alice".into())]), by("sid"));
    assert_eq!(refused(&revocations, &[("sid", "s1".into()), ("jti", "any".into())]), by("sid"));
    assert_eq!(refused(&revocations, &[("sid", "s2".into()), ("sub", "alice".into())]), None);
    assert_eq!(refused(&revocations, &[("sub", "alice".into())]), None, "no sid");
}

/// The issuer signed it, so nobody evades a revocation by it, but nobody could revoke it either.
#[test]
fn a_session_that_is_no_string_is_refused_since_it_could_not_be_revoked() {
    let (revocations, _) = list();
    for odd in ["7", "null", "true", "{}", "[\"s1\"]"] {
        let odd: Value = serde_json::from_str(odd).unwrap();
        assert_eq!(refused(&revocations, &[("sid", odd)]).as_deref(), Some("claim_malformed: sid"));
    }
    assert_eq!(refused(&revocations, &[("sid", "7".into())]), None);
}

#[test]
fn revoking_again_never_lets_anything_back_in() {
    let (revocations, hands) = list();
    let old = [("sub", Value::from("alice")), ("iat", Value::from(1_799_999_000_u64))];
    revocations.revoke_subject(ISSUER, "alice", noon(), noon() + 2 * HOUR);
    revocations.revoke_subject(ISSUER, "alice", noon() - HOUR, noon() + HOUR);
    assert_eq!(revocations.len(), 1);
    hands.advance(HOUR + 2 * crate::defaults::MAX_LEEWAY);
    churn(&revocations, 100, noon() + 9 * HOUR);
    assert_eq!(refused(&revocations, &old), by("sub"));
}

/// Changes that have nothing to do with what a test looks at, each time the same.
fn churn(revocations: &Revocations, changes: usize, until: SystemTime) {
    for _ in 0..changes {
        revocations.revoke_token("https://churn.test/", "churn", until);
    }
}

/// PC-REV-2
#[test]
fn an_entry_is_kept_for_the_largest_leeway_and_dropped_after_it() {
    let (revocations, hands) = list();
    revocations.revoke_token(ISSUER, "short", noon() + HOUR);
    revocations.revoke_token(ISSUER, "long", noon() + 2 * HOUR);
    revocations.revoke_session(ISSUER, "short", noon() + HOUR);
    revocations.revoke_subject(ISSUER, "short", noon() + HOUR, noon() + HOUR);
    let tokens = [("jti", "short"), ("sid", "short"), ("sub", "short"), ("jti", "long")];
    let held = || tokens.map(|(claim, name)| refused(&revocations, &[(claim, name.into())]).is_some());
    hands.advance(HOUR + crate::defaults::MAX_LEEWAY - Duration::from_millis(1));
    churn(&revocations, 100, noon() + 9 * HOUR);
    assert_eq!((revocations.len(), held()), (5, [true; 4]));
    hands.advance(Duration::from_millis(1));
    churn(&revocations, 100, noon() + 9 * HOUR);
    assert_eq!((revocations.len(), held()), (2, [false, false, false, true]));
}

/// PC-REV-2: however many there have been, what is held is what has not ended, and the memory of the rest comes back.
#[test]
fn memory_is_bounded_by_what_has_not_ended() {
    let (revocations, hands) = list();
    let capacity = || RevocationKind::ALL.map(|kind| revocations.list(kind).capacity()).iter().sum::<usize>();
    // Tokens of ten minutes, one each nine milliseconds, for 27 minutes; one in 500 is good for days.
    let mut most = 0;
    for n in 0..180_000 {
        hands.advance(Duration::from_millis(9));
        let life = if n % 500 == 0 { 100 * HOUR } else { HOUR / 6 };
        revocations.revoke_token(&format!("https://{}.test/", n % 7), &n.to_string(), hands.now() + life);
        most = most.max(revocations.len());
    }
    // Ten minutes and the leeway are 100,000 tokens; an eighth of the list waits for its turn.
    assert!((100_000..100_000 * 8 / 7).contains(&most), "{most}");
    let full = capacity();
    assert!((most..5 * most).contains(&full), "{full} for {most}");

    hands.advance(HOUR);
    churn(&revocations, most / 8 + 64, hands.now() + HOUR);
    assert_eq!(revocations.len(), 1 + 180_000 / 500);
    assert!(capacity() < 8 * revocations.len(), "{}", capacity());
}

/// A clock that jumps ahead and is set back, or that was wrong when a token was revoked, brings no token back.
#[test]
fn nothing_is_dropped_because_the_wall_clock_was_set() {
    let (revocations, hands) = list();
    let refused = || refused(&revocations, &[("jti", "one".into())]);
    revocations.revoke_token(ISSUER, "one", noon() + HOUR);
    for wall in [noon() + 1000 * HOUR, noon() - 1000 * HOUR] {
        hands.set_wall(wall);
        churn(&revocations, 100, noon() + HOUR);
        assert_eq!(refused(), by("jti"));
    }
    // Set back for good: by the monotonic clock it is over, but the token still has its hour, and the leeway.
    hands.advance(5 * HOUR);
    let end = HOUR + crate::defaults::MAX_LEEWAY;
    for (wall, expected) in [(end - Duration::from_millis(1), by("jti")), (end, None)] {
        hands.set_wall(noon() + wall);
        churn(&revocations, 100, noon() + 9 * HOUR);
        assert_eq!(refused(), expected);
    }
    // Ahead for good: it ends when its hour and the leeway have gone by.
    revocations.revoke_token(ISSUER, "one", hands.now() + HOUR);
    hands.advance(end - Duration::from_millis(1));
    hands.set_wall(noon() + 1000 * HOUR);
    for (more, expected) in [(Duration::ZERO, by("jti")), (Duration::from_millis(1), None)] {
        hands.advance(more);
        churn(&revocations, 100, noon() + 2000 * HOUR);
        assert_eq!(refused(), expected);
    }
}

#[test]
fn each_revocation_has_a_number_of_its_own_even_one_that_was_there() {
    let (revocations, hands) = list();
    let mut last = revocations.epoch();
    for _ in 0..2 {
        revocations.revoke_token(ISSUER, "one", noon() + HOUR);
        assert!(revocations.epoch() > last);
        last = revocations.epoch();
    }
    hands.advance(2 * HOUR);
    assert_eq!((refused(&revocations, &[("jti", "two".into())]), revocations.epoch()), (None, last), "looking is none");
}

/// What a cache lives by: an answer that is remembered with the number from before it, while that number holds, is right.
#[test]
fn a_check_sees_all_that_is_in_the_number_read_before_it() {
    const TOKENS: usize = 20_000;
    let (revocations, _) = list();
    let names: Vec<String> = (0..TOKENS).map(|n| n.to_string()).collect();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut seen = 0;
                while seen < TOKENS {
                    seen = usize::try_from(revocations.epoch()).unwrap();
                    // The newest one that was counted.
                    if let Some(name) = names[..seen].last() {
                        assert_eq!(revocations.find(token(name)), Some(RevocationKind::Token), "{seen}");
                    }
                }
            });
        }
        scope.spawn(|| names.iter().for_each(|name| revocations.revoke_token(ISSUER, name, noon() + HOUR)));
    });
    assert_eq!(revocations.len(), TOKENS);
}

/// Several who revoke at once, while what they revoked earlier ends and is dropped.
#[test]
fn what_was_revoked_before_a_check_begins_is_found_whoever_else_is_at_work() {
    const EACH: usize = 10_000;
    let (revocations, hands) = list();
    let done = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let name = |writer: usize, n: usize| format!("{writer}-{n}");
    std::thread::scope(|scope| {
        for (writer, done) in done.iter().enumerate() {
            let (revocations, hands) = (&revocations, &hands);
            scope.spawn(move || {
                for n in 0..EACH {
                    hands.advance(Duration::from_secs(1));
                    revocations.revoke_token("https://churn.test/", &name(writer, n), hands.now());
                    revocations.revoke_token(ISSUER, &name(writer, n), noon() + 1000 * HOUR);
                    done.store(n + 1, Ordering::Release);
                }
            });
        }
        for (writer, done) in done.iter().enumerate() {
            let mut seen = 0;
            while seen < EACH {
                seen = done.load(Ordering::Acquire);
                for n in [seen / 2, seen.saturating_sub(1)].into_iter().filter(|n| *n < seen) {
                    assert_eq!(revocations.find(token(&name(writer, n))), Some(RevocationKind::Token));
                }
            }
        }
    });
    assert!((2 * EACH..4 * EACH).contains(&revocations.len()), "the short ones were dropped meanwhile");
}

#[test]
fn what_is_shown_of_a_list_is_numbers() {
    let (revocations, _) = list();
    assert!(revocations.is_empty());
    revocations.revoke_token(ISSUER, "one", noon() + HOUR);
    revocations.revoke_subject(ISSUER, "alice", noon(), noon() + HOUR);
    revocations.clone().revoke_subject(ISSUER, "bob", noon(), noon() + HOUR);
    assert_eq!(format!("{revocations:?}"), "Revocations { tokens: 1, sessions: 0, subjects: 2, clients: 0, keys: 0 }");
    assert_eq!((revocations.len(), revocations.is_empty()), (3, false));
}

#[cfg(feature = "tracing")]
#[test]
fn a_revocation_is_told_once_and_without_values() {
    let (revocations, _) = list();
    let told = crate::telemetry::recorded::Recorded::start();
    for _ in 0..2 {
        revocations.revoke_token(ISSUER, "one", noon() + HOUR);
        revocations.revoke_session(ISSUER, "s1", noon() + HOUR);
        revocations.revoke_subject(ISSUER, "alice", noon(), noon() + HOUR);
        revocations.revoke_client(ISSUER, "app", noon(), noon() + HOUR);
        revocations.revoke_key("prod", "k1", noon() + HOUR);
    }
    let line = |kind| format!("INFO portcullis::auth tokens revoked: kind={kind}");
    assert_eq!(told.take(""), RevocationKind::ALL.map(|kind| line(kind.as_str())));
}

/// The number of revocations is read first: what comes while a token is looked for is not taken for seen.
#[test]
fn a_token_that_is_revoked_while_it_is_looked_for_is_refused_the_next_time() {
    let (revocations, _) = list();
    let trusted = TrustedCaller::new(ISSUER, "alice").claim("jti", "one").build();
    let caller = trusted.caller().unwrap();
    assert!(revocations.clear(caller).is_ok());
    revocations.revoke_token(ISSUER, "another", noon() + HOUR);
    let meanwhile = revocations.clone();
    let revoke = move || meanwhile.revoke_token(ISSUER, "one", noon() + HOUR);
    *revocations.shared.after_check.lock().unwrap() = Some(Box::new(revoke));
    assert!(revocations.clear(caller).is_ok(), "it was on nobody's list when it was looked for");
    assert!(revocations.shared.after_check.lock().unwrap().is_none());
    assert!(revocations.clear(caller).is_err());
    assert!(revocations.clear(&Caller::new(Arc::clone(caller.verified()))).is_err());
}
