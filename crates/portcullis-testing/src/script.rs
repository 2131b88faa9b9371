//! What a scripted server does instead of answering well.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// An answer given word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer with that status and nothing else.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header field.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(status).header("content-type", "application/json").body(body)
    }

    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.headers.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect();
        if values.is_empty() { None } else { Some(values.join(", ")) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Behaviour {
    Serve,
    Fail,
    Hang,
    Slow(Duration),
    Answer(Answer),
    /// A body that never ends, one chunk each time this much has passed.
    Endless(Duration),
    /// The good answer, cut off in the middle of its body.
    CutOff,
}

/// The key for what has no rule of its own.
pub(crate) const EVERYWHERE: &str = "*";

/// The rules of one server.
pub(crate) struct Playbook {
    rules: Mutex<Vec<Rule>>,
    changed: watch::Sender<u64>,
}

struct Rule {
    place: String,
    behaviour: Behaviour,
    /// `None`: until changed.
    remaining: Option<u32>,
    headers: Vec<(String, String)>,
    generation: u64,
}

impl Playbook {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { rules: Mutex::new(Vec::new()), changed: watch::Sender::new(0) })
    }

    pub(crate) fn at(self: &Arc<Self>, place: &str) -> Script {
        Script { playbook: self.clone(), place: place.into(), times: None }
    }

    /// What to do with a request that has just arrived; uses up one of the times.
    pub(crate) fn next(&self, place: &str) -> Behaviour {
        let mut rules = self.rules();
        for place in [place, EVERYWHERE] {
            let Some(rule) = rules.iter_mut().find(|rule| rule.place == place) else { continue };
            match &mut rule.remaining {
                Some(0) => continue,
                Some(remaining) => *remaining -= 1,
                None => {}
            }
            if rule.behaviour != Behaviour::Serve {
                return rule.behaviour.clone();
            }
        }
        Behaviour::Serve
    }

    /// Header fields to set on every good answer.
    pub(crate) fn headers(&self, place: &str) -> Vec<(String, String)> {
        let rules = self.rules();
        let of = |wanted: &str| rules.iter().find(|rule| rule.place == wanted).map(|rule| rule.headers.clone());
        [of(EVERYWHERE), of(place)].into_iter().flatten().flatten().collect()
    }

    /// Resolves once the script of that place, or of everything, is another than when `seen` was taken with
    /// [`generation`](Self::generation), before [`next`](Self::next).
    pub(crate) async fn changed_since(&self, place: &str, seen: u64) {
        let mut changed = self.changed.subscribe();
        while self.generation(place) == seen {
            // The sender lives as long as this playbook.
            let _ = changed.changed().await;
        }
    }

    pub(crate) fn generation(&self, place: &str) -> u64 {
        let rules = self.rules();
        rules.iter().filter(|rule| rule.place == place || rule.place == EVERYWHERE).map(|rule| rule.generation).sum()
    }

    fn change(&self, place: &str, change: impl FnOnce(&mut Rule)) {
        let mut rules = self.rules();
        let at = match rules.iter().position(|rule| rule.place == place) {
            Some(at) => at,
            None => {
                rules.push(Rule {
                    place: place.into(),
                    behaviour: Behaviour::Serve,
                    remaining: None,
                    headers: Vec::new(),
                    generation: 0,
                });
                rules.len() - 1
            }
        };
        change(&mut rules[at]);
        rules[at].generation += 1;
        drop(rules);
        self.changed.send_modify(|count| *count += 1);
    }

    fn rules(&self) -> MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Changes what one place does from now on. The last word counts; requests that hang are looked at again.
///
/// Until it is changed again, or [`times`](Self::times) have gone by.
#[must_use = "nothing changes until one of its methods says what to do"]
pub struct Script {
    playbook: Arc<Playbook>,
    place: String,
    times: Option<u32>,
}

impl Script {
    /// Only for the next `count` requests; after them the place answers well again.
    pub fn times(mut self, count: u32) -> Self {
        self.times = Some(count);
        self
    }

    /// Answers well again; what hangs is answered.
    pub fn serve(self) {
        self.play(Behaviour::Serve);
    }

    /// The same as [`serve`](Self::serve), for what hangs.
    pub fn release(self) {
        self.serve();
    }

    /// Breaks off without an answer: the connection is closed, or the fetch fails to connect.
    pub fn fail(self) {
        self.play(Behaviour::Fail);
    }

