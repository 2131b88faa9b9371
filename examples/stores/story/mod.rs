//! The same story for every example here: what a team does with an API key in its life, over real HTTP.

use std::error::Error;
use std::time::Duration;

use portcullis::api_key::{ApiKeys, NewKey};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// Create, use, too little scope, rotate with both alive, revoke, use again; and a token, which the handlers do not tell
/// apart. Ends the process's work here when started with `--once`, otherwise serves until Ctrl-C.
pub(crate) async fn play(base: &str, keys: &ApiKeys, token: &str) -> Outcome {
    let get = async |path: &str, field: &str, value: &str, expected: &str| -> Outcome {
        let response = reqwest::Client::builder()
            .no_proxy()
            .build()?
            .get(format!("{base}{path}"))
            .header(field, value)
            .send()
            .await?;
        let status = response.status().as_u16();
        let challenges = response.headers().get_all("www-authenticate").iter().filter_map(|line| line.to_str().ok());
        let challenges: Vec<String> = challenges.map(str::to_owned).collect();
        let got = format!("{status} {}", response.text().await?);
        println!(
            "   GET {path}  {field}: {}…  ->  {} {}",
            &value[..value.len().min(26)],
            got.trim(),
            challenges.join(" | ")
        );
        if got.trim() == expected { Ok(()) } else { Err(format!("expected {expected:?}").into()) }
    };
    let key = |created: &portcullis::api_key::CreatedKey| created.key.expose().to_owned();

    println!("1. a key that may read, shown once");
    let first =
        keys.create(NewKey::api_key("billing-team").tenant("acme").name("nightly").scope("invoices:read")).await?;
    let hello = |id: &str| format!("200 api_key {id} of acme reads invoices");
    get("/invoices", "api-key", &key(&first), &hello(&first.record.id)).await?;
    println!("2. what it may not do");
    get("/approve", "api-key", &key(&first), "403").await?;
    println!("3. a token comes to the same handler");
    get("/invoices", "authorization", &format!("Bearer {token}"), "200 user alice of acme reads invoices").await?;
    println!("4. rotated: both are good for an hour");
    let second = keys.rotate(&first.record.id, Duration::from_secs(3600)).await?;
    get("/invoices", "api-key", &key(&first), &hello(&first.record.id)).await?;
    get("/invoices", "api-key", &key(&second), &hello(&second.record.id)).await?;
    println!("5. the old one revoked: refused at once, the new one is not");
    keys.revoke(&first.record.id).await?;
    get("/invoices", "api-key", &key(&first), "401").await?;
    get("/invoices", "api-key", &key(&second), &hello(&second.record.id)).await?;
    println!("6. mistyped, or nobody's");
    let mistyped = format!("{}x", &key(&second)[..key(&second).len() - 1]);
    get("/invoices", "api-key", &mistyped, "401").await?;
    keys.flush().await;
    if std::env::args().any(|word| word == "--once") {
        return Ok(());
    }
    println!("\nserving on {base} until Ctrl-C:\n   curl -i -H 'Api-Key: {}' {base}/invoices", key(&second));
    Ok(tokio::signal::ctrl_c().await?)
}
