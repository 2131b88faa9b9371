//! What was confirmed is there, whenever the process was ended.
//!
//! ```console
//! cargo test --all-features -p portcullis-store-sqlx --test killed             # as in every test run
//! cargo test --all-features -p portcullis-store-sqlx --test killed -- --full   # 10,000 steps in each
//! ```
//!
//! A second process makes keys and revokes every third, and prints the id of each after it was confirmed. It is killed
//! (SIGKILL) at a random moment, several times, and goes on where it was, until all steps are done. After each end
//! everything that was printed is looked up.

#[cfg(unix)]
mod records;
#[cfg(unix)]
mod servers;

#[cfg(unix)]
mod killed {
    use std::collections::HashSet;
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::{Command, Stdio};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use portcullis::api_key::{ApiKeyStore, KeyChange};
    use portcullis_store_sqlx::{PostgresKeyStore, SqliteKeyStore};

    use crate::records::record;
    use crate::servers::postgres;

    const PLACE: &str = "PORTCULLIS_KILLED_PLACE";
    const FROM: &str = "PORTCULLIS_KILLED_FROM";
    const TO: &str = "PORTCULLIS_KILLED_TO";
    const KILLS: u32 = 6;
    const AT_MOST: Duration = Duration::from_secs(300);

    pub(crate) fn main() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        if let Ok(place) = std::env::var(PLACE) {
            return runtime.block_on(work(&place));
        }
        let full = std::env::args().any(|word| word == "--full");
        let folder = std::env::temp_dir().join(format!("portcullis-killed-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder below the one for temporary files");
        let file = folder.join("keys.db");
        let (in_sqlite, in_postgres) = if full { (10_000, 10_000) } else { (1_000, 500) };
        runtime.block_on(kill("SQLite", &file.to_string_lossy(), in_sqlite));
        std::fs::remove_dir_all(folder).expect("a folder of ours");
        if let Some(server) = postgres() {
            runtime.block_on(kill("PostgreSQL", &server.url(&server.database()), in_postgres));
        }
    }

    async fn open(place: &str) -> Arc<dyn ApiKeyStore> {
        if place.starts_with("postgres:") {
            Arc::new(PostgresKeyStore::connect_and_migrate(place).await.expect("a server that works"))
        } else {
            Arc::new(SqliteKeyStore::open(place).await.expect("a file that works"))
        }
    }

    /// The second process. A line is written at once and whole.
    async fn work(place: &str) {
        let number = |name| std::env::var(name).expect("the first process says it").parse().expect("a number");
        let (from, to): (u32, u32) = (number(FROM), number(TO));
        let store = open(place).await;
        let mut confirmed = std::io::stdout();
        for step in from..to {
            let id = format!("k{step}");
            store.insert(&record(&id)).await.expect("a new key");
            confirmed.write_all(format!("+{id}\n").as_bytes()).expect("a pipe");
            if step % 3 == 0 {
                let revoked = KeyChange::Revoke { at: record("").created_at };
                store.change("acme_test", &id, &revoked).await.expect("a change").expect("a key that is there");
                confirmed.write_all(format!("-{id}\n").as_bytes()).expect("a pipe");
            }
        }
    }

    async fn kill(name: &str, place: &str, steps: u32) {
        let began = Instant::now();
        let mut made = HashSet::new();
        let mut revoked = HashSet::new();
        let (mut from, mut kills) = (0, 0);
        while from < steps {
            assert!(began.elapsed() < AT_MOST, "{name}: {from} of {steps} steps in {AT_MOST:?}");
            let mut second = Command::new(std::env::current_exe().expect("this program"));
            second.env(PLACE, place).env(FROM, from.to_string()).env(TO, steps.to_string());
            let mut second = second.stdout(Stdio::piped()).spawn().expect("this program");
            let lines = BufReader::new(second.stdout.take().expect("a pipe")).lines();
            // Somewhere in what is left, and inside of a step.
            let until = (kills < KILLS).then(|| fastrand::u32(from..steps));
            let mut wait = Duration::from_micros(fastrand::u64(1..3_000));
            for line in lines {
                let line = line.expect("text");
                let (sign, id) = line.split_at(1);
                let step: u32 = id[1..].parse().expect("a number");
                let _ = if sign == "+" { made.insert(id.to_owned()) } else { revoked.insert(id.to_owned()) };
                if until.is_some_and(|until| step >= until) && !wait.is_zero() {
                    std::thread::sleep(std::mem::take(&mut wait));
                    second.kill().expect("a process of ours");
                }
            }
            let status = second.wait().expect("a process of ours");
            if !status.success() {
                assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{name}: {status}");
                kills += 1;
            }
            from = look(name, place, &made, &revoked, from).await;
            if status.success() {
                break;
            }
        }
        let (made, revoked, took) = (made.len(), revoked.len(), began.elapsed());
        println!("{name}: {made} keys made and {revoked} revoked, killed {kills} times, nothing lost ({took:.1?})");
        assert!(kills > 0, "{name}: it was over before it was killed");
    }

    /// Everything that was confirmed, and the step to go on from: one may have been made that was not.
    async fn look(name: &str, place: &str, made: &HashSet<String>, revoked: &HashSet<String>, from: u32) -> u32 {
        let store = open(place).await;
        store.check().await.expect("a whole database");
        for id in made {
            let found = store.find("acme_test", id).await.expect("a store that works").record;
            let found = found.unwrap_or_else(|| panic!("{name}: {id} was confirmed and is not there"));
            assert!(!revoked.contains(id) || found.revoked_at.is_some(), "{name}: {id} is good again");
        }
        let mut next = from;
        while store.find("acme_test", &format!("k{next}")).await.expect("a store that works").record.is_some() {
            next += 1;
        }
        next
    }
}

fn main() {
    #[cfg(unix)]
    killed::main();
}
