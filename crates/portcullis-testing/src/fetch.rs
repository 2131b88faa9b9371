//! A fetch without a network.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use portcullis::clock::Clock;
use portcullis::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};

use crate::document::served::{Document, serve};
use crate::issuer::TestIssuer;
use crate::journal::{Journal, RecordedRequest};
use crate::script::{Answer, Behaviour, EVERYWHERE, Playbook, Script};

/// Serves the documents of test issuers in memory, and misbehaves on command. Clones share script and journal.
///
/// Time in it, slowness and timeouts included, is the first issuer's clock. A URL that belongs to no issuer fails to
/// connect.
///
/// ```
/// use portcullis_testing::{ScriptedFetch, TestIssuer};
///
/// let issuer = TestIssuer::new();
/// let fetch = ScriptedFetch::new(&issuer);
/// fetch.at(&issuer.jwks_url()).times(2).status(503);
/// assert_eq!(fetch.journal().count(&issuer.jwks_url()), 0);
/// ```
#[derive(Clone)]
pub struct ScriptedFetch {
    inner: Arc<Inner>,
}

struct Inner {
    documents: HashMap<String, (TestIssuer, Document)>,
    clock: crate::ManualClock,
    playbook: Arc<Playbook>,
    journal: Journal,
}

impl ScriptedFetch {
    /// Serves that issuer's discovery document, at each of its well-known URLs, and its key set.
    #[must_use]
    pub fn new(issuer: &TestIssuer) -> Self {
        Self::for_issuers([issuer])
    }

    /// Serves several issuers. With none, every URL fails to connect.
    #[must_use]
    pub fn for_issuers<'a>(issuers: impl IntoIterator<Item = &'a TestIssuer>) -> Self {
        let mut documents = HashMap::new();
        let mut clock = None;
        for issuer in issuers {
            clock.get_or_insert_with(|| issuer.clock());
            documents.insert(issuer.jwks_url(), (issuer.clone(), Document::KeySet));
            for url in issuer.discovery_urls() {
                documents.insert(url, (issuer.clone(), Document::Discovery));
            }
        }
        Self {
            inner: Arc::new(Inner {
                documents,
                clock: clock.unwrap_or_default(),
                playbook: Playbook::new(),
                journal: Journal::new(),
            }),
        }
    }

    /// Scripts one URL, one of an issuer or not.
    pub fn at(&self, url: &str) -> Script {
        self.inner.playbook.at(url)
    }

    /// Scripts every URL that has no script of its own.
    pub fn everywhere(&self) -> Script {
        self.inner.playbook.at(EVERYWHERE)
    }

    /// What was fetched; the path of an entry is the whole URL.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.inner.journal
    }

    /// How often that URL was fetched.
    #[must_use]
    pub fn count(&self, url: &str) -> usize {
        self.inner.journal.count(url)
    }

    /// What [`Fetch::fetch`] does. `FetchRequest` is made by the library alone.
    fn respond(
        &self,
        url: String,
        accept: &str,
        if_none_match: Option<String>,
        timeout: Duration,
        max_bytes: usize,
    ) -> FetchFuture {
        let mut recorded = RecordedRequest::new("GET", &url);
        recorded.header("accept", accept.as_bytes());
        if let Some(tag) = &if_none_match {
            recorded.header("if-none-match", tag.as_bytes());
        }
        self.inner.journal.record(recorded);
        let limit = self.inner.clock.sleep(timeout);
        let answer = answer(self.inner.clone(), url, if_none_match);
        Box::pin(async move {
            let answer = within(limit, answer).await.ok_or(FetchError::Timeout)??;
            if answer.body.len() > max_bytes {
                return Err(FetchError::TooLarge);
            }
            Ok(response(answer))
        })
    }
}

async fn answer(inner: Arc<Inner>, url: String, if_none_match: Option<String>) -> Result<Answer, FetchError> {
    loop {
        let seen = inner.playbook.generation(&url);
        match inner.playbook.next(&url) {
            Behaviour::Serve => break,
            Behaviour::Slow(delay) => {
                inner.clock.sleep(delay).await;
                break;
            }
            Behaviour::Hang => inner.playbook.changed_since(&url, seen).await,
            Behaviour::Fail => return Err(FetchError::Connect("scripted outage".into())),
            Behaviour::CutOff => return Err(FetchError::Other("scripted end in the middle of the body".into())),
            Behaviour::Endless(_) => return Err(FetchError::TooLarge),
            Behaviour::Answer(answer) => return Ok(answer),
        }
    }
    let Some((issuer, document)) = inner.documents.get(&url) else {
        return Err(FetchError::Connect("no such host in this test".into()));
    };
    Ok(serve(issuer, *document, if_none_match.as_deref(), inner.playbook.headers(&url)))
}

fn response(answer: Answer) -> FetchResponse {
    let mut response = FetchResponse::new(answer.status, answer.body.clone());
    response.content_type = answer.field("content-type");
    response.cache_control = answer.field("cache-control");
    response.expires = answer.field("expires");
    response.date = answer.field("date");
    response.age = answer.field("age");
    response.etag = answer.field("etag");
    response
}

/// `None` when the limit comes first; the work is looked at first, so that both at once is the work.
async fn within<T>(mut limit: Pin<Box<dyn Future<Output = ()> + Send>>, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        limit.as_mut().poll(context).map(|()| None)
    })
    .await
}

impl Fetch for ScriptedFetch {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        self.respond(request.url, request.accept, request.if_none_match, request.timeout, request.max_bytes)
    }
}

impl fmt::Debug for ScriptedFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut urls: Vec<&String> = self.inner.documents.keys().collect();
        urls.sort();
        f.debug_struct("ScriptedFetch").field("urls", &urls).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
