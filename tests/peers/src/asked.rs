//! A server, and how it is asked: in process, one request after the other, each of them built for the occasion.

use std::future::Future;
use std::hint::black_box;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header as actix_header;
use http::header::{self, HeaderName, HeaderValue};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The value of a request's `Authorization`.
pub type Request = HeaderValue;

/// The other seven header fields, as a browser's `fetch` behind a proxy has them.
const FIELDS: [(&str, &str); 7] = [
    ("host", "api.example.com"),
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("accept", "application/json, text/plain, */*"),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "en-GB,en;q=0.5"),
    ("referer", "https://app.example.com/invoices/2026"),
    ("x-request-id", "0197a3e5-6b1c-7d3f-9a52-3f1f0c6d8e21"),
];

/// Something that answers requests.
pub trait Asked {
    /// The status it answers to one request with this `Authorization`.
    fn status(&self, request: &Request) -> u16;

    /// Asks nothing for a while.
    fn wait(&self, time: Duration);

    /// Asks with one after the other, and counts the answers of 200.
    fn ask(&self, requests: &mut dyn Iterator<Item = &Request>) -> usize;
}

/// A router of axum 0.8, a router of axum 0.7, or a service of actix-web, with the runtime it lives in.
#[derive(Debug)]
pub struct Server<S> {
    runtime: Runtime,
    service: S,
}

impl<S> Server<S> {
    /// Builds one in a runtime of its own, with a thread for what it does besides answering: it refreshes its keys while
    /// others are measured, as it would.
    ///
    /// # Panics
    /// Where there is no runtime to be had.
    pub fn new<F: Future<Output = S>>(build: impl FnOnce() -> F) -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().expect("a runtime");
        let service = runtime.block_on(build());
        Self { runtime, service }
    }
}

/// Token and all, copied as it would have been read from a socket: what follows finds it in the cache, in every server.
fn copied(request: &Request) -> HeaderValue {
    HeaderValue::from_bytes(request.as_bytes()).expect("it was one before")
}

fn of_http<B: Default>(request: &Request) -> http::Request<B> {
    let mut built = http::Request::get("/invoices").body(B::default()).expect("a request");
    for (name, value) in FIELDS {
        built.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    built.headers_mut().insert(header::AUTHORIZATION, copied(request));
    built
}

macro_rules! routers {
    ($($router:ty, $body:ty;)*) => {$(
        impl Asked for Server<$router> {
            fn status(&self, request: &Request) -> u16 {
                let answer = self.service.clone().oneshot(of_http::<$body>(request));
                self.runtime.block_on(answer).expect("routers do not fail").status().as_u16()
            }

            fn wait(&self, time: Duration) {
                self.runtime.block_on(async { tokio::time::sleep(time).await });
            }

            fn ask(&self, requests: &mut dyn Iterator<Item = &Request>) -> usize {
                self.runtime.block_on(async {
                    let mut good = 0;
                    for request in requests {
                        let answer = self.service.clone().oneshot(of_http::<$body>(request)).await;
                        good += usize::from(black_box(answer).expect("routers do not fail").status() == http::StatusCode::OK);
                    }
                    good
                })
            }
        }
    )*};
}

routers! {
    axum::Router, axum::body::Body;
    axum07::Router, axum07::body::Body;
}

/// A service of actix-web, whose requests are made of an older `http`.
#[derive(Debug)]
pub struct ActixService<S>(pub S);

fn of_actix(request: &Request) -> actix_http::Request {
    let mut built = actix_http::Request::new();
    built.head_mut().uri = actix_web::http::Uri::from_static("/invoices");
    let headers = built.headers_mut();
    for (name, value) in FIELDS {
        let name = actix_header::HeaderName::from_static(name);
        headers.insert(name, actix_header::HeaderValue::from_static(value));
    }
    let token = actix_header::HeaderValue::from_bytes(request.as_bytes()).expect("it was one before");
    headers.insert(actix_header::AUTHORIZATION, token);
    built
}

impl<S, B> Asked for Server<ActixService<S>>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    fn status(&self, request: &Request) -> u16 {
        let answer = self.runtime.block_on(self.service.0.call(of_actix(request)));
        answer.map_or_else(|error| error.error_response().status(), |answer| answer.status()).as_u16()
    }

    fn wait(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    fn ask(&self, requests: &mut dyn Iterator<Item = &Request>) -> usize {
        self.runtime.block_on(async {
            let mut good = 0;
            for request in requests {
                let answer = black_box(self.service.0.call(of_actix(request)).await);
                good += usize::from(answer.is_ok_and(|answer| answer.status() == actix_web::http::StatusCode::OK));
            }
            good
        })
    }
}
