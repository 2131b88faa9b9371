//! One request and what becomes of it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::body::AnswerBody;
use super::form::Form;
use super::{Endpoint, State, authorize, token};
use crate::document::served::{Document, serve};
use crate::journal::RecordedRequest;
use crate::script::{Answer, Behaviour, EVERYWHERE, apply_headers};

/// Request bodies are forms of a few hundred octets.
const MOST_BODY: usize = 64 * 1024;

/// A request with its body read.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) authorization: Vec<String>,
    pub(super) content_type: String,
    if_none_match: Option<String>,
    /// The query of a GET, the body of a POST.
    pub(super) form: Form,
}

/// An error closes the connection without an answer.
pub(super) async fn handle(state: Arc<State>, request: Request<Incoming>) -> io::Result<Response<AnswerBody>> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let body = Limited::new(body, MOST_BODY).collect().await.map(|body| body.to_bytes());
    let too_large = body.is_err();
    let body = body.unwrap_or_default();

    let field = |name: &str| {
        let values = head.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect::<Vec<_>>()
    };
    let query = head.uri.query().unwrap_or_default();
    let form = if head.method == Method::POST { String::from_utf8_lossy(&body) } else { query.into() };
    let asked = Asked {
        authorization: field("authorization"),
        content_type: field("content-type").join(", "),
        if_none_match: field("if-none-match").first().cloned(),
        form: Form::parse(&form),
        method: head.method,
    };

    let mut recorded = RecordedRequest::new(asked.method.as_str(), &path);
    for (name, value) in &head.headers {
        recorded.header(name.as_str(), value.as_bytes());
    }
    for (name, value) in asked.form.pairs() {
        recorded.parameter(name, value);
    }
    state.journal.record(recorded);

    if too_large {
        return Ok(sent(Answer::new(413)));
    }
    let endpoint = state.endpoint(&path);
    let place = endpoint.map_or(EVERYWHERE, Endpoint::place);
    loop {
        let seen = state.playbook.generation(place);
        match state.playbook.next(place) {
            Behaviour::Serve => return Ok(sent(good(&state, endpoint, &asked))),
            Behaviour::Fail => return Err(io::Error::other("scripted outage")),
            Behaviour::Hang => state.playbook.changed_since(place, seen).await,
            Behaviour::Slow(delay) => {
                tokio::time::sleep(delay).await;
                return Ok(sent(good(&state, endpoint, &asked)));
            }
            Behaviour::Answer(answer) => return Ok(sent(answer)),
            Behaviour::Endless(pause) => return Ok(endless(pause)),
            Behaviour::CutOff => {
                let mut answer = good(&state, endpoint, &asked);
                let body = AnswerBody::cut_off(&std::mem::take(&mut answer.body));
                return Ok(sent(answer).map(|_| body));
            }
        }
    }
}

fn good(state: &State, endpoint: Option<Endpoint>, asked: &Asked) -> Answer {
    let Some(endpoint) = endpoint else { return Answer::new(404) };
    let allowed = match endpoint {
        Endpoint::Token => Method::POST,
        _ => Method::GET,
    };
    if asked.method != allowed {
        return Answer::new(405).header("allow", allowed.as_str());
    }
    let headers = state.playbook.headers(endpoint.place());
    let document = |document| serve(&state.issuer, document, asked.if_none_match.as_deref(), headers.clone());
    let mut answer = match endpoint {
        Endpoint::Discovery => return document(Document::Discovery),
        Endpoint::Jwks => return document(Document::KeySet),
        Endpoint::Token => token::answer(state, asked),
        Endpoint::Authorize => authorize::answer(state, &asked.form),
    };
    apply_headers(&mut answer, headers);
    answer
}

fn sent(answer: Answer) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(answer.body));
    // A status that HTTP does not have is the script's mistake; 500 says so without a panic in another thread.
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn endless(pause: Duration) -> Response<AnswerBody> {
    sent(Answer::json(200, Vec::new())).map(|_| AnswerBody::endless(pause))
}
