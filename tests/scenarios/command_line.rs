//! What scripts rely on: exit codes, and what goes to stdout and stderr.
use assert_cmd::Command;
use std::process::Stdio;

fn buzon() -> Command {
    Command::new(env!("CARGO_BIN_EXE_buzon"))
}

#[test]
fn a_wrong_command_line_exits_64() {
    buzon().arg("nonsense").assert().code(64).stdout("");
    buzon().arg("--help").assert().code(0).stderr("");
}

#[test]
fn a_missing_configuration_exits_78_and_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.toml");
    let assert = buzon().arg("check").arg("-c").arg(&file).assert().code(78);
    let stdout = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(
        stdout.contains(file.to_str().unwrap()) && stdout.contains("buzon init"),
        "{stdout}"
    );
}

#[test]
fn a_readable_secret_exits_77_and_json_is_one_object_a_line() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    buzon().arg("init").arg("--dir").arg(folder.path()).assert().code(0);
    buzon().current_dir(folder.path()).arg("check").assert().code(0);
    let secret = folder.path().join("config/secret.key");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let assert = buzon()
        .current_dir(folder.path())
        .args(["--json", "check"])
        .assert()
        .code(77);
    let stdout = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    let problems: Vec<serde_json::Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(
        problems.iter().any(|problem| problem["key"] == "desk.secret"),
        "{stdout}"
    );
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_buzon"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_slip_in_a_template_exits_78_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    buzon().arg("init").arg("--dir").arg(folder.path()).assert().code(0);
    let templates = folder.path().join("config/templates/en/confirmation");
    std::fs::create_dir_all(&templates).unwrap();
    std::fs::write(templates.join("body.txt"), "Hello,\n{{ desk_nam }}\n").unwrap();
    let assert = buzon().current_dir(folder.path()).arg("check").assert().code(78);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("body.txt, line 2"), "{stderr}");
}

#[cfg(feature = "sandbox")]
#[test]
fn the_demo_plays_from_the_first_mail_to_the_solved_ticket() {
    let assert = buzon().args(["demo", "--once"]).assert().code(0);
    let stdout = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    let steps: Vec<&str> = stdout.lines().filter_map(|line| line.strip_prefix("=== ")).collect();
    assert_eq!(steps.len(), 12, "{steps:#?}");
    let last = stdout.split("=== 12.").nth(1).unwrap();
    assert!(last.contains("solved · normal"), "{last}");
}

#[cfg(feature = "sandbox")]
#[test]
fn the_demo_fails_when_a_step_is_not_as_it_should_be() {
    // The desk then has another name than the one that the answer should come from.
    let mut demo = buzon();
    demo.args(["demo", "--once"]).env("BUZON__DESK__NAME", "Another Desk");
    let assert = demo.assert().code(1);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("the demo failed: the answer comes from"), "{stderr}");
}
