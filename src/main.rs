//! The `buzon` binary.

fn main() {}
