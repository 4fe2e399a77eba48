//! Reproducible random numbers for scenarios.

/// SplitMix64: the same numbers for the same seed, whatever a dependency does.
pub struct Random(u64);

impl Random {
    /// Takes the seed from the environment variable `name`, else `default`; prints it, so that a run can be repeated.
    pub fn seeded(name: &str, default: u64) -> Self {
        let seed = std::env::var(name).map_or(default, |text| text.parse().expect("a number"));
        println!("{name}={seed}");
        Self(seed)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}
