//! Good callers all the time, and other revocations beside those that are measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use crate::Failure;
use crate::fleet::Fleet;

/// Good tokens, each at every instance, again and again.
const REGULARS: usize = 100;
const PAUSE: Duration = Duration::from_millis(5);

pub(crate) struct Load {
    ended: Arc<AtomicBool>,
    refused: Arc<AtomicU64>,
    callers: JoinHandle<u64>,
    revoker: tokio::task::JoinHandle<u64>,
}

impl Load {
    pub(crate) fn start(fleet: &Fleet) -> Self {
        let (ended, refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let tokens: Vec<String> = (0..REGULARS).map(|n| fleet.token(&format!("good {n}"))).collect();
        let auths: Vec<_> = fleet.instances.iter().map(|instance| instance.auth.clone()).collect();
        let (is_over, count) = (Arc::clone(&ended), Arc::clone(&refused));
        let callers = thread::spawn(move || {
            let mut asked = 0;
            while !is_over.load(Ordering::Relaxed) {
                for (auth, token) in auths.iter().flat_map(|auth| tokens.iter().map(move |token| (auth, token))) {
                    let accepted = auth.verify(token).now().is_ok_and(|outcome| outcome.is_ok());
                    count.fetch_add(u64::from(!accepted), Ordering::Relaxed);
                    asked += 1;
                }
                // A tenth of a core or two, not all of it.
                thread::sleep(Duration::from_millis(1));
            }
            asked
        });
        let lists: Vec<_> = fleet.instances.iter().map(|instance| instance.list.clone()).collect();
        let is_over = Arc::clone(&ended);
        let revoker = tokio::spawn(async move {
            let mut revoked = 0;
            while !is_over.load(Ordering::Relaxed) {
                for list in &lists {
                    let until = SystemTime::now() + Duration::from_secs(3600);
                    list.revoke_token("https://load.test/", &format!("load {revoked}"), until);
                    revoked += 1;
                }
                tokio::time::sleep(PAUSE).await;
            }
            revoked
        });
        Self { ended, refused, callers, revoker }
    }

    /// What it came to; an error if a good token was refused.
    pub(crate) fn end(self) -> Result<String, Failure> {
        self.ended.store(true, Ordering::Relaxed);
        let asked = self.callers.join().map_err(|_| "the load panicked")?;
        let revoked = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(self.revoker))?;
        match self.refused.load(Ordering::Relaxed) {
            0 => Ok(format!(
                "meanwhile {asked} requests with good tokens, none refused, and {revoked} other revocations"
            )),
            refused => Err(format!("{refused} of {asked} requests with good tokens were refused").into()),
        }
    }
}
