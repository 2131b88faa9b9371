//! What an operator reads.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use portcullis_redis::RedisRevocations;
use portcullis_tests::servers::RedisServer;
use tracing::field::{Field, Visit};
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::instance::{ENTRIES, Hand, Instance, issuer, later, promptly, quick, until};

/// Level and fields of every event of this workspace.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn has(&self, text: &str) -> bool {
        self.0.lock().expect("no panic").iter().any(|line| line.contains(text))
    }
}

impl<S: Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target().starts_with("portcullis") {
            let mut line = Line(event.metadata().level().to_string());
            event.record(&mut line);
            self.0.lock().expect("no panic").push(line.0);
        }
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a string takes everything");
    }
}

/// Once for each change, with no password and nobody's name.
#[tokio::test]
async fn an_outage_and_junk_are_told_without_passwords_and_names() {
    let Some(mut server) = RedisServer::start_with(&["--requirepass", "s3cret"]) else { return };
    let told = Told::default();
    // While there is but one, an event that a thread without it meets first is switched off for all.
    let _second = Dispatch::new(tracing_subscriber::registry().with(told.clone()));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(told.clone()));
    let issuer = issuer();
    let url = server.url().replace("redis://", "redis://:s3cret@");
    let mut hand = Hand::on(&url).await;
    let _: u64 = hand.ask(&format!("ZADD {ENTRIES} 9000000000000 mallory")).await;
    let _: u64 = hand.ask(&format!("ZADD {ENTRIES} 9000000000000 mallory2")).await;
    let one = Instance::connect(&url, &issuer).await;
    until(|| told.has("WARN message=entry of the source skipped error=2 in Redis that are no revocations")).await;
    one.shared.revoke_subject(issuer.url(), "alice", later(), later()).await.unwrap();
    server.kill();
    until(|| told.has("WARN message=revocations fell behind and still count outcome=\"behind\"")).await;
    let _: Result<RedisRevocations, _> = promptly(quick(&url).connect(&portcullis::Revocations::new())).await;
    server.start_again();
    promptly(one.shared.in_step()).await.unwrap();
    let lines = told.0.lock().expect("no panic").clone();
    let count = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!(count("revocations are in step"), 2, "{lines:#?}");
    assert_eq!(count("fell behind"), 1, "{lines:#?}");
    for secret in ["s3cret", "mallory", "alice", "127.0.0.1"] {
        assert_eq!(count(secret), 0, "{secret}: {lines:#?}");
    }
}