    /// Keeps the request and gives no answer until the script is changed.
    pub fn hang(self) {
        self.play(Behaviour::Hang);
    }

    /// Answers well after that long: in real time over a socket, by the issuer's clock in memory.
    pub fn slow(self, delay: Duration) {
        self.play(Behaviour::Slow(delay));
    }

    /// Answers with that status and no body.
    pub fn status(self, status: u16) {
        self.answer(Answer::new(status));
    }

    /// Answers 200 with that text as `application/json`: a document of your own.
    pub fn json(self, text: impl Into<Vec<u8>>) {
        self.answer(Answer::json(200, text));
    }

    /// Answers 200 with those octets under that media type.
    pub fn body(self, content_type: &str, octets: impl Into<Vec<u8>>) {
        self.answer(Answer::new(200).header("content-type", content_type).body(octets));
    }

    /// Answers 200 with a web page, as a captive portal does.
    pub fn html(self) {
        self.body("text/html; charset=utf-8", "<!doctype html><title>Sign in</title>");
    }

    /// Answers 200 with octets that mean nothing, as `application/json`.
    pub fn junk(self) {
        self.json([0x00, 0xff, 0x7b, 0x22, 0xfe].repeat(100));
    }

    /// Answers 200 with that many octets of JSON.
    pub fn huge(self, octets: usize) {
        let mut body = br#"{"keys":[],"padding":""#.to_vec();
        body.resize(octets.max(body.len() + 2) - 2, b'x');
        body.extend_from_slice(b"\"}");
        self.json(body);
    }

    /// Answers 200 with a well-formed key set without keys.
    pub fn empty_keys(self) {
        self.json(r#"{"keys":[]}"#);
    }

    /// Answers 302 to that URL.
    pub fn redirect(self, location: &str) {
        self.answer(Answer::new(302).header("location", location));
    }

    /// Answers 200 with a body that never ends, a kibibyte each time that much has passed; zero is as fast as the
    /// reader takes it.
    pub fn endless(self, pause: Duration) {
        self.play(Behaviour::Endless(pause));
    }

    /// Announces the whole good answer and breaks off in the middle of it.
    pub fn cut_off(self) {
        self.play(Behaviour::CutOff);
    }

    /// Answers word for word.
    pub fn answer(self, answer: Answer) {
        self.play(Behaviour::Answer(answer));
    }

    /// Sets a header field on every good answer from now on, whatever else is scripted; an empty value takes it away.
    pub fn header(self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        self.playbook.change(&self.place, |rule| {
            rule.headers.retain(|(present, _)| *present != name);
            rule.headers.push((name, value.into()));
        });
    }

    /// [`header`](Self::header) for `Cache-Control`.
    pub fn cache_control(self, value: &str) {
        self.header("cache-control", value);
    }

    fn play(self, behaviour: Behaviour) {
        self.playbook.change(&self.place, |rule| {
            rule.behaviour = behaviour;
            rule.remaining = self.times;
        });
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("place", &self.place).field("times", &self.times).finish_non_exhaustive()
    }
}

/// The header fields of a good answer: its own, and over them those of the script.
pub(crate) fn apply_headers(answer: &mut Answer, headers: Vec<(String, String)>) {
    for (name, value) in headers {
        answer.headers.retain(|(present, _)| *present != name);
        if !value.is_empty() {
            answer.headers.push((name, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_a_place_comes_before_that_of_everything_and_runs_out() {
        let playbook = Playbook::new();
        playbook.at(EVERYWHERE).status(500);
        playbook.at("jwks").times(2).fail();
        let places: Vec<Behaviour> = ["jwks", "token", "jwks", "jwks"].map(|place| playbook.next(place)).into();
        let broken = Behaviour::Answer(Answer::new(500));
        assert_eq!(places, [Behaviour::Fail, broken.clone(), Behaviour::Fail, broken]);
        playbook.at(EVERYWHERE).serve();
        assert_eq!(playbook.next("jwks"), Behaviour::Serve);
    }

    #[test]
    fn huge_is_as_long_as_asked_for_and_json() {
        let playbook = Playbook::new();
        playbook.at("jwks").huge(1000);
        let Behaviour::Answer(answer) = playbook.next("jwks") else { panic!("an answer") };
        assert_eq!(answer.body.len(), 1000);
        assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok());
    }
}
