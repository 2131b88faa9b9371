//! How a file's cases went.

use std::collections::BTreeMap;
use std::fmt;

use super::case::{Answer, Expected};
use super::listed::{Listed, Row};

/// The counts of one file or of several, and a line for everything that wants to be read.
#[derive(Debug, Default)]
pub struct Report {
    /// Cases that went as their file expects, or as is written down.
    pub passed: usize,
    /// Cases that went otherwise.
    pub failed: usize,
    /// Cases about something that the library does not do.
    pub skipped: usize,
    /// Cases among the passed that went as is written down.
    pub listed: Vec<String>,
    /// Everything to be read: failures, and what was skipped or only told.
    pub lines: Vec<String>,
    /// How often each outcome came.
    pub outcomes: BTreeMap<String, usize>,
}

impl Report {
    pub(super) fn judge(file: &str, answers: Vec<Answer>, listed: &Listed) -> Self {
        let mut report = Self::default();
        let mut skips = BTreeMap::<&str, usize>::new();
        for answer in &answers {
            if let Expected::Skip(why) = answer.expected {
                report.skipped += 1;
                *skips.entry(why).or_default() += 1;
                continue;
            }
            *report.outcomes.entry(answer.got.outcome.clone()).or_default() += 1;
            match (verdict(answer, listed.about(&answer.case), listed.complete), &answer.title) {
                (Ok(note), _) => {
                    // What nobody has said anything about has not passed.
                    match answer.expected {
                        Expected::Anything => report.skipped += 1,
                        _ => report.passed += 1,
                    }
                    report.lines.extend(note.map(|note| format!("{file}: {}: {note}", answer.case)));
                    report.listed.extend(listed.about(&answer.case).map(|_| answer.case.clone()));
                }
                (Err(fault), Some(title)) => report.fail(format!("{file}: {} {title}: {fault}", answer.case)),
                (Err(fault), None) => report.fail(format!("{file}: {}: {fault}", answer.case)),
            }
        }
        report.lines.extend(skips.iter().map(|(why, count)| format!("{file}: {why}: {count} skipped")));
        let mut lost: Vec<&Row> = listed.rows().filter(|row| answers.iter().all(|one| one.case != row.case)).collect();
        lost.sort_by_key(|row| row.case);
        for row in lost.iter().filter(|_| listed.complete) {
            report.fail(format!("{file}: {}: is on the list of differences, and not in the file", row.case));
        }
        report
    }

    fn fail(&mut self, line: String) {
        self.failed += 1;
        self.lines.push(line);
    }

    /// Counts another file's cases too.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.listed.extend(other.listed);
        self.lines.extend(other.lines);
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_default() += count;
        }
    }
}

/// Passed, perhaps with something to be told; or what is wrong.
fn verdict(answer: &Answer, row: Option<&Row>, complete: bool) -> Result<Option<String>, String> {
    let Answer { expected, got, .. } = answer;
    let as_expected = expected.is_met_by(got);
    match row {
        Some(row) if row.outcome != got.outcome => {
            Err(format!("expected {}, as is written down ({}); got {got}", row.outcome, row.why))
        }
        Some(_) if as_expected && *expected != Expected::Either => {
            Err(format!("is on the list of differences, and does not differ: got {got}, as the file expects"))
        }
        Some(_) => Ok(None),
        None if !as_expected => Err(format!("expected {}, got {got}", expected.as_str())),
        None if *expected == Expected::Either && complete => {
            Err(format!("either is right, and which is written down nowhere: got {got}"))
        }
        None if *expected == Expected::Either => Ok(Some(format!("either is right; it is {got}"))),
        None if *expected == Expected::Anything => Ok(Some(format!("nothing is expected; it is {got}"))),
        None => Ok(None),
    }
}

/// The closing line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 { write!(f, ", {} skipped", self.skipped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::{ACCEPT, Got};
    use super::*;

    const ROW: Row = Row { file: "f", case: "c", outcome: "key_unknown", why: "because" };

    fn passes(expected: Expected, got: &str, row: Option<&Row>, complete: bool) -> bool {
        verdict(&Answer::new("c", expected, Got::outcome(got)), row, complete).is_ok()
    }

    #[test]
    fn a_case_passes_as_its_file_expects_or_as_is_written_down() {
        assert!(passes(Expected::Accept, ACCEPT, None, true));
        assert!(!passes(Expected::Accept, "key_unknown", None, true));
        assert!(passes(Expected::Accept, "key_unknown", Some(&ROW), true));
        assert!(!passes(Expected::Accept, "key_unsuitable", Some(&ROW), true), "for another reason");
        assert!(passes(Expected::Refuse, "key_unknown", None, true));
        assert!(!passes(Expected::Refuse, ACCEPT, None, true));
        assert!(!passes(Expected::Refuse, "keys_unavailable", None, true), "503 blames nobody's token");
    }

    #[test]
    fn a_row_that_no_longer_differs_fails_and_so_does_a_choice_that_is_not_written_down() {
        assert!(!passes(Expected::Accept, ACCEPT, Some(&ROW), true));
        assert!(!passes(Expected::Refuse, "key_unknown", Some(&ROW), true));
        assert!(passes(Expected::Either, "key_unknown", Some(&ROW), true));
        assert!(!passes(Expected::Either, "key_unknown", None, true));
        assert!(passes(Expected::Either, "key_unknown", None, false), "in a file that is not ours");
    }

    #[test]
    fn the_closing_line_counts_what_was_skipped_only_if_something_was() {
        let mut report = Report { passed: 2, failed: 1, ..Report::default() };
        assert_eq!(report.to_string(), "2 passed, 1 failed");
        report.add(Report { skipped: 3, ..Report::default() });
        assert_eq!(report.to_string(), "2 passed, 1 failed, 3 skipped");
    }
}
