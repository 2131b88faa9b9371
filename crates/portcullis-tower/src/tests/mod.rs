//! The layers as a service uses them. What a token must be is tested in the core.

mod authenticating;
mod backpressure;
mod requiring;

use std::convert::Infallible;
use std::future::ready;
use std::time::{Duration, SystemTime};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use http::{Request, Response};
use portcullis::fetch::{Fetch, FetchError, FetchFuture, FetchRequest, FetchResponse};
use portcullis::{AuthError, Authentication, Authenticator, Issuer, Reason, Refusal};
use tower::{Service, ServiceExt};

const ISSUER: &str = "https://issuer.test/";
const AUDIENCE: &str = "https://api.test";

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
}

fn key_set() -> String {
    format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{}"}}]}}"#, base64url(key().public_key()))
}

/// The value of an `Authorization` field for alice.
fn bearer() -> String {
    let expires = SystemTime::now() + Duration::from_secs(300);
    let exp = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","exp":{exp},"sub":"alice"}}"#);
    let input = format!("{}.{}", base64url(r#"{"alg":"EdDSA"}"#), base64url(claims));
    format!("Bearer {input}.{}", base64url(key().sign(input.as_bytes())))
}

/// Has its keys, and answers with a body.
fn authenticator() -> Authenticator {
    let issuer = Issuer::new(ISSUER, AUDIENCE).key_set(key_set());
    Authenticator::trusting(issuer).realm("tests").problem_details().build().unwrap()
}

/// Has to ask for its keys, of an issuer that answers or does not.
fn remote(reachable: bool) -> Authenticator {
    #[derive(Debug)]
    struct Script {
        reachable: bool,
    }

    impl Fetch for Script {
        fn fetch(&self, _: FetchRequest) -> FetchFuture {
            let response = FetchResponse::new(200, key_set());
            Box::pin(ready(if self.reachable { Ok(response) } else { Err(FetchError::Timeout) }))
        }
    }

    let issuer = Issuer::new(ISSUER, AUDIENCE).jwks_url("https://issuer.test/keys");
    Authenticator::trusting(issuer).fetch_with(Script { reachable }).build().unwrap()
}

fn request(credential: Option<&str>) -> Request<()> {
    let mut request = Request::new(());
    if let Some(credential) = credential {
        request.headers_mut().insert("authorization", credential.parse().unwrap());
    }
    request
}

/// Answers with the caller.
async fn whoami(request: Request<()>) -> Result<Response<Vec<u8>>, Infallible> {
    let authentication = request.extensions().get::<Authentication>().expect("the layer has run");
    let name = authentication.caller().map_or("nobody", |caller| caller.subject().unwrap_or_default());
    Ok(Response::new(name.as_bytes().to_vec()))
}

async fn call<S, B>(service: S, request: Request<()>) -> Response<B>
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    service.oneshot(request).await.unwrap()
}

/// Asserts that the response has exactly the refusal's status and header fields and says why; returns the reason.
fn refused<B>(response: &Response<B>, refusal: impl FnOnce(&AuthError) -> Refusal) -> (Reason, Vec<u8>) {
    let error = response.extensions().get::<AuthError>().expect("the error is in the extensions");
    let expected = refusal(error);
    assert_eq!(response.status(), expected.status);
    let headers: Vec<_> = response.headers().iter().map(|(n, v)| (n.as_str(), v.to_str().unwrap())).collect();
    let wanted: Vec<_> = expected.headers.iter().map(|(name, value)| (*name, &**value)).collect();
    assert_eq!(headers, wanted);
    (error.reason(), expected.body)
}
