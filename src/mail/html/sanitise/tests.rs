use super::sanitise;
use proptest::prelude::*;

fn check(html: &str, expected: &str) {
    assert_eq!(sanitise(html), expected, "{html}");
}

#[test]
fn a_page_becomes_a_fragment_with_its_text_and_structure() {
    check(
        "<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body bgcolor=red onload=x()>\
         <p class=c id=i style='color:red; font-weight:BOLD'>Hi <b>you</b></p><!-- no --></body></html>",
        "<p style=\"font-weight:bold\">Hi <b>you</b></p>",
    );
    check(
        "<table width=600 border=0><tr><td colspan=2 width='50%' style='position:fixed'>x</td></tr></table>",
        "<table width=\"600\" border=\"0\"><tbody><tr><td colspan=\"2\" width=\"50%\">x</td></tr></tbody></table>",
    );
}

#[test]
fn what_acts_or_loads_is_gone() {
    check(
        "a<script>alert(1)</script><svg><script>alert(1)</script><text>x</text></svg>b",
        "ab",
    );
    check(
        "<img src=x onerror=alert(1)>a<iframe src='https://x.example'>f</iframe>",
        "a",
    );
    check(
        "<form action='https://x.example'><input value=v><button>Go</button></form>",
        "Go",
    );
    check(
        "<link rel=stylesheet href='https://x.example/a.css'><base href='https://x.example/'>a",
        "a",
    );
    check(
        "<div background='https://x.example/a.png' style='background:url(https://x.example/)'>a</div>",
        "<div>a</div>",
    );
    check(
        "<video src='https://x.example/v' poster='https://x.example/p'>v</video>a",
        "a",
    );
    check("<meta http-equiv=refresh content='0;url=https://x.example'>a", "a");
    check(
        "<object data='https://x.example'>o</object><embed src='https://x.example'>a",
        "a",
    );
}

#[test]
fn links_lead_only_to_pages_mail_and_telephones() {
    let rel = "rel=\"noopener noreferrer nofollow\"";
    for good in [
        "https://x.example/",
        "http://x.example/",
        "mailto:a@b.example",
        "tel:+34900",
    ] {
        check(
            &format!("<a href='{good}' target=_top>x</a>"),
            &format!("<a href=\"{good}\" {rel}>x</a>"),
        );
    }
    for bad in [
        "javascript:alert(1)",
        " JaVa&#10;script:alert(1)",
        "data:text/html,x",
        "file:///etc",
        "/a",
        "cid:a",
        "//x",
    ] {
        check(&format!("<a href='{bad}'>x</a>"), &format!("<a {rel}>x</a>"));
    }
}

#[test]
fn only_images_that_the_mail_brings_stay() {
    check(
        "<img src='cid:a@b' alt=A width=10 height=9999999>",
        "<img src=\"cid:a@b\" alt=\"A\" width=\"10\">",
    );
    check(
        "a <img src='https://x.example/p.gif' alt='Acme &lt;b&gt; &amp; \"Co\"'> b",
        "a [Acme &lt;b&gt; &amp; &quot;Co&quot;] b",
    );
    check("a<img src='https://x.example/p.gif' width=1 height=1>b", "ab");
    check("<img alt='data' src='data:image/png;base64,AAAA'>", "[data]");
    check(
        "<img alt='x' src='//x.example/a' srcset='https://x.example/a 2x'>",
        "[x]",
    );
    check(
        "<img alt='src=\"cid:a\"' title='<img src=x>'>",
        "[src=&quot;cid:a&quot;]",
    );
}

#[test]
fn nothing_hides_or_overlays() {
    check(
        "<p style='display:none;position:absolute;top:0;color:#fff;font-size:0'>x</p>",
        "<p>x</p>",
    );
    check("<p hidden>x</p><details><summary>a</summary>b</details>", "<p>x</p>ab");
    check("<font color=white>x</font><marquee>y</marquee>", "xy");
}

#[test]
fn html_beyond_the_bounds_becomes_its_text() {
    for open in [
        "<div>",
        "<table><tr><td>",
        "<b>",
        "<div title='</div>'>",
        "<b><div></b>",
        "<ul><li>",
    ] {
        let html = sanitise(&format!("{}a &lt;i&gt; b", open.repeat(100_000)));
        assert!(html.contains("a &lt;i&gt; b<br>") && !html.contains("<b>"), "{open}");
    }
    let large = sanitise(&"<p>word</p>".repeat(200_000));
    assert!(large.contains("word") && !large.contains("<p>"));
}

proptest! {
    #[test]
    fn any_html_becomes_harmless_and_stays_as_it_is_from_then_on(
        pieces in proptest::collection::vec(prop::sample::select(vec![
            "<p>", "</p>", "<b>", "<table>", "<td>", "<svg>", "<math>", "<mtext>", "<style>", "</style>", "<title>", "<!--",
            "-->", "<img src=x alt='a<b'>", "<img src=cid:a>", "<a href=javascript:x>", "</a>", "<script>", "</script>",
            "<noscript>", "<template>", "x", " onerror=y ", "\"", "'", ">", "<", "&lt;script&gt;", "<textarea>", "<select>",
            "<foreignobject>", "<annotation-xml encoding='text/html'>", "<plaintext>", "<form>", "<xmp>",
        ]), 0..24),
    ) {
        let once = sanitise(&pieces.concat());
        let lower = once.to_lowercase();
        for bad in ["<script", "<svg", "<style", "<math", "<form", "href=\"javascript", "<iframe", "src=\"x"] {
            prop_assert!(!lower.contains(bad), "{}", once);
        }
        let twice = sanitise(&once);
        prop_assert_eq!(sanitise(&twice), twice);
    }
}
