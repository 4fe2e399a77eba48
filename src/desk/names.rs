//! What variants are called in JSON, SQL, templates and phrases.

/// Gives an enum its names: `as_str` of a value, and `NAMES` of all, from one list that the compiler holds complete.
macro_rules! names {
    ($type:ty { $($variant:pat => $name:literal,)+ }) => {
        impl $type {
            /// Every name, in the order of the variants.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name in JSON, SQL, templates and phrases.
            pub fn as_str(&self) -> &'static str {
                match self {
                    $($variant => $name,)+
                }
            }
        }
    };
}

pub(crate) use names;
