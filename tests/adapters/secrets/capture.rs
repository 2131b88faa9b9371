//! Everything that this process says, in words: events and spans of every level and target, records of the `log`
//! facade, panics, metrics.

use std::fmt::{self, Debug, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use metrics_util::debugging::{DebuggingRecorder, Snapshotter};
use tracing::Subscriber;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Where something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Event,
    Span,
    Log,
    Panic,
    Series,
    /// `Debug` of a value.
    Shown,
    /// `Display` of an error and of everything behind it.
    Error,
    /// A header field of a response.
    Field,
    /// The body of a response.
    Body,
}

impl Channel {
    pub(super) const ALL: [Self; 9] = [
        Self::Event,
        Self::Span,
        Self::Log,
        Self::Panic,
        Self::Series,
        Self::Shown,
        Self::Error,
        Self::Field,
        Self::Body,
    ];
}

pub(super) struct Capture {
    said: Mutex<Vec<(Channel, String)>>,
    metrics: Snapshotter,
}

impl Capture {
    /// The one of this process. Nothing that is said after the first call is missed.
    pub(super) fn of_the_process() -> &'static Self {
        static CAPTURE: OnceLock<Capture> = OnceLock::new();
        static LOG: Log = Log;
        CAPTURE.get_or_init(|| {
            let recorder = DebuggingRecorder::new();
            let capture = Self { said: Mutex::default(), metrics: recorder.snapshotter() };
            metrics::set_global_recorder(recorder).expect("the only recorder");
            tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Events))
                .expect("the only subscriber");
            log::set_logger(&LOG).expect("the only logger");
            log::set_max_level(log::LevelFilter::Trace);
            let shown_as_ever = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                let text = panic.payload_as_str().unwrap_or("a payload that is no text");
                Self::of_the_process().hear(Channel::Panic, format!("{text} {panic}"));
                shown_as_ever(panic);
            }));
            capture
        })
    }

    pub(super) fn hear(&self, channel: Channel, text: impl Into<String>) {
        self.said().push((channel, text.into()));
    }

    /// How a value shows itself, on one line and on many.
    pub(super) fn show(&self, value: &dyn Debug) {
        self.hear(Channel::Shown, format!("{value:?}\n{value:#?}"));
    }

    /// An error, with all that is behind it.
    pub(super) fn show_error(&self, error: &dyn std::error::Error) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.show(&error);
            self.hear(Channel::Error, error.to_string());
            next = error.source();
        }
    }

    /// How much has been said so far.
    pub(super) fn len(&self) -> usize {
        self.said().len()
    }

    /// All that was said after the first so many, and names and labels of every series.
    pub(super) fn since(&self, start: usize) -> Vec<(Channel, String)> {
        let series = self.metrics.snapshot().into_vec();
        let series = series.into_iter().map(|(key, ..)| (Channel::Series, key.key().to_string()));
        self.said()[start..].iter().cloned().chain(series).collect()
    }

    fn said(&self) -> MutexGuard<'_, Vec<(Channel, String)>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Events;

impl<S: Subscriber> Layer<S> for Events {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut line = Line::of(event.metadata());
        event.record(&mut line);
        Capture::of_the_process().hear(Channel::Event, line.0);
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut line = Line::of(attributes.metadata());
        attributes.record(&mut line);
        Capture::of_the_process().hear(Channel::Span, line.0);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        Capture::of_the_process().hear(Channel::Span, line.0);
    }
}

/// One event or span, every field of it.
struct Line(String);

impl Line {
    fn of(metadata: &tracing::Metadata<'_>) -> Self {
        Self(format!("{} {} {}", metadata.level(), metadata.target(), metadata.name()))
    }

    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        write!(self.0, " {}={value}", field.name()).expect("a string takes everything");
    }
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, format_args!("{value}"));
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.add(field, format_args!("{}", String::from_utf8_lossy(value)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, format_args!("{value:?}"));
    }
}

struct Log;

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {} {}", record.level(), record.target(), record.args());
        Capture::of_the_process().hear(Channel::Log, line);
    }

    fn flush(&self) {}
}
