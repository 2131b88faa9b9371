//! A network that means harm: real sockets, the built-in client, and servers that do what none should.
//!
//! Each play is done to the metadata and to the key set, to a resource server that holds keys and to one that holds
//! none; [`ordeal`] says what must hold. The time of the one without keys is the system's.

mod endpoint;
mod ordeal;
mod play;
mod plays;
mod site;
mod step;

use ordeal::{take_each, withstand_all, withstand_each};

/// PC-JWKS-2, PC-JWKS-3, PC-JWKS-5, PC-RSP-2, ATK-65
#[tokio::test]
async fn a_server_that_is_slow_or_silent_holds_nobody_up() {
    withstand_each(false, plays::slow).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-RSP-2, ATK-66
#[tokio::test]
async fn a_connection_that_ends_early_takes_nothing_with_it() {
    withstand_each(false, plays::cut_off).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-JWKS-5, PC-RSP-2, ATK-65
#[tokio::test]
async fn a_server_that_sends_too_much_is_cut_off() {
    withstand_each(false, plays::too_much).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-JWKS-5, PC-RSP-2, ATK-65
#[tokio::test]
async fn an_answer_that_lies_about_its_length_or_coding_replaces_nothing() {
    withstand_each(false, plays::lies).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-JWKS-6, PC-RSP-2, RFC8414-3.2-a, ATK-59
#[tokio::test]
async fn another_status_is_neither_followed_nor_believed() {
    withstand_each(false, plays::statuses).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-RSP-2
#[tokio::test]
async fn what_is_no_http_is_no_answer() {
    withstand_each(false, plays::no_http).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-RSP-2, RFC8414-6.1-a
#[tokio::test]
async fn a_server_that_cannot_prove_its_name_is_not_talked_to() {
    withstand_each(true, plays::tls).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-RSP-2
#[tokio::test]
async fn where_nobody_listens_nothing_is_lost() {
    withstand_all(false, plays::nobody()).await;
}

/// PC-JWKS-2, PC-JWKS-3, PC-JWKS-5, PC-RSP-2, RFC8414-3.2-a, ATK-65, ATK-66
#[tokio::test]
async fn a_document_of_no_use_replaces_nothing() {
    withstand_each(false, plays::documents).await;
}

/// What the plays are close to, and what is fair: slow within the time, long within the limit, chunked, to the end
/// of the connection, after an interim answer.
#[tokio::test]
async fn an_odd_answer_that_is_a_fair_one_is_taken() {
    take_each(plays::fair).await;
}
