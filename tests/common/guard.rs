//! A server process that cannot outlive the test.

use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server in the foreground, behind a shell that ends it when the test lets go, panics or is killed.
pub struct GuardedServer {
    shell: Child,
}

/// The shell reads a pipe that only the test holds: its end is the end of the server. The server leads a process group,
/// so that children it leaves behind (Dovecot: clients in IDLE) end with it.
const SCRIPT: &str = r#"setsid "$@" & server=$!
cat >/dev/null
kill -TERM $server 2>/dev/null; wait $server
kill -KILL -$server 2>/dev/null"#;

impl GuardedServer {
    /// Starts `command`; what it says on stdout and stderr goes to the file `log`.
    pub fn start(command: &[&str], log: &Path) -> Self {
        let out = std::fs::File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("the server's log");
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "guard"])
            .args(command)
            .stdin(Stdio::piped())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .expect("sh starts");
        Self { shell }
    }
}

impl Drop for GuardedServer {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Panics unless the tests run as root, and says what to do.
pub fn need_root(what: &str) {
    use std::os::unix::fs::MetadataExt;
    let uid = std::fs::metadata("/proc/self").expect("/proc").uid();
    assert_eq!(
        uid, 0,
        "{what} needs root; tests/run runs the tests with sudo where it must"
    );
}
