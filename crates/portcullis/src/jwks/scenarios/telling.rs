//! What operators are told.

use super::*;

#[cfg(feature = "tracing")]
mod events {
    use super::*;
    use crate::telemetry::recorded::Recorded;

    /// D9: one event for each change of state, however long it lasts.
    #[tokio::test]
    async fn an_outage_is_told_once_when_it_bites_and_once_when_it_is_over() {
        let recorded = Recorded::start();
        let source = Source::booted().await;
        assert_eq!(
            recorded.take(""),
            ["INFO portcullis::jwks keys changed: issuer=https://login.example.com/t outcome=changed keys=1 skipped=0"]
        );
        source.go_down();
        source.clock.pass(hours(25)).await;
        let told = recorded.take("");
        let count = |text: &str| told.iter().filter(|line| line.contains(text)).count();
        assert_eq!((count("WARN portcullis::jwks keys are stale"), count("outcome=stale age_seconds=600")), (1, 1));
        assert_eq!(
            (count("ERROR portcullis::jwks keys are too old"), count("outcome=expired age_seconds=86400")),
            (1, 1)
        );
        assert_eq!(count("WARN portcullis::jwks key refresh failed"), told.len() - 2, "and each failure");
        assert_eq!(count("error=key set: connection failed: refused"), told.len() - 2);
        source.serve(&["a"]);
        source.clock.pass(minutes(1)).await;
        let told = recorded.take("");
        assert_eq!(told.iter().filter(|line| line.contains("keys are fresh again")).count(), 1, "{told:?}");
        assert_eq!(
            told.iter().filter(|line| line.contains("INFO portcullis::jwks key refresh recovered")).count(),
            1,
            "{told:?}"
        );
        source.clock.pass(minutes(30)).await;
        assert_eq!(recorded.take(""), [""; 0], "a refresh without news is no news");
    }

    #[tokio::test]
    async fn a_skipped_key_is_told_once_until_the_list_changes() {
        let recorded = Recorded::start();
        let source = Source::booted().await;
        let skipping = |odd: &'static str| {
            source.answer(move |_| {
                let body = document(&["a"]).replace("\"keys\":[", &format!("\"keys\":[{odd},"));
                Reply::Now(Ok(FetchResponse::new(200, body)))
            });
        };
        skipping(r#"{"kty":"AKP","kid":"pq"}"#);
        source.keys.refresh().await;
        let told = recorded.take("key skipped");
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("WARN") && told[0].contains("pq"), "{told:?}");
        source.keys.refresh().await;
        assert_eq!(recorded.take("key skipped").len(), 0);
        skipping(r#"{"kty":"AKP","kid":"pq"},{"kty":"AKP","kid":"pq2"}"#);
        source.keys.refresh().await;
        assert_eq!(recorded.take("key skipped").len(), 2);
    }

    /// PC-RES-4: the operator hears of it; the key itself is not in the event.
    #[tokio::test]
    async fn a_private_key_that_was_published_is_told_and_not_repeated() {
        let recorded = Recorded::start();
        let source = Source::booted().await;
        source.answer(|_| {
            let shown = r#""keys":[{"kty":"OKP","crv":"Ed25519","kid":"shown","x":"marker","d":"marker"},"#;
            Reply::Now(Ok(FetchResponse::new(200, document(&["a"]).replace("\"keys\":[", shown))))
        });
        source.keys.refresh().await;
        let told = recorded.take("key skipped");
        let [line] = told.as_slice() else { panic!("{told:?}") };
        assert!(line.starts_with("WARN") && line.ends_with("\"shown\": private_members"), "{line}");
        assert!(!line.contains("marker"), "{line}");
        assert!(source.has("a"));
    }
}

#[cfg(feature = "metrics")]
mod gauges {
    use std::sync::atomic::{AtomicU64, Ordering};

    use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

    use super::*;

    /// Every metric as a number under its name and labels.
    #[derive(Debug, Default)]
    struct Numbers(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

    impl Numbers {
        fn of(&self, key: &Key) -> Arc<AtomicU64> {
            let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let name = format!("{} {}", key.name(), labels.join(" "));
            Arc::clone(self.0.lock().unwrap().entry(name).or_default())
        }

        fn bits(&self, name: &str) -> u64 {
            self.0.lock().unwrap().get(name).unwrap_or_else(|| panic!("{self:?}")).load(Ordering::Relaxed)
        }
    }

    impl Recorder for Numbers {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            Counter::from_arc(self.of(key))
        }

        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::from_arc(self.of(key))
        }

        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }

    /// PC-JWKS-10
    #[test]
    fn refreshes_are_counted_and_the_age_grows_in_an_outage() {
        let numbers = Numbers::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let age = || f64::from_bits(numbers.bits("portcullis_jwks_age_seconds issuer=https://login.example.com/t"));
        metrics::with_local_recorder(&numbers, || {
            runtime.block_on(async {
                let source = Source::booted().await;
                source.keys.refresh().await;
                source.go_down();
                source.clock.pass(minutes(5)).await;
                assert!(age() >= 240.0, "also between refreshes: {}", age());
                source.clock.pass(hours(2)).await;
                assert!(age() >= 7200.0, "{}", age());
                let failed =
                    numbers.bits("portcullis_jwks_refreshes_total issuer=https://login.example.com/t outcome=failed");
                assert_eq!(failed, u64::from(source.keys.status().consecutive_failures));
            });
        });
        for (name, value) in [("outcome=changed", 1), ("outcome=unchanged", 1)] {
            let name = format!("portcullis_jwks_refreshes_total issuer=https://login.example.com/t {name}");
            assert_eq!(numbers.bits(&name), value, "{name}");
        }
        assert_eq!(f64::from_bits(numbers.bits("portcullis_jwks_keys issuer=https://login.example.com/t")), 1.0);
    }
}
