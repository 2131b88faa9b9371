use std::sync::{Barrier, Weak, mpsc};
use std::thread;

use super::*;
use crate::defaults;
use crate::principal::{TrustedCaller, Verified};

fn cache(capacity: usize) -> TokenCache {
    TokenCache::new(capacity).expect("a backend is compiled in")
}

/// The caller of a token of that text: its subject.
fn caller(token: &str) -> Arc<Caller> {
    let trusted = TrustedCaller::new("https://issuer.test", token).build();
    Arc::clone(trusted.caller().expect("not anonymous"))
}

fn keep(cache: &TokenCache, token: &str) -> Weak<Verified> {
    let caller = caller(token);
    cache.keep(cache.find(token.as_bytes()).0, token.as_bytes(), &caller);
    Arc::downgrade(caller.verified())
}

fn found(cache: &TokenCache, token: &str) -> Option<String> {
    let caller = cache.find(token.as_bytes()).1;
    caller.map(|caller| caller.subject().expect("made with one").to_owned())
}

/// Looks it up, and keeps it if it was not there.
fn present(cache: &TokenCache, token: &str) -> bool {
    match found(cache, token) {
        Some(subject) => {
            assert_eq!(subject, token);
            true
        }
        None => {
            keep(cache, token);
            false
        }
    }
}

#[test]
fn a_token_is_found_once_it_was_kept_and_its_likes_are_not() {
    let cache = cache(100);
    assert_eq!(found(&cache, "a.b.c"), None);
    keep(&cache, "a.b.c");
    for _ in 0..3 {
        assert_eq!(found(&cache, "a.b.c").as_deref(), Some("a.b.c"));
        for like in ["a.b.C", "a.b.", "a.b.c ", "a.b.cc", "A.b.c", ""] {
            assert_eq!(found(&cache, like), None, "{like:?}");
        }
    }
}

#[test]
fn two_tokens_at_one_address_are_told_apart_by_their_tags() {
    let cache = TokenCache { colliding: (true, false), ..cache(100) };
    keep(&cache, "alice");
    for _ in 0..3 {
        assert_eq!((found(&cache, "alice").as_deref(), found(&cache, "bob")), (Some("alice"), None));
    }
    // The later one takes the place, and neither is ever taken for the other.
    keep(&cache, "bob");
    for _ in 0..3 {
        let alice = found(&cache, "alice");
        assert!(alice.is_none_or(|found| found == "alice"));
        assert_eq!(found(&cache, "bob").as_deref(), Some("bob"));
    }
    assert_eq!(found(&cache, "alice"), None);
}

#[test]
fn a_tag_is_of_the_whole_token_and_is_compared_as_a_whole() {
    let cache = TokenCache { colliding: (true, false), ..cache(100) };
    let long = |end: char| format!("{}{end}", "a".repeat(16_000));
    keep(&cache, &long('a'));
    for n in 0..2_000 {
        assert_eq!(found(&cache, &format!("other {n}")), None);
    }
    assert_eq!((found(&cache, &long('b')), found(&cache, &long('a'))), (None, Some(long('a'))));
}

#[test]
fn a_thread_that_knows_a_token_by_itself_uses_it_once_more_when_it_was_let_go() {
    let cache = cache(100);
    keep(&cache, "alice");
    assert!(found(&cache, "alice").is_some());
    cache.shared.remove(cache.address(b"alice"));
    assert_eq!((found(&cache, "alice").as_deref(), found(&cache, "alice")), (Some("alice"), None));
}

#[test]
fn two_tokens_with_one_tag_are_told_apart_by_their_addresses() {
    let cache = TokenCache { colliding: (false, true), ..cache(100) };
    keep(&cache, "alice");
    assert_eq!((found(&cache, "alice").as_deref(), found(&cache, "bob")), (Some("alice"), None));
    keep(&cache, "bob");
    assert_eq!((found(&cache, "alice").as_deref(), found(&cache, "bob").as_deref()), (Some("alice"), Some("bob")));
}

#[test]
fn two_caches_have_nothing_in_common() {
    let (one, other) = (cache(100), cache(100));
    keep(&one, "alice");
    assert_eq!((found(&one, "alice").as_deref(), found(&other, "alice")), (Some("alice"), None));
    assert!(one.address(b"alice") != other.address(b"alice"));
    assert!(one.tag(b"alice") != other.tag(b"alice"));
}

#[test]
fn what_was_forgotten_is_not_found_again() {
    let cache = cache(100);
    keep(&cache, "alice");
    let (address, _) = cache.find(b"alice");
    cache.forget(address);
    assert_eq!(found(&cache, "alice"), None);
}

