//! How values are kept in SQL: compressed octets, times, names of states, heads of hashes.

use crate::mail::sha256;
use anyhow::{Context, ensure};
use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

/// Octets under zstd, as the store keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compressed(Vec<u8>);

/// Level 1: higher ones take a third more time, and gain one percent of a mail.
const LEVEL: i32 = 1;

thread_local! {
    // Setting up a context takes as long as compressing a mail with it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Compresses a mail; done by the caller, so that the writer's thread need not.
///
/// # Errors
/// When memory is short.
pub fn compress(octets: &[u8]) -> anyhow::Result<Compressed> {
    let compressed = COMPRESSOR.with_borrow_mut(|kept| match kept {
        Some(compressor) => compressor.compress(octets),
        None => kept.insert(Compressor::new(LEVEL)?).compress(octets),
    });
    compressed.map(Compressed).context("cannot compress")
}

/// The octets again, refusing to unpack more than `limit` of them.
///
/// # Errors
/// When they are damaged, or more than `limit`.
pub fn decompress(compressed: &Compressed, limit: u64) -> anyhow::Result<Vec<u8>> {
    let octets = compressed.0.as_slice();
    let size = get_frame_content_size(octets)
        .ok()
        .flatten()
        .context("stored octets are damaged")?;
    ensure!(size <= limit, "stored octets are more than {limit}");
    let size = usize::try_from(size)?;
    let decompressed = DECOMPRESSOR.with_borrow_mut(|kept| match kept {
        Some(decompressor) => decompressor.decompress(octets, size),
        None => kept.insert(Decompressor::new()?).decompress(octets, size),
    });
    decompressed.context("stored octets are damaged")
}

/// How many octets at its beginning tell how large a compressed value is (RFC 8878 §3.1.1.1).
pub(super) const SIZE_OCTETS: usize = 18;

/// The size of a compressed value, unpacked, from its beginning.
pub(super) fn unpacked_size(beginning: &[u8]) -> anyhow::Result<usize> {
    let size = get_frame_content_size(beginning).ok().flatten();
    Ok(usize::try_from(size.context("stored octets are damaged")?)?)
}

impl Compressed {
    /// The octets as they are kept.
    pub(super) fn octets(&self) -> &[u8] {
        &self.0
    }

    /// How many octets it takes in the store.
    pub fn stored_size(&self) -> usize {
        self.0.len()
    }
}

impl ToSql for Compressed {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Compressed {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Vec::column_result(value).map(Self)
    }
}

/// A time as microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(super) struct Micros(pub(super) Timestamp);

impl ToSql for Micros {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_microsecond().into())
    }
}

impl FromSql for Micros {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_microsecond(value.as_i64()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

/// A value of a closed set under its name in JSON.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name<T>(pub(super) T);

impl<T: Serialize> ToSql for Name<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let name = serde_json::to_value(&self.0).map_err(failed)?;
        Ok(name.as_str().unwrap_or_default().to_owned().into())
    }
}

impl<T: DeserializeOwned> FromSql for Name<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = serde_json::Value::from(value.as_str()?);
        serde_json::from_value(name).map(Self).map_err(FromSqlError::other)
    }
}

/// A value as JSON text.
#[derive(Debug, Clone)]
pub(super) struct Json<T>(pub(super) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(serde_json::to_string(&self.0).map_err(failed)?.into())
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

fn failed(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error.into())
}

/// The first 64 bits of a hash.
pub(super) fn head(hash: &[u8; 32]) -> i64 {
    hash.first_chunk().copied().map_or(0, i64::from_be_bytes)
}

/// The head under which a Message-ID is indexed.
pub(super) fn id_head(message_id: &str) -> i64 {
    head(&sha256(message_id.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = compress(&vec![0; 1 << 20]).unwrap();
        assert!(bomb.stored_size() < 1 << 10);
        assert!(decompress(&bomb, 1 << 10).is_err());
        assert_eq!(decompress(&bomb, 1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(decompress(&compress(b"").unwrap(), 0).unwrap(), b"");
        assert!(decompress(&Compressed(b"no frame".to_vec()), 1 << 20).is_err());
    }
}
