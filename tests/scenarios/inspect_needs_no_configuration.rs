//! `buzon inspect` prints one object a file, whatever the file is, and needs nothing else.
use assert_cmd::Command;
use serde_json::Value;

const MAIL: &str = "From: Ana <ana@cust.example>\r\nTo: support@acme.example\r\nSubject: Order\r\n\
    Date: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@cust.example>\r\nIn-Reply-To: <0@acme.example>\r\n\r\n\
    Hello, where is my order?\r\n";

fn inspect(files: &[&std::path::Path]) -> (Vec<Value>, i32, String) {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = Command::cargo_bin("buzon").unwrap();
    let output = command
        .current_dir(&elsewhere)
        .arg("inspect")
        .args(files)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let objects = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (
        objects,
        output.status.code().unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_mail_is_shown_as_the_contract_says() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.eml");
    std::fs::write(&file, MAIL).unwrap();
    let (objects, code, _) = inspect(&[&file]);
    let wanted = serde_json::json!({
        "message_id": "1@cust.example", "in_reply_to": ["0@acme.example"], "references": [],
        "from": {"name": "Ana", "address": "ana@cust.example"}, "reply_to": [],
        "to": [{"name": "", "address": "support@acme.example"}], "cc": [], "subject": "Order",
        "date": "2026-11-02T09:00:00Z", "class": "human", "class_reason": "no sign of a machine",
        "may_auto_respond": true, "aligned": "unknown", "bounce": null,
        "text": "Hello, where is my order?\n", "reply": "Hello, where is my order?\n", "attachments": [],
        "language": "en", "defects": []
    });
    assert_eq!((objects, code), (vec![wanted], 0));
}

#[test]
fn a_missing_file_is_named_and_the_others_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name| dir.path().join(name);
    let (first, missing, last) = (path("a.eml"), path("missing.eml"), path("b.eml"));
    std::fs::write(&first, MAIL).unwrap();
    std::fs::write(&last, b"").unwrap();
    let (objects, code, stderr) = inspect(&[&first, &missing, &last]);
    assert_eq!((objects.len(), code), (2, 74));
    assert_eq!(objects[1]["from"], Value::Null);
    assert!(stderr.contains("missing.eml"), "{stderr}");
}
