//! What a resource server goes through when one of its issuer's two servers turns hostile, and what must hold.

use std::pin::pin;
use std::time::{Duration, Instant};

use portcullis::{Authenticator, KeyState, Reason};
use tokio::task::JoinSet;

use super::play::{Act, Ends, Play};
use super::site::{Site, Which};
use crate::scene::{ask, assert_unavailable, decide, hours, promptly, seconds};

/// For a server that would keep a client waiting. The others are cut off or turned down at once, on however busy a
/// machine, so for them the timeout is the longest there is.
const HASTY: Duration = Duration::from_millis(300);
const PATIENT: Duration = Duration::from_secs(60);
/// A guard, not a measure: far beyond what a hasty client takes, and less than a patient one would.
const IN_TIME: Duration = Duration::from_secs(20);

/// Octets that one connection may get rid of: the document limit, the head that hyper takes at most, and what the
/// sockets of both sides hold, which the system decides.
const MOST_OCTETS: usize = 256 * 1024 + 512 * 1024 + SOCKETS;
const SOCKETS: usize = 3 * 1024 * 1024;

/// Requests that come all at once to a server without keys.
const CROWD: usize = 32;

/// Over TLS or without, each of them done to either document.
pub(crate) async fn withstand_each(tls: bool, plays: impl Fn() -> Vec<Play>) {
    let on = |which| plays().into_iter().map(move |play| (which, play));
    withstand_all(tls, on(Which::Metadata).chain(on(Which::Keys)).collect()).await;
}

/// All of them at the same time.
pub(crate) async fn withstand_all(tls: bool, plays: Vec<(Which, Play)>) {
    let count = plays.len();
    let mut ordeals: JoinSet<_> = plays.into_iter().map(|(which, play)| withstand(tls, which, play)).collect();
    let (mut slowest, mut most_octets) = ((Duration::ZERO, String::new()), (0, String::new()));
    while let Some(ended) = ordeals.join_next().await {
        // With the message of the play that failed.
        let (answered_in, octets, name) = ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        slowest = slowest.max((answered_in, name.clone()));
        most_octets = most_octets.max((octets, name));
    }
    println!("{count} plays; 503 after at most {slowest:?}; most octets sent on a connection: {most_octets:?}");
}

/// What is odd but fair brings keys, to either document.
pub(crate) async fn take_each(plays: impl Fn() -> Vec<Play>) {
    for which in [Which::Metadata, Which::Keys] {
        for play in plays() {
            let site = Site::open(false).await;
            let Act::Converse(steps) = play.act else { unreachable!("{} is nobody", play.name) };
            let steps = steps(&site.good(which));
            site.endpoint(which).play(move || steps.clone());
            let auth = site.resource_server().build().unwrap();
            let answer = ask(&auth, &site.issuer.token().sign()).await;
            assert_eq!(answer, Ok(()), "{which:?}: {}: {:?}", play.name, auth.status()[0].last_error);
        }
    }
}

async fn withstand(tls: bool, which: Which, play: Play) -> (Duration, usize, String) {
    let name = format!("{which:?}: {}", play.name);
    let timeout = if play.ends.contains(&Ends::Timeout) { HASTY } else { PATIENT };
    let site = Site::open(tls).await;
    let builder = || site.resource_server().fetch_timeout(timeout);
    let warm = builder().clock(site.clock.clone()).stale_keys_for(portcullis::defaults::MAX_STALE_KEYS_FOR);
    let warm = warm.build().unwrap();
    warm_up(&warm).await;
    let known = site.issuer.token().expires_in(hours(1000)).sign();
    assert_eq!(decide(&warm, &known), Ok(()), "{name}");

    site.issuer.rotate();
    match &play.act {
        Act::Converse(steps) => {
            let steps = steps(&site.good(which));
            site.endpoint(which).play(move || steps.clone());
        }
        Act::Vanish => site.endpoint(which).vanish().await,
    }
    // Dated before the clock is moved.
    let (cold, fresh) = (builder().build().unwrap(), site.issuer.token().sign());
    // The other one tries again by itself, and would be counted here.
    with_keys(&warm, &site, which, &play, &known, &name).await;
    let answered_in = without_keys(&cold, &site, which, &play, &fresh, &name).await;

    if let Act::Vanish = play.act {
        site.endpoint(which).listen().await;
    }
    site.turn_good(which);
    promptly(cold.require_keys_within(seconds(9))).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(ask(&cold, &fresh).await, Ok(()), "{name}");
    promptly(async {
        while ask(&warm, &site.issuer.token().sign()).await.is_err() {
            site.clock.advance(portcullis::defaults::MAX_BACKOFF);
        }
    })
    .await;
    assert_eq!(decide(&warm, &known), Ok(()), "{name}");

    drop((warm, cold));
    site.endpoint(which).deserted().await;
    let octets = site.endpoint(which).traffic().most_sent;
    assert!(octets < MOST_OCTETS, "{name}: {octets} octets");
    assert_eq!(site.elsewhere.traffic().accepted, 0, "{name}");
    (answered_in, octets, name)
}