#[test]
fn a_cache_of_no_tokens_is_none() {
    assert!(TokenCache::new(0).is_none());
    let smallest = cache(1);
    keep(&smallest, "alice");
    keep(&smallest, "bob");
    assert_eq!(smallest.status().tokens, 1);
}

/// Also what threads noted for themselves, whether or not they ever come back.
#[test]
fn a_token_that_was_let_go_is_freed_though_another_thread_had_noted_it() {
    const CAPACITY: usize = 2_000;
    let cache = &cache(CAPACITY);
    let limit = cache.status().capacity * (defaults::TOKENS_LET_GO_PART + 1) / defaults::TOKENS_LET_GO_PART;
    let step = &Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(move || {
            step.wait();
            for n in 0..CAPACITY {
                assert_eq!(found(cache, &format!("old {n}")), Some(format!("old {n}")), "kept by the other thread");
            }
            step.wait();
            // Alive, and idle.
            step.wait();
        });
        let old: Vec<_> = (0..CAPACITY).map(|n| keep(cache, &format!("old {n}"))).collect();
        step.wait();
        step.wait();
        // Each twice, or they would not push out what was used twice.
        let new: Vec<_> = (0..10 * CAPACITY)
            .map(|n| {
                let token = format!("new {n}");
                let kept = keep(cache, &token);
                found(cache, &token);
                kept
            })
            .collect();
        let alive = |kept: &[Weak<Verified>]| kept.iter().filter(|kept| kept.strong_count() > 0).count();
        assert!(alive(&old) < CAPACITY / 2, "{} of the old ones are alive", alive(&old));
        assert!(alive(&old) + alive(&new) <= limit, "{} are alive, {limit} may be", alive(&old) + alive(&new));
        step.wait();
    });
}

/// They expired, or their keys changed, and nothing ever had to be let go for others.
#[test]
fn forgotten_tokens_are_freed_though_an_idle_thread_had_noted_them() {
    const TOKENS: usize = 500;
    let cache = &cache(1_000);
    let step = &Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(move || {
            step.wait();
            (0..TOKENS).for_each(|n| assert!(found(cache, &format!("token {n}")).is_some()));
            step.wait();
            step.wait();
        });
        let kept: Vec<_> = (0..TOKENS).map(|n| keep(cache, &format!("token {n}"))).collect();
        step.wait();
        step.wait();
        (0..TOKENS).for_each(|n| cache.forget(cache.find(format!("token {n}").as_bytes()).0));
        let alive = kept.iter().filter(|kept| kept.strong_count() > 0).count();
        assert!(alive <= cache.status().capacity / defaults::TOKENS_LET_GO_PART, "{alive} are alive");
        step.wait();
    });
}

/// One after another, as often as it takes for all of them to have their turn within that part of the capacity.
#[test]
fn no_request_makes_more_than_one_thread_let_go() {
    const THREADS: usize = 8;
    const TOKENS: usize = 100;
    let cache = &cache(1_000);
    let limit = cache.status().capacity / defaults::TOKENS_LET_GO_PART;
    let token = |thread: usize, n: usize| format!("token {n} of {thread}");
    thread::scope(|scope| {
        // Dropped when this fails, too, and then nobody waits any more.
        let mut idle = Vec::new();
        let mut kept: [Vec<Weak<Verified>>; THREADS] = Default::default();
        for (thread, kept) in kept.iter_mut().enumerate() {
            kept.extend((0..TOKENS).map(|n| keep(cache, &token(thread, n))));
            let (noted, has_noted) = mpsc::channel::<()>();
            let (stay, stays) = mpsc::channel::<()>();
            scope.spawn(move || {
                (0..TOKENS).for_each(|n| assert!(found(cache, &token(thread, n)).is_some()));
                drop(noted);
                stays.recv().expect_err("nothing is sent");
            });
            idle.push(stay);
            has_noted.recv().expect_err("nothing is sent");
        }
        let alive = |kept: &Vec<Weak<Verified>>| kept.iter().filter(|kept| kept.strong_count() > 0).count();
        let mut before = kept.each_ref().map(alive);
        let all = (0..TOKENS).flat_map(|n| (0..THREADS).map(move |thread| token(thread, n)));
        for (forgotten, token) in (1..).zip(all) {
            cache.forget(cache.address(token.as_bytes()));
            let now = kept.each_ref().map(alive);
            let let_go = before.iter().zip(&now).filter(|(before, now)| before > now).count();
            assert!(let_go <= 1, "{let_go} threads at once");
            let still_there = now.iter().sum::<usize>() + forgotten - THREADS * TOKENS;
            assert!(still_there <= limit, "{still_there} forgotten ones are alive, {limit} may be");
            before = now;
        }
    });
}

