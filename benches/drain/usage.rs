//! What a command takes, as /proc tells it.

use std::process::Command;
use std::time::{Duration, Instant};

/// Time and memory of a command that has ended.
pub struct Usage {
    /// Seconds from start to end.
    pub wall: f64,
    /// Seconds of CPU time in the program itself.
    pub user: f64,
    /// Seconds of CPU time in the kernel for it.
    pub system: f64,
    /// The most memory that was resident (VmHWM), in KiB.
    pub peak_kib: u64,
}

/// How often a running command is looked at: the last look tells its memory.
const LOOK: Duration = Duration::from_millis(10);
/// Linux counts CPU time in hundredths of a second towards /proc on every platform (USER_HZ).
const TICKS: f64 = 100.0;

impl Usage {
    /// Runs a command to its end, which must be a success.
    pub fn of(mut command: Command) -> Self {
        let begun = Instant::now();
        let mut child = command.spawn().expect("the command starts");
        let file = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
        let mut peak_kib = 0;
        let (user, system) = loop {
            let stat = file("stat");
            // The name stands in parentheses and may hold anything.
            let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
            let seconds = |field: usize| fields[field].parse::<f64>().unwrap() / TICKS;
            if fields[0] == "Z" {
                break (seconds(11), seconds(12));
            }
            peak_kib = peak(&file("status")).unwrap_or(peak_kib);
            std::thread::sleep(LOOK);
        };
        let wall = begun.elapsed().as_secs_f64();
        let status = child.wait().unwrap();
        assert!(status.success(), "{command:?}: {status}");
        Self {
            wall,
            user,
            system,
            peak_kib,
        }
    }
}

fn peak(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    value.trim().trim_end_matches(" kB").parse().ok()
}
