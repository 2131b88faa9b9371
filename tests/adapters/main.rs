//! One suite for every adapter: the same requests, the same answers, field for field and byte for byte.
//!
//! [`rows`] is the suite, as data. Each row is sent through the core alone and through every framework that has an
//! adapter; the answers must be the row's, and equal to each other.
#![forbid(unsafe_code)]

mod answer;
mod drivers;
mod keys;
mod logouts;
mod preflight;
mod row;
mod rows;
mod secrets;
mod setting;
mod sockets;
mod tokens;
mod unending;

use std::io::Write;

use answer::Answer;
use drivers::Driver;
use row::Row;
use setting::Settings;

/// OA21-5.1-a, PC-EXT-2, PC-AUTHZ-1, PC-AUTHZ-2, RFC9110-15.5.2-a, RFC6750-3.1-f, PC-RSP-2, PC-RSP-4, ATK-49, ATK-51, ATK-53
#[actix_web::test]
async fn every_adapter_gives_the_same_answers() {
    let rows = rows::all();
    let tokens = tokens::Tokens::new();
    assert!(rows.len() >= 60, "{} rows", rows.len());
    let mut answers = 0;
    for (number, row) in rows.iter().enumerate() {
        assert!(rows[..number].iter().all(|other| other.name != row.name), "{} twice", row.name);
        let request = row.request(&tokens);
        let expected = row.answer();
        for driver in Driver::ALL {
            let auth = row.settings.authenticator(&tokens.issuer);
            let answer = driver.send(auth, row.route, &request).await;
            assert_eq!(answer, expected, "{} on {driver:?}", row.name);
            answers += 1;
        }
    }
    // Past the capture of the test runner: the counts are part of what is shown.
    let counts =
        format!("adapters: {} rows x {} drivers = {answers} answers, all identical\n", rows.len(), Driver::ALL.len());
    std::io::stdout().write_all(counts.as_bytes()).expect("a standard output");
}

/// Every setting and every route is met by some row, and so is every kind of answer.
#[test]
fn the_rows_reach_everything() {
    let rows = rows::all();
    for settings in Settings::ALL {
        assert!(rows.iter().any(|row| row.settings == settings), "{settings:?}");
    }
    for route in setting::Route::ALL {
        let of_route = || rows.iter().filter(move |row| row.route == route);
        assert!(of_route().any(|row| row.status == 200) && of_route().any(|row| row.status != 200), "{route:?}");
    }
    for (status, least) in [(200, 8), (400, 8), (401, 8), (403, 8), (503, 2)] {
        assert!(rows.iter().filter(|row: &&Row| row.status == status).count() >= least, "{status}");
    }
    assert_eq!(Answer::default().status, 0);
}
