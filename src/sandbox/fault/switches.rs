//! The switches themselves.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The faults of one server. A fault that is on strikes each time it has an occasion, until it is switched off or has
/// struck as often as it was asked to.
#[derive(Debug)]
pub struct Faults<F> {
    switches: Mutex<Vec<Switch<F>>>,
}

#[derive(Debug)]
struct Switch<F> {
    fault: F,
    /// Occasions left; `None` has no end.
    strikes_left: Option<u32>,
}

impl<F> Default for Faults<F> {
    fn default() -> Self {
        Self {
            switches: Mutex::new(vec![]),
        }
    }
}

impl<F: Clone + PartialEq> Faults<F> {
    /// Switches a fault on until [`Faults::off`] or [`Faults::clear`].
    pub fn on(&self, fault: F) {
        self.off(&fault);
        self.lock().push(Switch {
            fault,
            strikes_left: None,
        });
    }

    /// Switches a fault on for this many occasions.
    pub fn on_times(&self, fault: F, times: u32) {
        self.off(&fault);
        self.lock().push(Switch {
            fault,
            strikes_left: Some(times),
        });
    }

    /// Switches a fault off.
    pub fn off(&self, fault: &F) {
        self.lock().retain(|switch| switch.fault != *fault);
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Whether a fault is on; uses up no occasion.
    #[must_use]
    pub fn is_on(&self, fault: &F) -> bool {
        self.lock()
            .iter()
            .any(|switch| switch.fault == *fault && switch.strikes_left != Some(0))
    }

    /// Whether this fault strikes now; uses up one occasion.
    pub(in crate::sandbox) fn strikes(&self, fault: &F) -> bool {
        self.strike(|on| (on == fault).then_some(())).is_some()
    }

    /// The first fault that is on and that `pick` wants; uses up one occasion of it.
    pub(in crate::sandbox) fn strike<T>(&self, pick: impl Fn(&F) -> Option<T>) -> Option<T> {
        let mut switches = self.lock();
        for switch in switches.iter_mut() {
            if switch.strikes_left == Some(0) {
                continue;
            }
            if let Some(picked) = pick(&switch.fault) {
                switch.strikes_left = switch.strikes_left.map(|left| left.saturating_sub(1));
                return Some(picked);
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Switch<F>>> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
