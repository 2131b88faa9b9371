//! The adapter as an application uses it. What a token must be is tested in the core.

mod authenticating;
mod extracting;
mod requiring;
mod waiting;

use std::time::{Duration, SystemTime};

use actix_web::body::{self, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::{HttpResponse, test};
use aws_lc_rs::hmac;
use portcullis::{Algorithm, AuthError, Authentication, Authenticator, Issuer, Reason, Refusal, requirement};

pub(crate) const ISSUER: &str = "https://issuer.test/";
pub(crate) const AUDIENCE: &str = "https://api.test";
const SECRET: &[u8; 32] = b"thirty-two octets for the tests.";

requirement! { pub(crate) ReadInvoices = all("invoices:read") }

/// Claims that not every token has.
#[derive(serde::Deserialize)]
pub(crate) struct Tenant {
    pub(crate) tenant: String,
}

/// Knows one secret, and answers with a body, so that bodies are compared too.
pub(crate) fn authenticator() -> Authenticator {
    let issuer = Issuer::new(ISSUER, AUDIENCE).local_secret(Algorithm::HS256, SECRET.to_vec(), None);
    Authenticator::trusting(issuer).realm("tests").problem_details().build().unwrap()
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// What is signed: good claims for `subject`, with `more` (which starts with a comma, or is empty).
pub(crate) fn signing_input(alg: &str, subject: &str, more: &str) -> String {
    let expires = SystemTime::now() + Duration::from_secs(300);
    let exp = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let claims = format!(r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","exp":{exp},"sub":"{subject}"{more}}}"#);
    format!("{}.{}", base64url(format!(r#"{{"alg":"{alg}"}}"#)), base64url(claims))
}

/// The value of an `Authorization` field that [`authenticator`] accepts.
pub(crate) fn bearer(subject: &str, more: &str) -> String {
    let input = signing_input("HS256", subject, more);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, SECRET), input.as_bytes());
    format!("Bearer {input}.{}", base64url(signature))
}

/// What an optional middleware leaves when nothing was presented.
pub(crate) fn nobody() -> Authentication {
    let head: [(&str, &[u8]); 0] = [];
    authenticator().authenticate_optional(&head[..]).now().unwrap().unwrap()
}

/// Asserts that the response is the refusal byte for byte and says why; returns the reason.
pub(crate) async fn refused<B: MessageBody>(
    response: HttpResponse<B>,
    refusal: impl FnOnce(&AuthError) -> Refusal,
) -> Reason {
    let error = response.extensions().get::<AuthError>().cloned().expect("the error is in the extensions");
    let expected = refusal(&error);
    assert_eq!(response.status(), expected.status);
    let mut headers: Vec<_> = response.headers().iter().map(|(n, v)| (n.as_str(), v.to_str().unwrap())).collect();
    let mut wanted: Vec<_> = expected.headers.iter().map(|(name, value)| (*name, &**value)).collect();
    headers.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(headers, wanted);
    let bytes = body::to_bytes(response.into_body()).await.ok().expect("a body of bytes");
    assert_eq!(bytes, expected.body);
    error.reason()
}

pub(crate) async fn text<B: MessageBody>(response: ServiceResponse<B>) -> String {
    assert_eq!(response.status(), 200);
    String::from_utf8(test::read_body(response).await.to_vec()).unwrap()
}
