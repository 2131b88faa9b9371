//! Whatever happens to a credential, nothing of it is said: all that this suite can send, sent once more with every
//! word of the process written down, and all of those words searched.

mod capture;
mod configured;
mod keys;
mod logouts;
mod network;
mod panics;
mod prey;
mod requests;

use std::io::Write;

use capture::{Capture, Channel};
use prey::Prey;

/// A claim value of every token, to be known again wherever it turns up.
pub(crate) const MARK: &str = "marked-Qz7Vw3Kx9Jt5";

/// ATK-55, RFC9700-4.9.3-a, PC-TEL-1, RFC8725bis-3.10-b: events and spans of every level and target, log records,
/// panics, metrics, `Debug`, `Display` and sources of errors, fields and bodies of responses.
#[actix_web::test]
async fn nothing_of_a_credential_is_ever_seen() {
    let capture = Capture::of_the_process();
    let mut prey = Prey::default();
    requests::send_all(capture, &mut prey).await;
    requests::show_all(capture, &mut prey);
    logouts::send_all(capture, &mut prey).await;
    keys::send_all(capture, &mut prey).await;
    network::fetch_all(capture, &mut prey).await;
    configured::show_all(capture, &mut prey);
    panics::provoke_all(capture, &mut prey).await;

    let everything = capture.since(0);
    let mut found = prey.find(&everything);
    found.sort();
    found.dedup();
    let shown: Vec<String> = found.iter().take(20).map(|line| line.chars().take(600).collect()).collect();
    assert!(found.is_empty(), "{} times:\n{}", found.len(), shown.join("\n"));

    let count = |channel| everything.iter().filter(|(of, _)| *of == channel).count();
    for channel in Channel::ALL {
        assert!(count(channel) > 0, "nothing was said in {channel:?}");
    }
    let targets =
        ["portcullis::auth", "portcullis::api_keys", "portcullis::jwks", "hyper_util::", "reqwest::", "mio::"];
    for target in targets {
        assert!(everything.iter().any(|(_, text)| text.contains(&format!(" {target}"))), "nothing of {target}");
    }
    let counts: Vec<String> = Channel::ALL.iter().map(|&channel| format!("{} {channel:?}", count(channel))).collect();
    let (counts, secrets, windows) = (counts.join(", "), prey.secrets, prey.windows());
    let line = format!("secrets: {counts}; nothing of {secrets} secret texts ({windows} windows) in any\n");
    std::io::stdout().write_all(line.as_bytes()).expect("a standard output");
}

type Plant<'a> = &'a dyn Fn(&str);

/// The search finds what was let slip, in every channel, whole or in part and in any spelling.
#[test]
fn what_is_let_slip_is_found() {
    let capture = Capture::of_the_process();
    let issuer = portcullis_testing::TestIssuer::new();
    // Of each only what no other token has, since all that is heard here is heard by the other test too.
    let signature = || issuer.token().subject("slip").sign().rsplit('.').next().expect("a signature").to_owned();
    let slip = |let_slip: &dyn Fn(&str)| {
        let signature = signature();
        let mut prey = Prey::default();
        prey.add_token(&signature);
        let before = capture.len();
        let_slip(&signature);
        prey.find(&capture.since(before))
    };
    let octets = |text: &str| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text).expect("base64url");
    let hex = |text: &str| octets(text).iter().map(|octet| format!("{octet:02X}")).collect::<String>();
    let plants: [(Channel, Plant<'_>); 15] = [
        (Channel::Event, &|text| tracing::trace!(target: "somewhere", text, "slip")),
        (Channel::Event, &|text| tracing::info!("slip {}", &text[30..42])),
        (Channel::Event, &|text| tracing::debug!(octets = ?octets(text), "slip")),
        (Channel::Event, &|text| tracing::debug!(octets = &octets(text)[..], "slip {}", hex(text))),
        (Channel::Span, &|text| drop(tracing::trace_span!("slip", text))),
        (Channel::Span, &|text| {
            tracing::trace_span!("slip", late = tracing::field::Empty).record("late", text);
        }),
        (Channel::Log, &|text| log::trace!(target: "somewhere", "slip {text}")),
        (Channel::Panic, &|text| drop(std::panic::catch_unwind(|| panic!("slip {text}")))),
        (Channel::Series, &|text| metrics::counter!("slip", "label" => text.to_owned()).increment(1)),
        (Channel::Series, &|text| metrics::histogram!(text.to_owned()).record(1)),
        (Channel::Shown, &|text| capture.show(&Some(text))),
        (Channel::Error, &|text| capture.show_error(&std::io::Error::other(text.to_owned()))),
        (Channel::Field, &|text| capture.hear(Channel::Field, format!("x-slip: {text}"))),
        (Channel::Body, &|text| capture.hear(Channel::Body, text)),
        (Channel::Body, &|text| capture.hear(Channel::Body, base64_simd::STANDARD.encode_to_string(octets(text)))),
    ];
    for (number, (channel, plant)) in plants.into_iter().enumerate() {
        let found = slip(plant);
        assert!(found.iter().any(|line| line.contains(&format!(" in {channel:?}: "))), "{number}: {found:?}");
    }
}
