use super::*;
use crate::mail::{ParseLimits, RawMail};

const TOP: &str = "Return-Path: <a@cust.example>\nDelivered-To: support@acme.example\n";
const BORDER: &str = "Received: from mail.cust.example (x [192.0.2.1])\n by mx.acme.example (Postfix) with ESMTPS;\n Mon, 2 Nov 2026 10:00:00 +0000\n";
const EARLIER: &str = "Received: from pc by mail.cust.example; Mon, 2 Nov 2026 09:59:59 +0000\n";
const REST: &str = "From: Ana <a@cust.example>\nSubject: x\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n";

fn results(text: &str) -> String {
    format!("Authentication-Results: mx.acme.example; {text}\n")
}

fn mail(header: &[&str]) -> InboundMail {
    let octets = format!("{}\nbody\n", header.concat()).into_bytes();
    let raw = RawMail {
        full_size: octets.len() as u64,
        octets,
        received_at: jiff::Timestamp::UNIX_EPOCH,
    };
    InboundMail::parse(&raw, &ParseLimits::default())
}

fn trust() -> Trust {
    Trust {
        authserv: Some(Authserv::Id("MX.acme.example".to_owned())),
        ..Trust::default()
    }
}

fn check(header: &[&str], trust: &Trust, wanted: (Alignment, &str)) {
    let (alignment, reason) = alignment(&mail(header), trust);
    assert_eq!((alignment, reason.as_str()), wanted, "{}", header.concat());
}

const YES: (Alignment, &str) = (Alignment::Yes, "dmarc=pass");
const NOTHING: (Alignment, &str) = (Alignment::No, "no trusted Authentication-Results");

#[test]
fn without_a_border_nothing_is_known() {
    check(
        &[&results("dmarc=pass"), BORDER, REST],
        &Trust::default(),
        (Alignment::Unknown, "no trusted_authserv is configured"),
    );
}

#[test]
fn the_border_writes_above_or_directly_beneath_its_received() {
    let pass = results("dmarc=pass header.from=cust.example");
    check(&[TOP, &pass, BORDER, REST], &trust(), YES);
    check(&[TOP, BORDER, &pass, EARLIER, REST], &trust(), YES);
    let above = Trust {
        position: AuthservPosition::Above,
        ..trust()
    };
    check(&[TOP, &pass, BORDER, REST], &above, YES);
    check(&[TOP, BORDER, &pass, EARLIER, REST], &above, NOTHING);
}

#[test]
fn what_stands_below_is_a_forgery() {
    let pass = results("dmarc=pass");
    check(&[TOP, BORDER, EARLIER, &pass, REST], &trust(), NOTHING);
    check(&[TOP, BORDER, REST, &pass], &trust(), NOTHING);
    check(&[REST, &pass, BORDER], &trust(), NOTHING);
    check(
        &[TOP, BORDER, "DKIM-Signature: v=1\n", &pass, EARLIER, REST],
        &trust(),
        NOTHING,
    );
}

#[test]
fn another_server_is_not_the_border() {
    for id in [
        "mx.evil.example",
        "mx.acme.example.evil.example",
        "acme.example",
        "\"mx.acme.example \"",
    ] {
        let forged = format!("Authentication-Results: {id}; dmarc=pass\n");
        check(&[TOP, &forged, BORDER, REST], &trust(), NOTHING);
    }
}

#[test]
fn the_topmost_result_of_a_method_counts() {
    let (fail, pass) = (
        results("dmarc=fail; spf=pass smtp.mailfrom=evil.example"),
        results("dmarc=pass"),
    );
    check(
        &[TOP, &fail, BORDER, &pass, EARLIER, REST],
        &trust(),
        (Alignment::No, "dmarc=fail"),
    );
    let spf_below = results("spf=pass smtp.mailfrom=cust.example");
    check(
        &[TOP, &fail, BORDER, &spf_below, REST],
        &trust(),
        (Alignment::No, "dmarc=fail"),
    );
}

#[test]
fn trusted_hops_are_passed_in_order() {
    let hop = "Received: from mx.acme.example by store.acme.example with LMTP; Mon, 2 Nov 2026 10:00:01 +0000\n";
    let pass = results("dmarc=pass");
    let hops = Trust {
        hops: vec!["Store.acme.example".to_owned()],
        ..trust()
    };
    check(&[TOP, hop, BORDER, &pass, REST], &trust(), NOTHING);
    check(&[TOP, hop, BORDER, &pass, REST], &hops, YES);
    check(&[TOP, hop, &pass, BORDER, REST], &hops, YES);
    check(&[TOP, hop, BORDER, hop, &pass, REST], &hops, NOTHING);
    // A client that calls itself `by` and a name of ours is no hop.
    let liar = "Received: from by (store.acme.example by store.acme.example) by mx.acme.example; Mon, 2 Nov 2026 10:00:00 +0000\n";
    check(&[TOP, liar, EARLIER, &pass, REST], &hops, NOTHING);
}

#[test]
fn a_hop_with_a_star_is_every_host_that_begins_so_as_gmail_writes_them() {
    let hop = "Received: by 2002:a05:6a10:c8c:b0:9f with SMTP id x12csp1; Mon, 2 Nov 2026 02:00:01 -0800 (PST)\n\
               X-Received: by 2002:a17:906:c14b:b0:7ae with SMTP id y11; Mon, 2 Nov 2026 02:00:01 -0800 (PST)\n\
               ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass\n";
    let border = "Received: from mail.cust.example by mx.google.com with ESMTPS id z1; Mon, 2 Nov 2026 02:00:00 -0800\n\
                  Received-SPF: pass (google.com: permitted) client-ip=192.0.2.1;\n\
                  Authentication-Results: mx.google.com; dmarc=pass header.from=cust.example\n";
    let gmail = |hop: &str| Trust {
        authserv: Some(Authserv::Id("mx.google.com".to_owned())),
        hops: vec![hop.to_owned()],
        ..Trust::default()
    };
    check(&[TOP, hop, border, REST], &gmail("2002:*"), YES);
    check(&[TOP, hop, border, REST], &gmail("2001:*"), NOTHING);
    check(&[TOP, hop, border, REST], &gmail("*"), NOTHING);
}

