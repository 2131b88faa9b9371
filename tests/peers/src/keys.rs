//! The authorization server, as far as resource servers see it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// What every server is told: whom to trust, and where the keys are.
#[derive(Debug, Clone)]
pub struct Trust {
    pub issuer: String,
    pub audience: String,
    pub jwks_url: String,
    /// Where a Keycloak would be: its realm `peers` has the same keys.
    pub keycloak: String,
    /// How often to fetch them again, where it is not to be as often as the library does by itself.
    pub refresh: Option<Duration>,
}

/// A key set and the discovery documents that name it, on the loopback, on a thread of its own.
#[derive(Debug)]
pub struct KeyServer {
    address: String,
    state: Arc<Served>,
}

#[derive(Debug)]
struct Served {
    key_set: Value,
    answered: AtomicU64,
    delay_ms: AtomicU64,
}

impl KeyServer {
    /// Serves `key_set`, a JWK set as JSON.
    ///
    /// # Panics
    /// Where the loopback cannot be bound, or `key_set` is not JSON.
    #[must_use]
    pub fn start(key_set: &str) -> Self {
        let key_set = serde_json::from_str(key_set).expect("a JWK set");
        let state = Arc::new(Served { key_set, answered: AtomicU64::new(0), delay_ms: AtomicU64::new(0) });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("the loopback");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let routes = Router::new()
            .route("/jwks", get(keys))
            .route("/realms/peers/.well-known/openid-configuration", get(discovery))
            .with_state((Arc::clone(&state), address.clone()));
        std::thread::spawn(move || runtime.block_on(async { axum::serve(listener, routes).await }));
        Self { address, state }
    }

    /// What to tell a server that trusts `issuer` for `audience`.
    #[must_use]
    pub fn trust(&self, issuer: &str, audience: &str) -> Trust {
        Trust {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            jwks_url: format!("{}/jwks", self.address),
            keycloak: self.address.clone(),
            refresh: None,
        }
    }

    /// How often the key set was asked for.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.state.answered.load(Ordering::Relaxed)
    }

    /// Takes this long for every answer from here on.
    pub fn delay(&self, delay: Duration) {
        let ms = u64::try_from(delay.as_millis()).expect("a delay that somebody waits for");
        self.state.delay_ms.store(ms, Ordering::Relaxed);
    }
}

async fn keys(State((state, _)): State<(Arc<Served>, String)>) -> Json<Value> {
    state.answered.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(state.delay_ms.load(Ordering::Relaxed))).await;
    Json(state.key_set.clone())
}

/// What discovery must have by OpenID Connect, and no more.
async fn discovery(State((_, address)): State<(Arc<Served>, String)>) -> Json<Value> {
    Json(json!({
        "issuer": format!("{address}/realms/peers"),
        "authorization_endpoint": format!("{address}/authorize"),
        "token_endpoint": format!("{address}/token"),
        "jwks_uri": format!("{address}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }))
}