/// However busy the machine is.
async fn warm_up(auth: &Authenticator) {
    promptly(async {
        while !auth.is_ready() {
            auth.refresh().await;
        }
    })
    .await;
}

/// A crowd of requests is answered in time, with 503 and never 401, for one attempt to get keys.
async fn without_keys(
    auth: &Authenticator,
    site: &Site,
    which: Which,
    play: &Play,
    token: &str,
    name: &str,
) -> Duration {
    let before = site.endpoint(which).traffic().accepted;
    let began = Instant::now();
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        crowd.spawn(auth.verify(token));
    }
    while let Some(answer) = promptly(crowd.join_next()).await {
        let error = answer.unwrap().expect_err(name);
        assert_eq!(error.reason(), Reason::KeysUnavailable, "{name}");
        assert_unavailable(&auth.refuse(&error));
    }
    let answered_in = began.elapsed();
    assert!(answered_in < IN_TIME, "{name}: {answered_in:?}");
    // A request may have given up before the attempt has.
    promptly(async {
        while auth.status()[0].last_error.is_none() {
            auth.refresh().await;
        }
    })
    .await;
    // In this order: one more attempt may have begun meanwhile.
    let connections = site.endpoint(which).traffic().accepted - before;
    let status = auth.status().remove(0);
    assert_ends(&status.last_error, play, name);
    assert_eq!(status.state, KeyState::Waiting, "{name}");
    let attempts = status.consecutive_failures as usize + 1;
    assert!(connections <= attempts * forms(which), "{name}: {connections} connections, {attempts} attempts");
    // Each is followed by a pause of at least a tenth of a second.
    assert!(attempts as u128 <= 3 + began.elapsed().as_millis() / 100, "{name}: {attempts} attempts");
    answered_in
}

/// Who can be decided by the keys that are there waits for nothing; who cannot is told 503, once the attempt has
/// ended and while there is a pause at once.
async fn with_keys(auth: &Authenticator, site: &Site, which: Which, play: &Play, known: &str, name: &str) {
    let endpoint = site.endpoint(which);
    // So long that the metadata is read again.
    site.clock.advance(hours(25));
    let before = endpoint.traffic().accepted;
    let unknown = site.issuer.token().sign();
    let mut attempt = pin!(auth.refresh());
    let is_under_way = tokio::select! {
        biased;
        () = endpoint.accepted(before + 1) => true,
        () = &mut attempt => false,
    };
    assert_eq!(decide(auth, known), Ok(()), "{name}: in the middle of it");
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        crowd.spawn(auth.verify(&unknown));
    }
    if is_under_way {
        promptly(attempt).await;
    }
    while let Some(answer) = promptly(crowd.join_next()).await {
        let error = answer.unwrap().expect_err(name);
        assert_eq!(error.reason(), Reason::KeysUnavailable, "{name}");
        assert_unavailable(&auth.refuse(&error));
    }
    let status = auth.status().remove(0);
    assert_ends(&status.last_error, play, name);
    assert_eq!((status.state, status.keys, status.consecutive_failures), (KeyState::Stale, 1, 1), "{name}");
    for _ in 0..CROWD {
        assert_eq!(decide(auth, known), Ok(()), "{name}: afterwards");
        assert_eq!(decide(auth, &unknown), Err(Reason::KeysUnavailable), "{name}: afterwards");
    }
    endpoint.deserted().await;
    let connections = endpoint.traffic().accepted - before;
    assert!(connections <= forms(which), "{name}: {connections} connections for one attempt");
}

fn assert_ends(error: &Option<portcullis::RefreshError>, play: &Play, name: &str) {
    let error = error.as_ref().expect(name);
    assert!(play.ends.contains(&Ends::of(error)), "{name}: {error}");
}

/// An issuer without a path has its metadata under two names, each asked for once in an attempt.
fn forms(which: Which) -> usize {
    match which {
        Which::Metadata => 2,
        Which::Keys => 1,
    }
}
