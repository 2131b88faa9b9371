//! Redis is killed.

use std::time::{Duration, Instant};

use portcullis::Reason;
use portcullis::defaults::REVOCATIONS_USABLE_FOR;
use portcullis_redis::RevokeError;
use portcullis_tests::servers::RedisServer;

use crate::Failure;
use crate::fleet::Fleet;

const AWAY: Duration = Duration::from_secs(2);
/// What is revoked meanwhile.
const DURING: usize = 100;
/// The bound of the instance that is to reach it.
const SHORT: Duration = Duration::from_secs(1);

/// For less than the bound: nothing that was revoked is accepted for longer than the outage and what follows it.
pub(crate) async fn comes_back_empty(server: &mut RedisServer, fleet: &Fleet, before: usize) -> Result<(), Failure> {
    server.kill();
    let killed = Instant::now();
    let during: Vec<String> = (0..DURING).map(|n| format!("during {n}")).collect();
    for jti in &during {
        match fleet.at(0).revoke(jti).await {
            Err(RevokeError::NotConfirmed(_)) => {}
            other => return Err(format!("revoked without a Redis: {other:?}").into()),
        }
    }
    while killed.elapsed() < AWAY {
        all_refuse(fleet, (0..before).map(|n| format!("revoked {n}")))?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server.start_again();
    let back = Instant::now();
    let tokens: Vec<String> = during.iter().map(|jti| fleet.token(jti)).collect();
    while fleet.instances.iter().any(|instance| tokens.iter().any(|token| instance.accepts(token))) {
        if back.elapsed() > Duration::from_secs(20) {
            return Err("what was revoked while Redis was away does not spread".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let spread = back.elapsed();
    for instance in &fleet.instances {
        tokio::time::timeout(Duration::from_secs(20), instance.shared.in_step()).await??;
    }
    let in_step = back.elapsed();
    // One that knows nothing but what the others put back.
    let fresh = fleet.another(&server.url(), REVOCATIONS_USABLE_FOR).await?;
    let all = (0..before).map(|n| format!("revoked {n}")).chain(during);
    let missing = all.filter(|jti| fresh.decide(&fleet.token(jti)) != Some(Reason::TokenRevoked)).count();
    if missing > 0 {
        return Err(format!("{missing} revocations were lost with Redis").into());
    }
    println!(
        "Redis killed for {AWAY:?}, back empty: {DURING} revocations of meanwhile at every instance after {spread:.2?}, all in \
         step after {in_step:.2?}, none of {} lost",
        before + DURING
    );
    Ok(())
}

/// For longer than the bound of one instance, which then refuses everybody until it is in step.
pub(crate) async fn stays_away(server: &mut RedisServer, fleet: &Fleet) -> Result<(), Failure> {
    let short = fleet.another(&server.url(), SHORT).await?;
    let good = fleet.token("good");
    if !short.accepts(&good) {
        return Err("a good token is refused".into());
    }
    server.kill();
    let killed = Instant::now();
    let refused = loop {
        match short.decide(&good) {
            Some(Reason::RevocationsUnavailable) => break killed.elapsed(),
            Some(other) => return Err(format!("refused for another reason: {other}").into()),
            // It was in step at the latest when Redis was killed.
            None if killed.elapsed() > SHORT + Duration::from_millis(100) => {
                return Err("accepted beyond the bound".into());
            }
            None => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    };
    server.start_again();
    let back = Instant::now();
    while !short.accepts(&good) {
        if back.elapsed() > Duration::from_secs(20) {
            return Err("refused although Redis is back".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!(
        "Redis killed, bound {SHORT:?}: 503 from {refused:.2?} on, accepted again {:.2?} after Redis was back",
        back.elapsed()
    );
    Ok(())
}

fn all_refuse(fleet: &Fleet, jtis: impl Iterator<Item = String>) -> Result<(), Failure> {
    for jti in jtis {
        let token = fleet.token(&jti);
        if fleet.instances.iter().any(|instance| instance.decide(&token) != Some(Reason::TokenRevoked)) {
            return Err("a revoked token is accepted while Redis is away".into());
        }
    }
    Ok(())
}
