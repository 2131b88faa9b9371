//! Bodies, sound and unsound.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// What is sent after the header.
pub(super) enum AnswerBody {
    Whole(Option<Bytes>),
    /// Announces more than it sends, and breaks off.
    CutOff {
        announced: u64,
        first: Option<Bytes>,
        flushed: bool,
    },
    Endless {
        pause: Duration,
        timer: Option<Pin<Box<tokio::time::Sleep>>>,
    },
}

impl AnswerBody {
    pub(super) fn whole(octets: Vec<u8>) -> Self {
        Self::Whole((!octets.is_empty()).then(|| octets.into()))
    }

    pub(super) fn cut_off(octets: &[u8]) -> Self {
        let first = Bytes::copy_from_slice(&octets[..octets.len() / 2]);
        Self::CutOff { announced: octets.len() as u64, first: Some(first), flushed: false }
    }

    pub(super) fn endless(pause: Duration) -> Self {
        Self::Endless { pause, timer: None }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(octets) => Poll::Ready(octets.take().map(|octets| Ok(Frame::data(octets)))),
            Self::CutOff { first, flushed, .. } => match first.take() {
                Some(octets) => Poll::Ready(Some(Ok(Frame::data(octets)))),
                // What was written so far is sent only once the body has nothing to give; without a pause the error
                // would swallow it.
                None if !*flushed => {
                    *flushed = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(Some(Err(io::Error::other("cut off by the script")))),
            },
            Self::Endless { pause, timer } => {
                if !pause.is_zero() {
                    let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(*pause)));
                    if timer.as_mut().poll(context).is_pending() {
                        return Poll::Pending;
                    }
                }
                *timer = None;
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1024])))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(octets) => SizeHint::with_exact(octets.as_ref().map_or(0, |octets| octets.len() as u64)),
            Self::CutOff { announced, .. } => SizeHint::with_exact(*announced),
            Self::Endless { .. } => SizeHint::default(),
        }
    }
}
