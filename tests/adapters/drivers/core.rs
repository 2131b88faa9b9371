//! No framework: what an adapter does, in a few lines.

use std::future::ready;

use portcullis::{AuthError, Authentication, Authenticator, BackChannelLogout, LogoutAnswer};

use crate::answer::Answer;
use crate::logouts::Post;
use crate::row::Request;
use crate::setting::{Approve, Clerk, Either, Read, Route, Tenant, body};

pub(crate) async fn send(auth: &Authenticator, route: Route, request: &Request) -> Answer {
    let head: Vec<(&str, &[u8])> = request.head.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let authenticating =
        if route.lets_nobody_in() { auth.authenticate_optional(&head[..]) } else { auth.authenticate(&head[..]) };
    let outcome = authenticating.await.and_then(|who| handle(route, &who));
    match outcome {
        Ok(body) => Answer::new(200, [("content-type", &b"application/json"[..])].into_iter(), body.as_bytes()),
        Err(error) => {
            let refusal = auth.refuse(&error);
            let fields = refusal.headers.iter().map(|(name, value)| (*name, value.as_bytes()));
            Answer::new(refusal.status, fields, &refusal.body)
        }
    }
}

pub(crate) async fn post(logout: &BackChannelLogout, post: &Post) -> Answer {
    let head: Vec<(&str, &[u8])> = post.head.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let outcome = logout.receive(post.method, &head[..], |_| ready(Ok(&post.body))).await;
    let answer = LogoutAnswer::to(&outcome);
    Answer::new(answer.status, answer.headers.iter().map(|(name, value)| (*name, value.as_bytes())), &answer.body)
}

fn handle(route: Route, who: &Authentication) -> Result<String, AuthError> {
    match route {
        Route::Required | Route::Optional => {}
        Route::Read | Route::OptionalRead | Route::ReadLayer => who.require::<Read>()?,
        Route::Either => who.require::<Either>()?,
        Route::Clerk => who.require::<Clerk>()?,
        Route::Approve => who.require::<Approve>()?,
        Route::Tenant => drop(who.principal::<Tenant>()?),
    }
    Ok(body(who.caller().map(|caller| &**caller)))
}
