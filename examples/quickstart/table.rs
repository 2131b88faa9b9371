//! The story as a table.

use crate::story::Row;

/// Prints the rows; whether all were as expected.
pub(crate) fn print(rows: &[Row]) -> bool {
    let request_width = rows.iter().map(|row| row.request.len()).max().unwrap_or(0);
    let challenge_width = rows.iter().map(|row| row.answer.challenge.len()).max().unwrap_or(0);
    let line = |request: &str, status: &str, mark: &str, challenge: &str, reason: &str| {
        let line = format!("{request:request_width$}  {status:6} {mark:5}  {challenge:challenge_width$}  {reason}");
        println!("{}", line.trim_end());
    };

    line("request", "status", "", "WWW-Authenticate", "what only the log says");
    for row in rows {
        let mark = if row.is_as_expected() { "ok" } else { "WRONG" };
        let reason = row.reason.map_or("", |reason| reason.as_str());
        line(row.request, &row.answer.status.to_string(), mark, &row.answer.challenge, reason);
    }
    let wrong: Vec<&Row> = rows.iter().filter(|row| !row.is_as_expected()).collect();
    for Row { request, expected: (status, error), .. } in &wrong {
        println!("\n{request}: {status} {} was expected", error.unwrap_or("without an error code"));
    }
    println!("\n{} of {} as expected\n", rows.len() - wrong.len(), rows.len());
    wrong.is_empty()
}
