//! No switches: no fault ever strikes, and the compiler leaves out what servers do when one does.

use std::marker::PhantomData;

/// The faults of one server, in a build that has none.
#[derive(Debug)]
pub struct Faults<F> {
    of: PhantomData<fn(F)>,
}

impl<F> Default for Faults<F> {
    fn default() -> Self {
        Self { of: PhantomData }
    }
}

impl<F> Faults<F> {
    /// No fault is on.
    #[must_use]
    pub fn is_on(&self, _: &F) -> bool {
        false
    }

    /// No fault strikes.
    pub(in crate::sandbox) fn strikes(&self, _: &F) -> bool {
        false
    }

    /// No fault is picked.
    pub(in crate::sandbox) fn strike<T>(&self, _: impl Fn(&F) -> Option<T>) -> Option<T> {
        None
    }
}