/// Though they are good, and remembered in the shared table.
#[test]
fn tokens_are_not_kept_alive_by_a_thread_that_has_ended() {
    const TOKENS: usize = 100;
    let cache = &cache(1_000);
    let kept: Vec<_> = (0..TOKENS).map(|n| keep(cache, &format!("token {n}"))).collect();
    let note = || (0..TOKENS).for_each(|n| assert!(found(cache, &format!("token {n}")).is_some()));
    // A scope alone does not wait until it has dropped all that it had for itself.
    thread::scope(|scope| scope.spawn(note).join().unwrap());
    let held = |by: usize| kept.iter().filter(|kept| kept.strong_count() == by).count();
    assert_eq!(held(2), TOKENS);
    for n in 0..=cache.status().capacity / defaults::TOKENS_LET_GO_PART {
        let token = format!("other {n}");
        keep(cache, &token);
        cache.forget(cache.address(token.as_bytes()));
    }
    assert_eq!(held(1), TOKENS);
    note();
}

#[test]
fn a_flood_of_tokens_that_are_used_once_does_not_push_out_a_thousand_regulars() {
    const ROUNDS: usize = 40;
    let cache = cache(defaults::CACHED_TOKENS);
    let regulars: Vec<String> = (0..1_000).map(|n| format!("regular {n}")).collect();
    let (mut hits, mut single_use) = (0, 0);
    // From the very start, and ten for each request of a regular; more in all than the cache holds forty times over.
    for round in 0..ROUNDS {
        for regular in &regulars {
            hits += usize::from(round > 0 && present(&cache, regular));
            for _ in 0..10 {
                assert!(!present(&cache, &format!("single use {single_use}")));
                single_use += 1;
            }
        }
        if round == 0 {
            regulars.iter().for_each(|regular| assert!(!present(&cache, regular)));
        }
    }
    let asked = (ROUNDS - 1) * regulars.len();
    assert!(hits * 100 > asked * 95, "{hits} hits of {asked}");
    assert!(cache.status().tokens <= cache.status().capacity);
    assert!(cache.status().evictions >= 380_000);
}

/// With a token go the claims that the application made of it, and what they do then is theirs: also to ask again.
#[test]
fn claims_that_call_back_when_they_are_dropped_find_nothing_locked() {
    static CACHE: std::sync::OnceLock<TokenCache> = std::sync::OnceLock::new();
    static DROPPED: AtomicU64 = AtomicU64::new(0);
    static UNLOCKED: AtomicU64 = AtomicU64::new(0);

    struct CallsBack;

    impl<'de> serde::Deserialize<'de> for CallsBack {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
        }
    }

    impl Drop for CallsBack {
        fn drop(&mut self) {
            let cache = CACHE.get().expect("made below");
            let (_, found) = cache.find(b"asked while another is dropped");
            // A panic in here would be one of whoever drops it.
            if found.is_none() && cache.fronts.here().is_some() && cache.status().capacity > 0 {
                UNLOCKED.fetch_add(1, Ordering::Relaxed);
            }
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }

    let cache = CACHE.get_or_init(|| self::cache(32));
    let decoded = |token: &str| {
        let caller = caller(token);
        caller.decode::<CallsBack>().expect("whatever they are");
        cache.keep(cache.find(token.as_bytes()).0, token.as_bytes(), &caller);
    };
    for n in 0..200 {
        let token = format!("token {n}");
        // In its own place, noted by this thread, forgotten, let go for others and swept out.
        decoded(&token);
        cache.find(token.as_bytes());
        decoded(&token);
        cache.find(token.as_bytes());
        if n % 3 == 0 {
            // Nobody else has a handle then, so the table's is the last.
            cache.forget(cache.address(token.as_bytes()));
        }
    }
    assert!(DROPPED.load(Ordering::Relaxed) > 100, "{}", DROPPED.load(Ordering::Relaxed));
    assert_eq!(UNLOCKED.load(Ordering::Relaxed), DROPPED.load(Ordering::Relaxed));
}

#[test]
fn the_status_counts_hits_and_misses_of_all_threads() {
    let cache = &cache(100);
    thread::scope(|scope| {
        for name in ["a", "b"] {
            scope.spawn(move || (0..10).for_each(|n| assert_eq!(present(cache, name), n > 0)));
        }
    });
    let status = cache.status();
    assert_eq!((status.tokens, status.capacity, status.hits, status.misses, status.evictions), (2, 100, 18, 2, 0));
}

