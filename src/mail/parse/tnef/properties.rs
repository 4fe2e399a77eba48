//! The MAPI properties in a winmail.dat (MS-OXTNEF 2.1.3.4).

use super::cursor::Cursor;
use std::ops::Range;

/// Properties that are read of one list.
const MOST_PROPERTIES: u32 = 5_000;
/// Values that are read of one property.
const MOST_VALUES: usize = 5_000;
/// Properties from here on have a name instead of a number that means something.
const FIRST_NAMED: u16 = 0x8000;

/// One property.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Its number.
    pub id: u16,
    /// Its value; of several the first.
    pub value: Value,
}

/// What a property holds; ranges are those of the whole winmail.dat.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// PtypInteger32.
    Number(u32),
    /// PtypString8: in the code page.
    Text(Range<usize>),
    /// PtypString: UTF-16.
    Wide(Range<usize>),
    /// PtypBinary.
    Octets(Range<usize>),
    /// PtypObject.
    Object,
    /// Of no use here.
    Other,
}

/// Reads properties one by one until they end or break off.
pub(super) struct Properties<'a> {
    cursor: Cursor<'a>,
    left: u32,
    broken: bool,
}

impl<'a> Properties<'a> {
    /// The properties that lie in `range`.
    pub fn new(octets: &'a [u8], range: Range<usize>) -> Self {
        let mut cursor = Cursor {
            octets: octets.get(..range.end).unwrap_or_default(),
            at: range.start,
        };
        let count = cursor.u32();
        Self {
            cursor,
            left: count.unwrap_or_default().min(MOST_PROPERTIES),
            broken: count.is_none_or(|count| count > MOST_PROPERTIES),
        }
    }

    /// Whether there were more than could be read.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn property(&mut self) -> Option<Property> {
        let kind = self.cursor.u16()?;
        let id = self.cursor.u16()?;
        if id >= FIRST_NAMED {
            self.skip_name()?;
        }
        let is_several = kind & 0x1000 != 0;
        let kind = kind & !0x1000;
        let is_sized = matches!(kind, 0x000D | 0x001E | 0x001F | 0x0102);
        let count = match is_several || is_sized {
            true => self.cursor.size()?,
            false => 1,
        };
        if count > MOST_VALUES {
            return None;
        }
        let mut first = None;
        for _ in 0..count {
            let value = self.value(kind)?;
            first.get_or_insert(value);
        }
        Some(Property {
            id,
            value: first.unwrap_or(Value::Other),
        })
    }

    fn value(&mut self, kind: u16) -> Option<Value> {
        // Every value takes a multiple of four octets.
        let fixed = match kind {
            0x0002 | 0x000B | 0x0004 | 0x000A => 4,
            0x0003 => return self.cursor.u32().map(Value::Number),
            0x0005 | 0x0006 | 0x0007 | 0x0014 | 0x0040 => 8,
            0x0048 => 16,
            0x000D | 0x001E | 0x001F | 0x0102 => return self.sized(kind),
            // What is of a kind nobody knows is of a length nobody knows.
            _ => return None,
        };
        self.cursor.take(fixed).map(|_| Value::Other)
    }

    fn sized(&mut self, kind: u16) -> Option<Value> {
        let size = self.cursor.size()?;
        let start = self.cursor.at;
        self.cursor.take(size)?;
        self.pad(size);
        let range = start..start + size;
        Some(match kind {
            0x001E => Value::Text(range),
            0x001F => Value::Wide(range),
            0x0102 => Value::Octets(range),
            _ => Value::Object,
        })
    }

    fn skip_name(&mut self) -> Option<()> {
        self.cursor.take(16)?;
        match self.cursor.u32()? {
            0 => self.cursor.take(4).map(drop),
            _ => {
                let size = self.cursor.size()?;
                self.cursor.take(size)?;
                self.pad(size);
                Some(())
            }
        }
    }

    /// The padding of the last value may be missing.
    fn pad(&mut self, size: usize) {
        self.cursor.take(size.wrapping_neg() % 4);
    }
}

impl Iterator for Properties<'_> {
    type Item = Property;

    fn next(&mut self) -> Option<Property> {
        self.left = self.left.checked_sub(1)?;
        let property = self.property();
        if property.is_none() {
            self.left = 0;
            self.broken = true;
        }
        property
    }
}
