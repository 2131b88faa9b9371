//! What else goes on while requests are answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::flood::{self, Flood};
use crate::scene::Scene;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    Idle,
    /// One key fetch after the other.
    Fetching,
    /// Tokens whose `kid` nobody knows.
    Flooded,
}

/// A condition that has been brought about.
pub(crate) struct Disturbance {
    is_over: Arc<AtomicBool>,
    task: JoinHandle<Flood>,
}

impl Condition {
    pub(crate) const ALL: [Self; 3] = [Self::Idle, Self::Fetching, Self::Flooded];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Fetching => "keys are being fetched",
            Self::Flooded => "flood of invented kids",
        }
    }

    /// Brings it about, in that runtime.
    pub(crate) fn begin(self, scene: &Arc<Scene>, runtime: &Handle) -> Disturbance {
        let is_over = Arc::new(AtomicBool::new(false));
        let (scene, over) = (Arc::clone(scene), Arc::clone(&is_over));
        let task = runtime.spawn(async move {
            match self {
                Self::Idle => Flood::default(),
                Self::Fetching => {
                    while !over.load(Ordering::Relaxed) {
                        scene.auth.refresh().await;
                    }
                    Flood::default()
                }
                Self::Flooded => flood::run(&scene, &over).await,
            }
        });
        Disturbance { is_over, task }
    }
}

impl Disturbance {
    /// Ends it, and waits until nothing of it is left.
    pub(crate) async fn end(self) -> Flood {
        self.is_over.store(true, Ordering::Relaxed);
        self.task.await.expect("what disturbs does not panic")
    }
}