/// In a full table, too, before it is known to be used again: a quarter of the table is for those that come.
#[test]
fn a_new_token_is_found_again_after_a_thousand_others_that_are_used_once() {
    let cache = cache(defaults::CACHED_TOKENS);
    let mut others = (0..).map(|n| format!("single use {n}"));
    others.by_ref().take(20_000).for_each(|other| assert!(!present(&cache, &other)));
    for n in 0..20 {
        let token = format!("new {n}");
        assert!(!present(&cache, &token));
        others.by_ref().take(1_000).for_each(|other| assert!(!present(&cache, &other)));
        assert!(present(&cache, &token));
    }
}

/// Each is used a second time before others come, and so looks at first like one that is used again and again.
#[test]
fn a_flood_of_tokens_that_are_used_twice_does_not_push_out_a_thousand_regulars() {
    for others_per_request in [1, 4, 10] {
        let cache = cache(defaults::CACHED_TOKENS);
        let regulars: Vec<String> = (0..1_000).map(|n| format!("regular {n}")).collect();
        for regular in regulars.iter().cycle().take(4 * regulars.len()) {
            present(&cache, regular);
        }
        let (mut hits, mut others) = (0, 0);
        let asked = 8 * regulars.len();
        for regular in regulars.iter().cycle().take(asked) {
            hits += usize::from(present(&cache, regular));
            for _ in 0..others_per_request {
                let other = format!("other {others}");
                assert_eq!([present(&cache, &other), present(&cache, &other)], [false, true]);
                others += 1;
            }
        }
        assert!(hits * 100 > asked * 95, "{hits} hits of {asked} beside {others_per_request} others for each");
    }
}

/// Those that are used most are spared, but nobody is when all are.
#[test]
fn there_are_never_more_tokens_than_there_may_be_though_all_are_used_all_the_time() {
    for capacity in [1, 2, 3, 4, 7, 32, 500, 3_000] {
        let cache = cache(capacity);
        let mut held: Vec<String> = Vec::new();
        for n in 0..(3 * capacity).min(2_000) + 40 {
            let token = format!("token {n}");
            present(&cache, &token);
            held.push(token);
            let first = held.len().saturating_sub(capacity.min(100));
            held[first..].iter().for_each(|token| (0..9).for_each(|_| drop(found(&cache, token))));
            let status = cache.status();
            assert!(status.tokens <= status.capacity, "{status:?} of {capacity}");
        }
        assert!(cache.status().evictions > 0 || capacity == 3_000);
    }
}

/// It was verified once more, for there are new keys, or by two requests at once. Nobody else had to go.
#[test]
fn a_token_that_takes_its_own_place_is_no_eviction() {
    let cache = cache(100);
    let first = keep(&cache, "alice");
    assert!(found(&cache, "alice").is_some());
    for _ in 0..50 {
        keep(&cache, "alice");
    }
    let status = cache.status();
    assert_eq!((status.tokens, status.misses, status.evictions), (1, 51, 0));
    // And yet the one before is not kept alive.
    assert_eq!(first.strong_count(), 0);
}

/// Before or after what the cache keeps for the thread is dropped, and whether or not the thread had used it.
#[test]
fn a_token_is_looked_up_while_a_thread_drops_its_thread_local_values() {
    static FOUND: AtomicU64 = AtomicU64::new(0);

    struct LooksUp(Arc<TokenCache>);

    impl Drop for LooksUp {
        fn drop(&mut self) {
            // A panic in here would end the process.
            let other = TokenCache::new(100).expect("a backend is compiled in");
            keep(&other, "alice");
            let found = [&*self.0, &other].map(|cache| found(cache, "alice").as_deref() == Some("alice"));
            FOUND.fetch_add(u64::from(found == [true, true]), Ordering::Relaxed);
        }
    }

    thread_local! {
        static EARLY: std::cell::RefCell<Option<LooksUp>> = const { std::cell::RefCell::new(None) };
        static LATE: std::cell::RefCell<Option<LooksUp>> = const { std::cell::RefCell::new(None) };
    }

    let cache = Arc::new(cache(100));
    keep(&cache, "alice");
    for is_used in [true, false] {
        let cache = Arc::clone(&cache);
        let ended = thread::spawn(move || {
            EARLY.with(|early| *early.borrow_mut() = Some(LooksUp(Arc::clone(&cache))));
            if is_used {
                assert!(found(&cache, "alice").is_some());
            }
            LATE.with(|late| *late.borrow_mut() = Some(LooksUp(cache)));
        });
        ended.join().expect("the thread ends in peace");
    }
    assert_eq!(FOUND.load(Ordering::Relaxed), 4);
}
