//! Logout tokens, good ones and bad ones: whose logout it is is nobody's business either.

use std::future::ready;

use portcullis::{BackChannelLogout, LogoutAnswer, Revocations};
use portcullis_testing::{LogoutDefect, TestIssuer};

use super::MARK;
use super::capture::{Capture, Channel};
use super::prey::Prey;
use crate::drivers::Driver;
use crate::logouts::Post;

const HEAD: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded")];

pub(super) async fn send_all(capture: &Capture, prey: &mut Prey) {
    let issuer = TestIssuer::new();
    let list = Revocations::with_clock(issuer.clock());
    let auth = issuer.authenticator_builder().revocations(list.clone()).build().expect("a good configuration");
    let logout = BackChannelLogout::builder(&auth, issuer.url(), "test-client").build().expect("a good configuration");
    let marked = || {
        let token = issuer.logout_token().subject(&format!("{MARK}-subject")).session(&format!("{MARK}-session"));
        token.claim("email", MARK)
    };
    let id = |token: portcullis_testing::TokenBuilder| token.claim("jti", format!("{MARK}-id"));
    let good = [marked(), marked().without("sid"), id(marked()), id(marked())].map(|token| token.sign());
    let bad = LogoutDefect::ALL.iter().map(|defect| marked().logout_defect(*defect).sign());
    for token in good.into_iter().chain(bad) {
        prey.add_token(&token);
        let post = Post { method: "POST", head: HEAD.to_vec(), body: format!("logout_token={token}").into_bytes() };
        for driver in Driver::ALL {
            let answer = driver.post(logout.clone(), &post).await;
            for (name, value) in &answer.fields {
                capture.hear(Channel::Field, format!("{name}: {value}"));
            }
            capture.hear(Channel::Body, answer.body);
        }
        let logout = BackChannelLogout::builder(&auth, issuer.url(), "test-client").every_session();
        let logout = logout.build().expect("a good configuration");
        let head = HEAD.map(|(name, value)| (name, value.as_bytes()));
        let outcome = logout.receive("POST", &head[..], |_| ready(Ok(&post.body))).await;
        capture.show(&(&outcome, &logout, &list, LogoutAnswer::to(&outcome)));
        if let Err(error) = &outcome {
            capture.show_error(error);
        }
    }
}
