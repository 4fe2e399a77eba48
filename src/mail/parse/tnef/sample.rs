//! Builds winmail.dat files for tests.

pub(crate) fn tnef(attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = vec![0x78, 0x9F, 0x3E, 0x22, 1, 0];
    octets.extend(attributes.concat());
    octets
}

pub(crate) fn attribute(level: u8, id: u32, content: &[u8]) -> Vec<u8> {
    let sum = content.iter().fold(0_u16, |sum, &octet| sum.wrapping_add(octet.into()));
    let mut octets = vec![level];
    octets.extend(id.to_le_bytes());
    octets.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
    octets.extend(content);
    octets.extend(sum.to_le_bytes());
    octets
}

pub(crate) fn properties(list: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = u32::try_from(list.len()).unwrap().to_le_bytes().to_vec();
    octets.extend(list.concat());
    octets
}

pub(crate) fn sized(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let mut octets = [kind.to_le_bytes(), id.to_le_bytes()].concat();
    octets.extend(1_u32.to_le_bytes());
    octets.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
    octets.extend(value);
    octets.resize(octets.len().next_multiple_of(4), 0);
    octets
}

pub(crate) fn number(id: u16, value: u32) -> Vec<u8> {
    let mut octets = [3_u16.to_le_bytes(), id.to_le_bytes()].concat();
    octets.extend(value.to_le_bytes());
    octets
}

pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// A file as Outlook writes it: a short name, and the long one among the properties.
pub(crate) fn file(short: &str, long: &str, media_type: &str, content: &[u8]) -> Vec<u8> {
    let described = properties(&[
        sized(0x001F, 0x3707, &wide(long)),
        sized(0x001E, 0x370E, format!("{media_type}\0").as_bytes()),
    ]);
    [
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, format!("{short}\0").as_bytes()),
        attribute(2, 0x0006_800F, content),
        attribute(2, 0x0006_9005, &described),
    ]
    .concat()
}
