//! Several issuers beside each other.

use std::time::Duration;

use portcullis::{Algorithm, Authenticator, Issuer, KeyState, Reason};
use portcullis_testing::{ManualClock, ScriptedFetch, TestIssuer};

use crate::flood::under_kid;
use crate::scene::{ask, assert_unavailable, decide, pass, promptly, refusal, seconds, settle};

const HERE: &str = "https://api.test/here";
const THERE: &str = "https://api.test/there";

struct Two {
    here: TestIssuer,
    there: TestIssuer,
    fetch: ScriptedFetch,
    clock: ManualClock,
    auth: Authenticator,
}

impl Two {
    /// Equal seeds make equal keys under equal `kid`s.
    fn with_seeds(here: u64, there: u64) -> Self {
        let clock = ManualClock::new();
        let issuer = |url: &str, audience: &str, seed| {
            let builder = TestIssuer::builder().url(url).audience(audience).seed(seed);
            builder.clock(clock.clone()).algorithm(Algorithm::Ed25519).build()
        };
        let here = issuer("https://here.test", HERE, here);
        let there = issuer("https://there.test", THERE, there);
        let fetch = ScriptedFetch::for_issuers([&here, &there]);
        let auth = Authenticator::builder(here.url(), HERE)
            .also_trust(Issuer::new(there.url(), THERE))
            .clock(clock.clone())
            .fetch_with(fetch.clone());
        Self { here, there, fetch, clock, auth: auth.build().unwrap() }
    }

    async fn start(&self) {
        for issuer in [&self.here, &self.there] {
            assert_eq!(ask(&self.auth, &issuer.token().sign()).await, Ok(()));
        }
        assert_eq!(self.fetches(), (1, 1));
    }

    fn fetches(&self) -> (usize, usize) {
        (self.fetch.count(&self.here.jwks_url()), self.fetch.count(&self.there.jwks_url()))
    }

    fn down(&self, issuer: &TestIssuer) {
        for url in issuer.discovery_urls().iter().chain([&issuer.jwks_url()]) {
            self.fetch.at(url).fail();
        }
    }
}

/// PC-CLM-1, ATK-35, RFC8725bis-3.8-a: names alone keep them apart.
#[tokio::test]
async fn with_equal_keys_a_token_counts_only_as_the_issuers_that_it_names() {
    let two = Two::with_seeds(0, 0);
    two.start().await;
    assert_eq!(two.here.jwks(), two.there.jwks());
    for (issuer, other) in [(&two.here, &two.there), (&two.there, &two.here)] {
        let accepted = promptly(two.auth.verify(&issuer.token().sign())).await.unwrap();
        assert_eq!(accepted.caller().unwrap().issuer(), issuer.url());
        // Good for the other, whose rules do not apply to it.
        let crossed = issuer.token().audience(other.audience()).sign();
        assert_eq!(decide(&two.auth, &crossed), Err(Reason::AudienceMismatch));
    }
    // Withdrawn at one, good at the other.
    let kid = two.here.current_kid();
    let (dead, alive) = (two.here.token().sign(), two.there.token().sign());
    two.here.rotate_without_overlap();
    promptly(two.auth.refresh()).await;
    assert_ne!(two.here.current_kid(), kid);
    assert_eq!(ask(&two.auth, &dead).await, Err(Reason::KeyUnknown));
    assert_eq!(decide(&two.auth, &alive), Ok(()));
}

