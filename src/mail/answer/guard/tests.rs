use super::{Leak, guard};
use crate::mail::EmailAddress;
use proptest::prelude::*;

const TOKEN: &str = "aqwertyuiopasdfghjklzxcvbnm234567qwer";
const ID: &str = "bza.qwertyuiopasdfghjklzxcvbnm234567@acme.example";

fn find(text: &str, html: Option<&str>) -> Option<Leak> {
    let addresses = ["ana@acme.example", "a.ruiz@acme.example"].map(|address| EmailAddress::parse(address).unwrap());
    guard(text, html, &|word| word == TOKEN || word == ID, &addresses)
}

fn check(text: &str, leak: Leak) {
    assert_eq!(find(text, None), Some(leak), "{text}");
}

fn check_html(html: &str, leak: Leak) {
    assert_eq!(find("Hi", Some(html)), Some(leak), "{html}");
}

#[test]
fn the_write_above_line_is_known_however_it_was_changed() {
    for text in [
        "## write your answer above this line ##",
        "> ## write your answer above this line ##",
        ">> WRITE YOUR ANSWER ABOVE THIS LINE",
        "Yes.\n> ## write your answer above\n> this line ##",
        "## escriba su respuesta encima de esta línea ##",
        "Escriba su respuesta encima\nde esta linea",
        "##\u{a0}write\u{a0}your\u{a0}an\u{200b}swer above this line ##",
    ] {
        check(text, Leak::WriteAboveLine);
    }
    check_html(
        "<p>## write your <b>answer</b> above<br>this&nbsp;line ##</p>",
        Leak::WriteAboveLine,
    );
    check_html(
        "<p title='## write your answer above this line ##'>x</p>",
        Leak::WriteAboveLine,
    );
}

#[test]
fn a_line_of_a_block_is_known_as_an_entity_and_in_an_attribute_too() {
    check("Yes\n> ┃ Queue: general", Leak::InternalLine);
    for html in [
        "<p>┃ Queue</p>",
        "<p>&#9475; Queue</p>",
        "<p>&#x2503 Queue</p>",
        "<p>&amp;#9475; Queue</p>",
        "<p title='&#x2503;'>x</p>",
        "<!-- ┃ --><p>x</p>",
        "<a href='https://x.example/%E2%94%83'>x</a>",
    ] {
        check_html(html, Leak::InternalLine);
    }
}

#[test]
fn a_token_is_known_in_each_place_it_may_stand() {
    for text in [
        format!("support+{TOKEN}@acme.example"),
        format!("<mailto:support%2B{TOKEN}@acme.example?subject=Re>"),
        format!("SUPPORT+{}@ACME.EXAMPLE", TOKEN.to_uppercase()),
        format!("{TOKEN}@reply.acme.example"),
        format!("see {TOKEN}."),
        format!("x{TOKEN}"),
        format!("In-Reply-To: <{ID}>"),
        format!("https://x.example/?to=support%252B{TOKEN}%2540acme.example"),
        format!(
            "support+{}\n> {}@acme.example",
            TOKEN.split_at(20).0,
            TOKEN.split_at(20).1
        ),
    ] {
        check(&text, Leak::AgentToken);
    }
    check_html(
        &format!("<a href=\"mailto:support&#43;{TOKEN}&commat;acme.example\">x</a>"),
        Leak::AgentToken,
    );
    check_html(
        &format!(
            "<p>support+{}<b>{}</b>@acme.example</p>",
            TOKEN.split_at(9).0,
            TOKEN.split_at(9).1
        ),
        Leak::AgentToken,
    );
}

#[test]
fn an_agents_address_is_known_in_any_writing() {
    for text in [
        "Write to Ana@Acme.example.",
        "<mailto:ana%40acme.example>",
        "a.ruiz@acme.example",
        "ana@\nacme.example",
    ] {
        check(text, Leak::AgentAddress);
    }
    for html in [
        "<a href='mailto:ANA@acme.example'>me</a>",
        "<p>ana<b>&commat;</b>acme.example</p>",
        "<p>ana&#64;acme&period;example</p>",
        "<p>ana@<wbr>acme.example</p>",
        "<img alt='ana@acme.example' src='cid:a'>",
    ] {
        check_html(html, Leak::AgentAddress);
    }
}

#[test]
fn what_is_the_customers_to_read_passes() {
    for text in [
        "",
        "Please sign above this line and write your answer below.",
        "Your order: https://acme.example/o/4a5b6c7d8e9f?mail=eva%40home.example&x=100%",
        "Write to support@acme.example, diana@acme.example or ana@acme.example.org",
        "Reference support+cqwertyuiopasdfghjklzxcvbnm234567qwer@acme.example",
        "┏ │ ┗ and ## Title ##",
    ] {
        assert_eq!(find(text, Some(&format!("<p>{text}</p>"))), None, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_breaks_it(text in "(?s)[a-z&;#x<>%@+┃0-9 \\n/\"=\u{200b}é]{0,200}") {
        find(&text, Some(&text));
    }

    #[test]
    fn nothing_around_an_address_hides_it(before in "[^a-zA-Z0-9]{0,20}[ <:\"(]", after in "[ >\")][^a-zA-Z0-9]{0,20}") {
        let text = format!("{before}ana@acme.example{after}");
        prop_assert!(find(&text, None).is_some());
    }
}
