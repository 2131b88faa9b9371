//! What is wrong with the arguments of a command, as far as it can be known before a store is asked.

use std::path::Path;
use std::time::SystemTime;

use crate::failure::{Problem, problems_of_key};
use crate::key_arguments::{End, KeyCommand};

/// All of it.
pub(crate) fn problems_of(command: &KeyCommand) -> Vec<Problem> {
    let mut problems: Vec<Problem> = command.id().and_then(|id| not_an_id("ID", id)).into_iter().collect();
    match command {
        KeyCommand::Create(new) | KeyCommand::Import { new, .. } => {
            problems.extend(problems_of_key(&new.key().problems(SystemTime::now())));
        }
        KeyCommand::Grant { rights, .. } => problems.extend(problems_of_key(&rights.rights().problems())),
        KeyCommand::Expire { end, .. } => problems.extend(beyond_all_clocks(end)),
        KeyCommand::List { after, .. } => problems.extend(after.iter().find_map(|id| not_an_id("--after", id))),
        KeyCommand::Backup { file } => problems.extend(no_new_file(file)),
        KeyCommand::NotBefore { at: Some(at), .. } if *at > SystemTime::now() => problems.push(Problem::new(
            "--at",
            "a time that has not come: new keys would be refused until then",
            "give one that has passed, or --now",
        )),
        _ => {}
    }
    problems
}

/// A whole key where its id should be is a secret in the list of processes, and in the history of the shell.
fn not_an_id(setting: &str, text: &str) -> Option<Problem> {
    if (1..=64).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_alphanumeric()) {
        return None;
    }
    let remedy = "give the part between the last two `_` of a key, never a whole key: `verify` takes that on standard \
                  input, and says its id";
    Some(Problem::new(setting, "not the public id of a key", remedy))
}

fn no_new_file(file: &Path) -> Option<Problem> {
    if file.symlink_metadata().is_ok() {
        return Some(Problem::new("FILE", format!("{} is there already", file.display()), "name another"));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.filter(|folder| !folder.is_dir())?;
    Some(Problem::new("FILE", format!("there is no folder {}", folder.display()), "make it, or name another file"))
}

fn beyond_all_clocks(end: &End) -> Option<Problem> {
    let time = end.expires_in?;
    let problem = || Problem::new("--expires-in", "beyond all clocks", "give a shorter time, or --never");
    SystemTime::now().checked_add(time).is_none().then(problem)
}
