//! Which thread does what is done in the background.

use std::hint::spin_loop;

/// Where keys are fetched and the flood arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// On a thread and core of their own: as in a server with many workers. What can be seen is what threads share.
    Apart,
    /// On the very thread that answers: as in a server with one worker. What can be seen is all the work, too.
    Together,
}

impl Placement {
    pub(crate) const ALL: [Self; 2] = [Self::Apart, Self::Together];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Apart => "another thread",
            Self::Together => "the same thread",
        }
    }

    /// Lets a moment pass, and the rest of the thread's work be done if there is any.
    pub(crate) async fn pause(self) {
        match self {
            Self::Apart => spin_loop(),
            Self::Together => tokio::task::yield_now().await,
        }
    }
}
