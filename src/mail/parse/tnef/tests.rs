use super::sample::{attribute, file, number, properties, sized, tnef, wide};
use super::*;
use proptest::prelude::*;

fn content<'a>(octets: &'a [u8], file: &TnefFile) -> &'a [u8] {
    octets.get(file.content.clone()).unwrap()
}

#[test]
fn files_have_their_long_names_and_texts_their_charset() {
    let octets = tnef(&[
        attribute(1, 0x0006_9007, &[0xE3, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, 0x0007_8008, b"IPM.Microsoft Mail.Note\0"),
        attribute(
            1,
            0x0006_9003,
            &properties(&[
                number(0x3FDE, 65001),
                sized(0x001E, 0x1000, b"\xCF\xF0\xE8\0"),
                sized(0x0102, 0x1013, "<b>ñ</b>".as_bytes()),
            ]),
        ),
        file("ANGEBO~1.PDF", "Angebot ü.pdf", "application/pdf", b"%PDF"),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(
            2,
            0x0006_9005,
            &properties(&[sized(0x001E, 0x3704, b"b.txt\0"), sized(0x0102, 0x3701, b"bbb")]),
        ),
    ]);
    let read = read(&octets).unwrap();
    assert_eq!(read.text.as_deref(), Some("При"));
    assert_eq!(read.html.as_deref(), Some("<b>ñ</b>"));
    assert_eq!(read.rest, Rest::Nothing);
    let [first, second] = read.files.as_slice() else {
        panic!("{read:?}")
    };
    assert_eq!(first.name.as_deref(), Some("Angebot ü.pdf"));
    assert_eq!(first.media_type.as_deref(), Some("application/pdf"));
    assert_eq!(
        (content(&octets, first), content(&octets, second)),
        (&b"%PDF"[..], &b"bbb"[..])
    );
    assert_eq!(second.name.as_deref(), Some("b.txt"));
}

#[test]
fn what_is_not_understood_is_told() {
    let rest = |attributes: &[Vec<u8>]| read(&tnef(attributes)).unwrap().rest;
    assert_eq!(rest(&[]), Rest::Nothing);
    let rtf = properties(&[sized(0x0102, 0x1009, b"LZFu")]);
    assert_eq!(rest(&[attribute(1, 0x0006_9003, &rtf)]), Rest::Something);
    let meeting = attribute(1, 0x0007_8008, b"IPM.Microsoft Schedule.MtgReq\0");
    assert_eq!(rest(&[meeting]), Rest::Something);
    let embedded = properties(&[number(0x3705, 5)]);
    assert_eq!(rest(&[attribute(2, 0x0006_9005, &embedded)]), Rest::Something);
    let mut wrong_sum = attribute(2, 0x0006_800F, b"abc");
    *wrong_sum.last_mut().unwrap() ^= 1;
    assert_eq!(rest(&[wrong_sum]), Rest::Something);
    let unknown_kind = [vec![1, 0, 0, 0], vec![0x99, 0, 1, 0]].concat();
    assert_eq!(rest(&[attribute(1, 0x0006_9003, &unknown_kind)]), Rest::Something);
    assert_eq!(read(b"PK\x03\x04 no winmail.dat"), None);
}

#[test]
fn named_and_several_values_are_passed_over() {
    let named = [
        &[0x1F, 0, 0x01, 0x80][..],
        &[7; 16],
        &[1, 0, 0, 0],
        &[6, 0, 0, 0],
        b"a\0b\0\0\0\0\0",
    ]
    .concat();
    let named = [named, [1_u32, 4].map(u32::to_le_bytes).concat(), wide("x")].concat();
    let several = [&[0x03, 0x10, 0x02, 0x30][..], &[2, 0, 0, 0], &[0; 8]].concat();
    let list = properties(&[named, several, sized(0x001F, 0x1000, &wide("text"))]);
    let read = read(&tnef(&[attribute(1, 0x0006_9003, &list)])).unwrap();
    assert_eq!((read.text.as_deref(), read.rest), (Some("text"), Rest::Nothing));
}

#[test]
fn ten_thousand_attributes_cost_little_and_nothing_is_lost_in_silence() {
    let files = vec![file("a", "a.txt", "text/plain", b"a"); 5_000];
    let read = read(&tnef(&files)).unwrap();
    assert_eq!((read.files.len(), read.rest), (MOST_FILES, Rest::Something));
    let huge = [&[2, 0x0F, 0x80, 6, 0][..], &u32::MAX.to_le_bytes()].concat();
    assert_eq!(super::read(&tnef(&[huge])).unwrap().rest, Rest::Something);
}

proptest! {
    #[test]
    fn any_damage_leaves_files_that_lie_inside(
        at in 0_usize..400, octet: u8, cut in 0_usize..400,
    ) {
        let mut octets = tnef(&[
            attribute(1, 0x0006_9003, &properties(&[sized(0x001E, 0x1000, b"text\0"), number(0x3FDE, 1252)])),
            file("a", "a.txt", "text/plain", b"aaaa"),
            file("b", "b.txt", "text/plain", b"bbbb"),
        ]);
        if let Some(place) = octets.get_mut(at) {
            *place = octet;
        }
        octets.truncate(cut);
        if let Some(read) = read(&octets) {
            for file in &read.files {
                prop_assert!(octets.get(file.content.clone()).is_some());
            }
        }
    }

    #[test]
    fn any_octets_are_read(octets: Vec<u8>) {
        read(&[&[0x78, 0x9F, 0x3E, 0x22, 1, 0][..], &octets].concat());
        Properties::new(&octets, 0..octets.len()).count();
    }
}
