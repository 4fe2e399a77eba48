//! Files and the environment, laid one over the other.

use super::{Folder, LEAST, line_of, problem};
use std::path::Path;

#[test]
fn later_files_overrule_keys_and_the_environment_overrules_files() {
    let folder = Folder::new(LEAST)
        .with(
            "conf.d/10.toml",
            "[desk]\nlocale = \"es\"\n[limits]\nauto_mails_per_hour = 1",
            0o644,
        )
        .with("conf.d/20.toml", "[limits]\nauto_mails_per_hour = 2", 0o644)
        .with("conf.d/30.txt", "nonsense", 0o644);
    let config = folder.load(&[]).unwrap();
    assert_eq!((config.desk.locale.as_str(), config.limits.per_hour), ("es", 2));
    assert_eq!(config.desk.name, "Acme Support");
    assert_eq!(config.files.len(), 3);
    let variables = [
        ("BUZON__DESK__NAME", "Other Support"),
        ("BUZON__DESK__LANGUAGES", "[\"es\"]"),
        ("BUZON__LIMITS__AUTO_MAILS_PER_HOUR", "3"),
        ("BUZON__OUTBOX__GIVE_UP_AFTER", "2d"),
        ("BUZON_UNRELATED", "x"),
    ];
    let config = folder.load(&variables).unwrap();
    assert_eq!(
        (config.desk.name.as_str(), config.limits.per_hour),
        ("Other Support", 3)
    );
    assert_eq!(config.desk.languages, ["es"]);
    assert_eq!(config.outbox.give_up_after.as_secs(), 48 * 3600);
}

#[test]
fn arrays_of_tables_append_over_files() {
    let second = LEAST.split_once("[[inbox]]").unwrap().1;
    let second = second.replace("\"support\"", "\"sales\"").replace("support@", "sales@");
    let folder = Folder::new(LEAST).with("conf.d/sales.toml", &format!("[[inbox]]{second}"), 0o644);
    let config = folder.load(&[]).unwrap();
    let names: Vec<_> = config.inboxes.iter().map(|inbox| inbox.policy.name.as_str()).collect();
    assert_eq!(names, ["support", "sales"]);
}

#[test]
fn names_are_unique_over_files_and_both_places_are_named() {
    let second = LEAST.split_once("[[inbox]]").unwrap().1.replace("support@", "sales@");
    let folder = Folder::new(LEAST).with("conf.d/sales.toml", &format!("\n\n[[inbox]]{second}"), 0o644);
    let problems = folder.problems();
    let problem = problem(&problems, "inbox.name");
    assert_eq!(problem.file, folder.path("conf.d/sales.toml"));
    assert_eq!(problem.line, Some(4));
    let main = folder.path("buzon.toml");
    let first = format!("{}:{}", main.display(), line_of(&main, "name = \"support\"").unwrap());
    assert!(problem.what.contains(&first), "{problem}");
}

#[test]
fn a_problem_in_the_environment_names_the_variable() {
    let folder = Folder::new(LEAST);
    let problems = folder.load(&[
        ("BUZON__DESK__NAMES", "x"),
        ("BUZON__LIMITS__AUTO_MAILS_PER_HOUR", "many"),
    ]);
    let problems = problems.unwrap_err();
    let unknown = problem(problems.all(), "desk.names");
    assert_eq!(
        (unknown.file.as_path(), unknown.line),
        (Path::new("BUZON__DESK__NAMES"), None)
    );
    assert_eq!(unknown.hint, "did you mean `name`?");
    let wrong = problem(problems.all(), "limits.auto_mails_per_hour");
    assert_eq!(wrong.file, Path::new("BUZON__LIMITS__AUTO_MAILS_PER_HOUR"));
}

#[test]
fn the_environment_cannot_set_what_there_may_be_several_of() {
    let folder = Folder::new(LEAST);
    let problems = folder.load(&[("BUZON__INBOX__NAME", "x")]).unwrap_err();
    assert!(problem(problems.all(), "inbox").hint.contains("[[inbox]]"));
}
