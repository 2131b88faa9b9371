//! What goes to the log while a store is opened.
#![cfg(feature = "postgres")]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use portcullis_store_sqlx::PostgresKeyStore;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Every field of every event, in a row.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<String>>);

impl Visit for Written {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Written {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// `sslpassword` is what libpq calls the password of a client's key, and a mistyped `password` is one, too: sqlx tells what it
/// does not know, with the value.
#[tokio::test]
async fn no_part_of_a_url_is_logged() {
    let written = Written::default();
    let logged = tracing::subscriber::set_default(written.clone());
    let url = "postgres://u:hunter1@127.0.0.1:1/d?sslpassword=hunter2&passwd=hunter3";
    PostgresKeyStore::connect(url).await.unwrap_err();
    drop(logged);
    let written = written.0.lock().unwrap();
    assert!(!written.contains("hunter"), "{written}");
}
