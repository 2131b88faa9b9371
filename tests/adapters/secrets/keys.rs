//! API keys, good and bad, in every place and through every adapter; and all that makes, keeps and changes them.

use portcullis::Reason;
use portcullis::api_key::{CookieDefence, DigestKey, KeyFilter, KeyPlace, NewKey};
use portcullis_testing::{KeyDefect, TestIssuer, TestKeys};

use super::capture::Capture;
use super::prey::Prey;
use super::requests::{hear, show};
use crate::drivers::Driver;
use crate::row::Request;
use crate::setting::Route;

pub(super) async fn send_all(capture: &Capture, prey: &mut Prey) {
    let issuer = TestIssuer::new();
    let keys = TestKeys::new(&issuer);
    let bad: Vec<String> = KeyDefect::ALL.iter().map(|defect| keys.broken(*defect)).collect();
    let good = keys.api_key("billing").create();
    capture.show(&(&keys, &good, keys.api_keys(), good.record()));
    for text in bad.iter().map(String::as_str).chain([good.text()]) {
        // Environment and id are public; what comes after them is not.
        prey.add_secret("API key", text.rsplit(['_', ' ']).next().unwrap_or_default());
        let pair = base64_simd::STANDARD.encode_to_string(format!("{text}:"));
        // As far as the id goes, it is the same for a key that was shown.
        prey.add_secret("API key", &pair[pair.len() * 2 / 3..]);
        let cookie = || KeyPlace::dangerous_cookie("__Host-key", CookieDefence::custom_header("x-by"));
        let [scheme, bearer, basic] = ["ApiKey", "Bearer", "Basic"]
            .map(|scheme| format!("{scheme} {}", if scheme == "Basic" { &pair } else { text }));
        let places: [(KeyPlace, &'static str, &str); 6] = [
            (KeyPlace::header("api-key"), "api-key", text),
            (KeyPlace::authorization_scheme("ApiKey"), "authorization", &scheme),
            (KeyPlace::header("api-key"), "authorization", &bearer),
            (KeyPlace::basic_user(), "authorization", &basic),
            (KeyPlace::raw_authorization(), "authorization", text),
            (cookie(), "cookie", &format!("__Host-key={text}")),
        ];
        for (turn, (place, name, value)) in places.into_iter().enumerate() {
            let auth = issuer.authenticator_builder().api_keys(keys.elsewhere()).api_key_place(place);
            let auth = auth.problem_details().describe_refusals().build().expect("a good configuration");
            let request = Request { method: "GET", target: "/".to_owned(), head: vec![(name, value.to_owned())] };
            for route in [Route::Required, Route::Optional, Route::Read, Route::Tenant] {
                hear(capture, &Driver::ALL[turn % Driver::ALL.len()].send(auth.clone(), route, &request).await);
            }
            match auth.authenticate(&[(name, value.as_bytes())][..]).await {
                Ok(who) => show(capture, &who),
                Err(error) => {
                    capture.show_error(&error);
                    capture.show(&auth.refuse(&error));
                }
            }
        }
    }
    change_all(capture, prey, &keys).await;
}

/// A life of a key, and a store that fails in the middle of it.
async fn change_all(capture: &Capture, prey: &mut Prey, keys: &TestKeys) {
    let digest_key = DigestKey::generate().expect("randomness");
    prey.add_secret("digest key", &digest_key.expose());
    capture.show(&digest_key);
    let handle = keys.api_keys();
    let created = handle.create(NewKey::api_key("billing")).await.expect("a store");
    let rotated = handle.rotate(&created.record.id, std::time::Duration::from_secs(60)).await.expect("a store");
    for text in [created.key.expose(), rotated.key.expose()] {
        prey.add_secret("API key", text.rsplit('_').next().unwrap_or_default());
    }
    for record in handle.list(&KeyFilter::all()).await.expect("a store") {
        prey.add_octets("digest", record.digest.as_bytes());
        capture.show(&record);
    }
    capture.show(&(&created, &rotated));
    capture
        .show_error(&handle.import(created.key.expose(), NewKey::api_key("billing")).await.expect_err("no such form"));
    handle.revoke(&created.record.id).await.expect("a store");
    keys.store().fail();
    capture.show_error(&handle.revoke(&rotated.record.id).await.expect_err("no store"));
    let auth = keys.authenticator();
    let error = auth.authenticate(&[("api-key", rotated.key.expose().as_bytes())][..]).await.expect_err("no store");
    assert_eq!(error.reason(), Reason::ApiKeysUnavailable);
    capture.show_error(&error);
    keys.store().mend();
}
