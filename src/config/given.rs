//! A key as it was given: the raw half of each section is a struct of these.
//!
//! serde stops at the first error; a [`Given`] keeps its error for later, so that all of them are found in one go.

use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use toml::Spanned;

/// A key of a raw section: absent, or at some offset with a value that may be of the wrong kind.
pub type Given<T> = Option<Spanned<Lenient<T>>>;

/// A value, or why it is none.
#[derive(Debug)]
pub enum Lenient<T> {
    /// As it should be.
    Sound(T),
    /// Not a `T`.
    Wrong(String),
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By way of a `Value`, since a visitor that failed may leave the deserializer in the middle.
        let value = match toml::Value::deserialize(deserializer) {
            Ok(value) => value,
            Err(error) => return Ok(Self::Wrong(error.to_string().trim().to_owned())),
        };
        Ok(match T::deserialize(value) {
            Ok(value) => Self::Sound(value),
            Err(error) => Self::Wrong(error.message().trim().replace('\n', " ")),
        })
    }
}

/// The names of the fields of a struct that derives `Deserialize`, as serde renames them.
pub fn field_names<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &[&str] = &[];
    // The error is how the answer gets out.
    let _ = T::deserialize(FieldNames(&mut names));
    names
}

struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(Error::custom("not a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(Error::custom("only its fields were asked for"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
