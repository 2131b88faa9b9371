//! What events and metrics say, and what they must not. `tests/adapters/secrets` searches everything that a process
//! says for anything of a credential; here is what one refusal, one refresh, one flood of names says.

use std::cell::RefCell;
use std::fmt::{Debug, Write};
use std::sync::Once;

use metrics_util::debugging::DebuggingRecorder;
use portcullis::requirement;
use portcullis_testing::{BadKey, Defect, ScriptedFetch, TestIssuer, TokenBuilder};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::api::{Api, bad_tokens, fetching, issuer};

requirement! { Read = all("invoices:read") }

thread_local! {
    static EVENTS: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Writes down the events of the threads that ask for it, every level and every field.
struct Record;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a string takes everything");
    }
}

impl<S: tracing::Subscriber> Layer<S> for Record {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut line = Line(format!("{} {}", event.metadata().level(), event.metadata().target()));
        event.record(&mut line);
        EVENTS.with_borrow_mut(|events| events.iter_mut().for_each(|events| events.push(line.0.clone())));
    }
}

/// One subscriber for the whole process: several in turn would race for the callsites.
fn record_events() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::registry().with(Record);
        tracing::subscriber::set_global_default(subscriber).expect("the only one");
    });
    EVENTS.set(Some(Vec::new()));
}

fn recorded_events() -> Vec<String> {
    EVENTS.take().expect("recording")
}

/// A token full of words that can be searched for.
fn marked(issuer: &TestIssuer) -> TokenBuilder {
    let token = issuer.token().subject("marker-subject").client("marker-client").scope("marker:scope");
    token.claim("email", "marker@acme.test").claim("jti", "marker-id").claim("roles", vec!["marker-role"])
}

/// Anything of a token, its key or its claims that is long enough to be recognised.
fn assert_nothing_of(text: &str, token: &str, what: &dyn std::fmt::Display) {
    assert!(!text.contains("marker"), "{what}: {text}");
    for part in token.split('.').filter(|part| part.len() >= 16) {
        for window in [&part[..16], &part[part.len() - 16..]] {
            assert!(!text.contains(window), "{what}: {text}");
        }
    }
}

/// PC-TEL-1, RFC9700-4.9.3-a, RFC8725bis-3.10-b, ATK-55, ATK-26
#[test]
fn events_hold_nothing_of_a_token() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for defect in Defect::ALL {
        let token = marked(&issuer).defect(*defect).sign();
        record_events();
        let error = api.outcome(&token).expect_err("a bad token");
        let events = recorded_events();
        let [event] = events.as_slice() else { panic!("{defect}: {events:?}") };
        let (level, reason) = ("DEBUG portcullis::auth ", format!("reason=\"{}\"", error.reason()));
        assert!(event.starts_with(level) && event.contains(&reason), "{event}");
        assert_nothing_of(event, &token, defect);
        assert!(event.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) && event.len() < 1000, "{defect}: {event}");
    }
    let token = marked(&issuer).sign();
    record_events();
    let who = api.outcome(&token).expect("a good token");
    assert_eq!(recorded_events(), [""; 0], "an accepted request is no event");
    record_events();
    who.require::<Read>().expect_err("too little");
    let events = recorded_events().concat();
    assert!(events.contains("scope_insufficient"), "{events}");
    assert_nothing_of(&events, &token, &"a requirement");
}

/// PC-TEL-1: a `kid` is a caller's own text until it has been looked up.
#[test]
fn a_kid_is_logged_only_when_it_is_short_and_plain() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let of_kid = |kid: &str| {
        record_events();
        let error = api.outcome(&issuer.token().kid(kid).sign()).expect_err("an unknown key");
        (error.kid().map(str::to_owned), recorded_events().concat())
    };
    let (kid, event) = of_kid("some-key");
    assert!(kid.as_deref() == Some("some-key") && event.contains("kid=\"some-key\""), "{event}");
    for kid in ["a\nb", "a\u{1b}[2J", "caf\u{e9}", "\u{202e}x", &"k".repeat(65)] {
        let (shown, event) = of_kid(kid);
        assert!(shown.is_none() && !event.contains("kid="), "{event}");
    }
}

/// RFC9700-4.9.3-a: keys and their refresh, when all goes well and when it does not.
#[tokio::test]
async fn events_about_keys_hold_no_key() {
    record_events();
    for bad in BadKey::ALL {
        let issuer = issuer();
        let network = ScriptedFetch::new(&issuer);
        network.at(&issuer.jwks_url()).json(bad.case(&issuer).jwks);
        let auth = fetching(&issuer, &network).await;
        network.at(&issuer.jwks_url()).json(format!("{{\"marker\":{}", issuer.jwks()));
        auth.refresh().await;
        assert!(auth.status()[0].last_error.is_some());
        let shown = format!("{auth:?} {:?}", auth.status());
        assert!(!shown.contains("marker") && !shown.contains(modulus(&issuer)), "{shown}");
    }
    let events = recorded_events().join("\n");
    assert!(events.contains("key skipped") && events.contains("key refresh failed"), "{events}");
    assert!(!events.contains("marker") && !events.contains(modulus(&issuer())), "{events}");
}

fn modulus(issuer: &TestIssuer) -> &'static str {
    let jwk = issuer.current_key().jwk();
    // Part of one public number, for a test that ends soon.
    String::leak(jwk["n"].as_str().expect("an RSA key")[..24].to_owned())
}

/// PC-TEL-1, ATK-55: labels come from closed lists, whatever is sent.
#[test]
fn metrics_have_a_bounded_number_of_series() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        for number in 0..300 {
            let name = format!("marker-{number}");
            for token in [marked(&issuer).kid(&name), marked(&issuer).issuer(&name), marked(&issuer).subject(&name)] {
                if let Ok(who) = api.outcome(&token.sign()) {
                    who.require::<Read>().expect_err("too little");
                }
            }
        }
        for defect in Defect::ALL {
            api.outcome(&marked(&issuer).defect(*defect).sign()).expect_err("a bad token");
        }
    });
    let series: Vec<String> =
        snapshotter.snapshot().into_vec().into_iter().map(|(key, ..)| key.key().to_string()).collect();
    assert!(series.len() < 40 && series.iter().any(|key| key.contains("reason = signature_invalid")), "{series:#?}");
    assert!(series.iter().all(|key| !key.contains("marker")), "{series:#?}");
}

/// RFC8725bis-3.3-c: a panic is an answer too; no bad token, cut anywhere, makes one.
#[test]
fn no_prefix_of_any_bad_token_panics_or_passes() {
    let issuer = issuer();
    let api = Api::of(&issuer);
    for (defect, token) in bad_tokens() {
        let step = (token.len() / 40).max(1);
        for end in (0..token.len()).step_by(step) {
            assert!(api.auth.verify(&token[..end]).now().expect("keys").is_err(), "{defect} {end}");
            assert!(api.auth.verify(&token[end..]).now().expect("keys").is_err(), "{defect} {end}");
        }
    }
}
