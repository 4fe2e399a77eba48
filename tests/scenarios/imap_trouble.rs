//! The way in is blocked: a clear line, the right exit code, and nothing lost.

use crate::common::wait::{poll, seconds, wait_until};
use crate::common::{DESK, Dovecot, DovecotOptions, GatewayBuilder, Inbox, MailBuilder, SmtpSink, TlsMode};
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// No server that can be reached.
const UNREACHABLE: i32 = 69;
/// Reading or writing failed.
const IO: i32 = 74;
/// Login refused, or a secret others can read.
const NO_PERMISSION: i32 = 77;
/// The config is wrong.
const BAD_CONFIG: i32 = 78;

/// `check --online` ends with `code`, and one line of what it says has each of `words`.
#[track_caller]
fn check(what: &str, inbox: Inbox, code: i32, words: &[&str]) {
    let gateway = GatewayBuilder::new(inbox).build();
    let outcome = gateway.buzon(&["check", "--online"]);
    assert_eq!(outcome.code, code, "{what}\n{}{}", outcome.stdout, outcome.stderr);
    let printed = outcome.stdout + &outcome.stderr;
    let said = printed.lines().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(said, "{what}: no line has {words:?}\n{printed}");
}

#[test]
fn a_server_that_is_not_there_or_not_to_be_trusted_exits_69_and_gets_no_password() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let but = |change: &dyn Fn(&mut Inbox)| {
        let mut inbox = Inbox::new(&dovecot, sink.port);
        change(&mut inbox);
        inbox
    };
    let closed = crate::common::ports::free_port();
    let port = closed.to_string();
    let unknown_host = but(&|inbox| inbox.imap_host = "mail.nowhere.invalid".to_owned());
    check("an unknown host", unknown_host, UNREACHABLE, &["mail.nowhere.invalid"]);
    check(
        "nobody listens",
        but(&|inbox| inbox.imap_port = closed),
        UNREACHABLE,
        &[&port],
    );
    check(
        "SMTP is down",
        but(&|inbox| inbox.smtp_port = closed),
        UNREACHABLE,
        &[&port],
    );
    assert_eq!(
        logins(&dovecot),
        1,
        "with SMTP down the IMAP server is checked all the same"
    );

    let untrusted = but(&|inbox| inbox.ca = None);
    check(
        "an untrusted certificate",
        untrusted,
        UNREACHABLE,
        &["127.0.0.1", "certificate"],
    );
    let starttls = but(&|inbox| {
        (inbox.ca, inbox.imap_tls, inbox.imap_port) = (None, TlsMode::StartTls, dovecot.imap_port);
    });
    check(
        "the same after STARTTLS",
        starttls,
        UNREACHABLE,
        &["127.0.0.1", "certificate"],
    );
    assert_eq!(
        logins(&dovecot),
        1,
        "no password is sent to a server that is not trusted"
    );
}

fn logins(dovecot: &Dovecot) -> usize {
    dovecot.log().matches("imap-login: Info: Login: user").count()
}

#[test]
fn a_refused_login_and_a_secret_that_others_can_read_exit_77_and_a_wrong_key_78() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let sound = Inbox::new(&dovecot, sink.port);
    let (mut wrong, mut readable, mut unknown) = (sound.clone(), sound.clone(), sound);
    wrong.password = "wrong".to_owned();
    check("a wrong password", wrong, NO_PERMISSION, &["support"]);
    readable.password_mode = 0o644;
    check(
        "a secret others can read",
        readable,
        NO_PERMISSION,
        &["support.password", "chmod 600"],
    );
    unknown.extra = "colour = \"red\"".to_owned();
    check("an unknown key", unknown, BAD_CONFIG, &["buzon.toml", "colour"]);
}

#[test]
fn check_online_is_content_with_servers_that_work() {
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    let outcome = gateway.buzon(&["check", "--online"]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(
        gateway.tickets(),
        Vec::<serde_json::Value>::new(),
        "its probe is no ticket"
    );
}

#[test]
fn while_imap_is_down_the_gateway_backs_off_and_then_misses_nothing() {
    let mut dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let mut gateway = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).build();
    gateway.run();
    dovecot.drop_into(DESK, &MailBuilder::new().build());
    sink.wait_for(1, seconds(30));

    dovecot.stop();
    let attempts = count_connections(dovecot.imaps_port, seconds(6));
    assert!(
        (1..=8).contains(&attempts),
        "{attempts} connections in 6 s: backoff starts at 1 s and doubles"
    );
    assert!(gateway.is_running());
    for number in 0..10 {
        let from = format!("c{number}@customer.example");
        dovecot.drop_into(DESK, &MailBuilder::new().with_from(&from).build());
    }
    dovecot.restart();
    wait_until(seconds(60), "all mails are confirmed", || {
        (sink.count() == 11).then_some(())
    });
    assert_eq!(gateway.tickets().len(), 11);
}