#[test]
fn dkim_and_spf_align_by_organisation() {
    let yes = |text: &str, why| check(&[&results(text), BORDER, REST], &trust(), (Alignment::Yes, why));
    let no = |text: &str, why| check(&[&results(text), BORDER, REST], &trust(), (Alignment::No, why));
    yes(
        "dkim=pass header.d=mail.cust.example",
        "dkim=pass header.d=mail.cust.example",
    );
    yes("dkim=pass header.i=@Cust.Example", "dkim=pass header.i=@Cust.Example");
    yes(
        "dkim=fail header.d=cust.example; dkim=pass header.d=cust.example",
        "dkim=pass header.d=cust.example",
    );
    yes(
        "spf=pass smtp.mailfrom=b@bounce.cust.example",
        "spf=pass smtp.mailfrom=bounce.cust.example",
    );
    yes("auth=pass smtp.auth=A@cust.example", "auth=pass smtp.auth=From");
    no(
        "dkim=pass header.d=evil.example; spf=softfail",
        "spf=softfail, dkim=pass for another domain",
    );
    no("dkim=pass header.d=notcust.example", "dkim=pass for another domain");
    no("spf=pass smtp.helo=cust.example", "spf=pass for another domain");
    no("auth=pass smtp.auth=b@cust.example", "auth=pass for another domain");
    no(
        "spf=pass smtp.mailfrom=\"a@cust.example dmarc=pass\"@evil.example",
        "spf=pass for another domain",
    );
    no("dmarc=pass header.from=evil.example", "dmarc=pass for another domain");
}

#[test]
fn a_public_suffix_is_nobodys_organisation() {
    assert!(same_organisation("a.co.uk", "x.a.co.uk"));
    assert!(!same_organisation("a.co.uk", "b.co.uk"));
    assert!(!same_organisation("a.github.io", "b.github.io"));
    assert!(!same_organisation("", ""));
}

#[test]
fn two_senders_are_never_aligned() {
    let pass = results("dmarc=pass");
    let from = "From: Ana <a@cust.example>\n";
    check(
        &[&pass, BORDER, from, REST],
        &trust(),
        (Alignment::No, "there are 2 From fields"),
    );
    check(
        &[&pass, BORDER, "From: a@cust.example, b@cust.example\n"],
        &trust(),
        (Alignment::No, "From has 2 addresses"),
    );
    check(
        &[&pass, BORDER, "Subject: x\n"],
        &trust(),
        (Alignment::No, "there is no From"),
    );
}

#[test]
fn exchange_online_writes_no_authserv_id() {
    let trust = Trust {
        authserv: Some(Authserv::Microsoft365),
        ..Trust::default()
    };
    let outside = "Authentication-Results: spf=pass (sender IP) smtp.mailfrom=cust.example; dmarc=pass action=none\n";
    let failed = "Authentication-Results: spf=fail smtp.mailfrom=cust.example; dmarc=fail action=none\n";
    check(&[EARLIER, outside, BORDER, REST], &trust, YES);
    check(
        &[EARLIER, failed, BORDER, outside, REST],
        &trust,
        (Alignment::No, "dmarc=fail"),
    );
    check(&[EARLIER, &results("dmarc=pass"), BORDER, REST], &trust, NOTHING);
    check(&[BORDER, REST, outside], &trust, NOTHING);
    let internal = "X-MS-Exchange-Organization-AuthAs: Internal\n";
    check(
        &[BORDER, REST, internal],
        &trust,
        (Alignment::Yes, "X-MS-Exchange-Organization-AuthAs: Internal"),
    );
    check(
        &[BORDER, REST, "X-MS-Exchange-Organization-AuthAs: Anonymous\n"],
        &trust,
        NOTHING,
    );
    check(&[BORDER, REST, internal], &super::tests::trust(), NOTHING);
}

#[test]
fn a_trusted_sealer_speaks_for_what_it_saw() {
    let arc = Trust {
        arc_sealers: vec!["google.com".to_owned()],
        ..trust()
    };
    let border = results("dmarc=fail; arc=pass (i=1)");
    let seal = "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=google.com; s=x; b=abc=\n";
    let saw = "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=cust.example\n";
    let saw_nothing = "ARC-Authentication-Results: i=1; mx.google.com; dmarc=fail header.from=cust.example\n";
    let wanted = (Alignment::Yes, "arc=pass sealed by google.com: dmarc=pass");
    check(&[&border, BORDER, seal, saw, REST], &arc, wanted);
    check(
        &[&border, BORDER, seal, saw_nothing, REST],
        &arc,
        (Alignment::No, "dmarc=fail"),
    );
    check(
        &[&border, BORDER, seal, saw, REST],
        &trust(),
        (Alignment::No, "dmarc=fail"),
    );
    let outer = "ARC-Seal: i=2; cv=pass; d=evil.example; s=x; b=abc\n";
    check(
        &[&border, BORDER, outer, seal, saw, REST],
        &arc,
        (Alignment::No, "dmarc=fail"),
    );
    check(
        &[&results("dmarc=fail; arc=fail"), BORDER, seal, saw, REST],
        &arc,
        (Alignment::No, "dmarc=fail"),
    );
}
