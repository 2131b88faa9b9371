//! The network as the library sees it: pages by URL, and a list of what was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use portcullis::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use portcullis::{Authenticator, AuthenticatorBuilder, Issuer};
use portcullis_testing::TestIssuer;

/// Answers at once: with the page of that exact URL, and otherwise with no connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, (u16, Vec<u8>)>,
    asked: Vec<String>,
}

impl Network {
    /// With the issuer's two documents in it.
    pub(crate) fn with(issuer: &TestIssuer) -> Self {
        let this = Self::default();
        for url in issuer.discovery_urls() {
            this.page(&url, 200, issuer.discovery());
        }
        this.page(&issuer.jwks_url(), 200, issuer.jwks());
        this
    }

    pub(crate) fn page(&self, url: &str, status: u16, body: impl Into<Vec<u8>>) {
        self.state.lock().expect("no panic inside").pages.insert(url.to_owned(), (status, body.into()));
    }

    /// Every URL that was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().expect("no panic inside").asked.clone()
    }

    /// A resource server on this network that trusts one issuer, and has its keys if they can be had.
    pub(crate) async fn api(&self, issuer: &TestIssuer) -> Authenticator {
        self.set(issuer, |rules| rules, |config| config).await
    }

    pub(crate) async fn set(
        &self,
        issuer: &TestIssuer,
        rules: impl FnOnce(Issuer) -> Issuer,
        settings: impl FnOnce(AuthenticatorBuilder) -> AuthenticatorBuilder,
    ) -> Authenticator {
        let config = Authenticator::trusting(rules(Issuer::new(issuer.url(), issuer.audience())));
        let config = settings(config.clock(issuer.clock()).fetch_with(self.clone()));
        let auth = config.build().expect("a good configuration");
        auth.refresh().await;
        auth
    }
}

impl Fetch for Network {
    fn fetch(&self, request: FetchRequest) -> FetchFuture {
        let mut state = self.state.lock().expect("no panic inside");
        let page = state.pages.get(&request.url).cloned();
        state.asked.push(request.url);
        Box::pin(std::future::ready(match page {
            Some((status, body)) => Ok(FetchResponse::new(status, body)),
            None => Err(FetchError::Connect("no such host".to_owned())),
        }))
    }
}
