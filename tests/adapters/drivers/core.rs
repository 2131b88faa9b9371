//! No framework: what an adapter does, in a few lines.

use std::future::ready;

use portcullis::{AuthError, Authentication, Authenticator, BackChannelLogout, LogoutAnswer};

use crate::answer::Answer;
use crate::logouts::Post;
use crate::row::Request;
use crate::setting::{Approve, Clerk, Either, NoPats, Read, Route, Tenant, UserReads, Users, body};

pub(crate) async fn send(auth: &Authenticator, route: Route, request: &Request) -> Answer {
    let mut head: Vec<(&str, &[u8])> =
        vec![(":method", request.method.as_bytes()), (":path", request.target.as_bytes())];
    head.extend(request.head.iter().map(|(name, value)| (*name, value.as_bytes())));
    let authenticating =
        if route.lets_nobody_in() { auth.authenticate_optional(&head[..]) } else { auth.authenticate(&head[..]) };
    let outcome = authenticating.await.and_then(|who| Ok((handle(route, &who)?, who.must_be_private())));
    match outcome {
        Ok((body, must_be_private)) => {
            let mut fields: Vec<_> = route.says().collect();
            let says_so = |(_, value): &(&str, &str)| ["private", "no-store"].contains(value);
            if must_be_private && !fields.iter().any(says_so) {
                fields.push(("cache-control", "private"));
            }
            Answer::new(200, fields.into_iter().map(|(name, value)| (name, value.as_bytes())), body.as_bytes())
        }
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
        Route::Required | Route::Optional | Route::NoStore | Route::Public | Route::Private => {}
        Route::Read | Route::OptionalRead | Route::ReadLayer => who.require::<Read>()?,
        Route::Either => who.require::<Either>()?,
        Route::Clerk => who.require::<Clerk>()?,
        Route::Approve => who.require::<Approve>()?,
        Route::Users | Route::OptionalUsers => who.require::<Users>()?,
        Route::NoPats => who.require::<NoPats>()?,
        Route::UserReads => who.require::<UserReads>()?,
        Route::Tenant => drop(who.principal::<Tenant>()?),
    }
    Ok(body(who.caller().map(|caller| &**caller)))
}