/// Stands where the server was, hangs up on everybody, and counts them.
fn count_connections(port: u16, window: Duration) -> usize {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let end = Instant::now() + window;
    let mut count = 0;
    while let Some((mut stream, _)) = poll(end.saturating_duration_since(Instant::now()), || listener.accept().ok()) {
        count += 1;
        // Reads the client's greeting first: closing with unread octets would reset the connection.
        let _ = stream.set_nonblocking(false);
        let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
        let _ = stream.read(&mut [0; 4096]);
    }
    count
}

#[test]
fn on_a_full_disk_nothing_is_flagged_and_it_goes_on_when_there_is_room() {
    let disk = SmallDisk::mount();
    let dovecot = Dovecot::start(DovecotOptions::default());
    let sink = SmtpSink::start();
    let builder = GatewayBuilder::new(Inbox::new(&dovecot, sink.port)).with_store_in(&disk.dir);
    let mut gateway = builder.build();
    gateway.run();
    // One mail to know that it is at work before there is no more room.
    dovecot.drop_into(DESK, &MailBuilder::new().build());
    sink.wait_for(1, seconds(30));
    wait_until(seconds(20), "the first mail is flagged", || {
        (flagged(&dovecot) == 1).then_some(())
    });
    let ballast = disk.fill();
    // Random octets: nothing makes them small enough to fit.
    let noise = std::fs::File::open("/dev/urandom").and_then(|mut file| {
        let mut noise = vec![0; 200_000];
        file.read_exact(&mut noise).map(|()| noise)
    });
    let noise = noise.unwrap();
    for number in 0..10 {
        let from = format!("c{number}@customer.example");
        let mail = MailBuilder::new().with_from(&from).with_attachment("noise.bin", &noise);
        dovecot.drop_into(DESK, &mail.build());
    }
    wait_until(seconds(30), "the log says that the disk is full", || {
        gateway.log().to_lowercase().contains("full").then_some(())
    });
    assert_eq!(
        (flagged(&dovecot), sink.count()),
        (1, 1),
        "nothing is flagged or answered that is not safe on disk"
    );
    assert!(gateway.is_running());
    let checked = gateway.buzon(&["check", "--online"]);
    assert_eq!(checked.code, IO, "{}", checked.stderr);
    assert!(checked.stderr.contains("make room on that disk"), "{}", checked.stderr);

    std::fs::remove_file(ballast).unwrap();
    wait_until(seconds(60), "all mails are confirmed", || {
        (sink.count() == 11).then_some(())
    });
    assert_eq!(gateway.tickets().len(), 11);
    wait_until(seconds(20), "all mails are flagged", || {
        (flagged(&dovecot) == 11).then_some(())
    });
    gateway.kill9();
}

fn flagged(dovecot: &Dovecot) -> usize {
    let mails = dovecot.mails(DESK, "INBOX");
    mails.iter().filter(|mail| mail.flags.contains('S')).count()
}

/// A file system of 32 MiB; unmounted when dropped.
struct SmallDisk {
    dir: PathBuf,
    _keep: tempfile::TempDir,
}

impl SmallDisk {
    fn mount() -> Self {
        crate::common::guard::need_root("mounting a small disk");
        let keep = tempfile::Builder::new().prefix("buzon-disk-").tempdir().unwrap();
        let dir = keep.path().join("disk");
        std::fs::create_dir(&dir).unwrap();
        run(
            "mount",
            &["-t", "tmpfs", "-o", "size=32m", "tmpfs", dir.to_str().unwrap()],
        );
        std::fs::set_permissions(&dir, PermissionsExt::from_mode(0o700)).unwrap();
        Self { dir, _keep: keep }
    }

    /// Takes all the room there is, and gives the file that holds it.
    fn fill(&self) -> PathBuf {
        let ballast = self.dir.join("ballast");
        let full = std::fs::write(&ballast, vec![0_u8; 32 * 1024 * 1024]).unwrap_err();
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &["-l", self.dir.to_str().unwrap()]);
    }
}

#[track_caller]
fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().expect(program);
    assert!(status.success(), "{program} {arguments:?}");
}
