//! Steps through a winmail.dat.

use std::ops::Range;

/// Steps through octets; each step gives `None` when they end too early.
pub(super) struct Cursor<'a> {
    pub octets: &'a [u8],
    pub at: usize,
}

/// One attribute (MS-OXTNEF 2.1.3.1).
pub(super) struct Attribute {
    pub id: u32,
    pub content: Range<usize>,
    pub is_sound: bool,
}

impl<'a> Cursor<'a> {
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.octets.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    pub fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    pub fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub fn size(&mut self) -> Option<usize> {
        usize::try_from(self.u32()?).ok()
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.octets.len()
    }

    pub fn attribute(&mut self) -> Option<Attribute> {
        let level = self.take(1)?;
        let id = self.u32()?;
        let size = self.size()?;
        let start = self.at;
        let content = self.take(size)?;
        let sum = content.iter().fold(0_u16, |sum, &octet| sum.wrapping_add(octet.into()));
        let is_sound = matches!(level, [1 | 2]) && self.u16()? == sum;
        Some(Attribute {
            id,
            content: start..start + size,
            is_sound,
        })
    }
}
