//! Faults that are switched on and off while a server runs; without the feature `faults` none can be.

#[cfg(not(feature = "faults"))]
mod none;
#[cfg(feature = "faults")]
mod switches;

#[cfg(not(feature = "faults"))]
pub use none::Faults;
#[cfg(feature = "faults")]
pub use switches::Faults;