/// PC-CLM-1, ATK-35, RFC8725bis-3.8-a
#[tokio::test]
async fn a_token_of_one_signed_with_the_key_of_the_other_is_refused_whatever_its_kid() {
    let two = Two::with_seeds(0, 1);
    // The same name for two keys.
    let kid = two.here.current_kid();
    two.fetch.at(&two.there.jwks_url()).json(two.there.jwks().replace(&two.there.current_kid(), &kid));
    let good = two.there.token().kid(&kid);
    assert_eq!(ask(&two.auth, &two.here.token().sign()).await, Ok(()));
    assert_eq!(ask(&two.auth, &good.sign()).await, Ok(()));
    let forged = two.there.token().kid(&kid).signed_by(&two.here.current_key()).sign();
    assert_eq!(decide(&two.auth, &forged), Err(Reason::SignatureInvalid));
    let forged = two.here.token().signed_by(&two.there.current_key()).sign();
    assert_eq!(decide(&two.auth, &forged), Err(Reason::SignatureInvalid));
    // A name that only the other one knows.
    let foreign = two.here.token().kid(&two.there.current_kid()).signed_by(&two.there.current_key()).sign();
    assert_eq!(ask(&two.auth, &foreign).await, Err(Reason::KeyUnknown));
}

/// PC-JWKS-3
#[tokio::test]
async fn while_one_is_down_from_the_start_the_other_is_served_without_waiting() {
    let two = Two::with_seeds(0, 1);
    two.down(&two.here);
    assert_eq!(ask(&two.auth, &two.there.token().sign()).await, Ok(()));
    for _ in 0..120 {
        assert_unavailable(&refusal(&two.auth, &two.here.token().sign()).await);
        assert_eq!(decide(&two.auth, &two.there.token().sign()), Ok(()));
        pass(&two.clock, seconds(1)).await;
    }
    let states: Vec<_> = two.auth.status().iter().map(|status| status.state).collect();
    assert_eq!(states, [KeyState::Waiting, KeyState::Fresh]);
    assert!(!two.auth.is_ready());
}

/// PC-JWKS-3
#[tokio::test]
async fn while_the_fetch_of_one_hangs_the_other_is_fetched_and_served() {
    let two = Two::with_seeds(0, 1);
    for url in two.here.discovery_urls() {
        two.fetch.at(&url).hang();
    }
    let hanging = two.auth.verify(&two.here.token().sign());
    settle().await;
    assert_eq!(ask(&two.auth, &two.there.token().sign()).await, Ok(()));
    for url in two.here.discovery_urls() {
        two.fetch.at(&url).release();
    }
    assert!(promptly(hanging).await.is_ok());
}

/// PC-JWKS-1
#[tokio::test]
async fn a_flood_at_one_does_not_spend_the_budget_of_the_other() {
    let two = Two::with_seeds(0, 1);
    two.start().await;
    let known = two.here.token().sign();
    for invented in 0..1000 {
        let _ = ask(&two.auth, &under_kid(&known, &format!("invented-{invented}"))).await;
    }
    assert_eq!(two.fetches(), (2, 1));
    two.there.rotate();
    assert_eq!(ask(&two.auth, &two.there.token().sign()).await, Ok(()), "on its first token");
    assert_eq!(two.fetches(), (2, 2));
}

/// PC-CLM-1, ATK-64
#[tokio::test]
async fn tokens_of_unknown_issuers_cause_no_fetch_and_leave_nothing_behind() {
    let two = Two::with_seeds(0, 1);
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = (format!("{:?}", two.auth), alive());
    let flood = async || {
        for invented in 0..2000 {
            let token = two.here.token().issuer(&format!("https://{invented}.invented.test")).sign();
            assert_eq!(decide(&two.auth, &token), Err(Reason::IssuerUnknown));
        }
        settle().await;
    };
    flood().await;
    assert_eq!(two.fetch.journal().total(), 0);
    assert_eq!((format!("{:?}", two.auth), alive()), before, "not even the keepers were started");
    assert_eq!(two.auth.status().len(), 2);
    two.start().await;
    flood().await;
    assert_eq!((two.fetches(), two.clock.sleepers()), ((1, 1), 2));
    for near in ["https://here.test/", "https://HERE.test", "https://here.test:443", " https://here.test", ""] {
        let token = two.here.token().issuer(near).sign();
        assert_eq!(decide(&two.auth, &token), Err(Reason::IssuerUnknown), "{near:?}");
    }
    assert_eq!(two.auth.status()[0].age, Some(Duration::ZERO));
}
