//! Mail in an agent's name: what is believed, what is held, and what a code releases.

use super::*;
use crate::desk::decision::{Cause, MailContent, Receipt};
use crate::desk::held::{CODE_VALID, HeldMail, HeldReason, MOST_REQUESTS_AN_HOUR, ReleaseRefusal, Used};
use crate::desk::known::{AgentAnswer, IdHistory};
use crate::desk::policy::AgentTrust;

const ANA: &str = "ana@acme.example";
const BEN: &str = "ben@acme.example";
const DESK: &str = "support@acme.example";
const REFERS: &str = "References: <first@home.example>\n";
const CODE: TicketKey = TicketKey(4242);

/// What speaks for From.
#[derive(Debug, Clone, Copy)]
enum Proof {
    Aligned,
    Failed,
    OurOwnDkim,
    NothingKnown,
}

impl Scene {
    /// Eva's ticket, and Ana and Ben, who are believed by `trust`.
    fn with_agents(trust: AgentTrust) -> Self {
        let mut scene = Self::new().with_ticket(TicketStatus::Open, 0);
        let agent = |name| testing::agent(name, &["general"]);
        scene.policy.agents = vec![agent("ana"), agent("ben")];
        for agent in &mut scene.policy.agents {
            agent.trust = trust;
        }
        scene
    }

    fn to(&self, purpose: Purpose, key: TicketKey, agent: &str) -> String {
        let keys = &self.policy.keys;
        format!(
            "support+{}@acme.example",
            keys.address_token(purpose, key, keys.person(&address(agent)))
        )
    }

    fn token_of(&self, agent: &str) -> String {
        self.to(Purpose::AgentReply, TicketKey(77), agent)
    }

    /// A held mail of Ana's, asked about so long ago.
    fn with_held(mut self, ago: SignedDuration, used: Used) -> Self {
        self.known.agent.held = vec![HeldMail {
            intake: 3,
            key: CODE,
            agent: address(ANA),
            ticket: Some(TicketNumber(7)),
            at: now() - ago,
            used,
        }];
        self
    }

    /// Decides a mail of Ana's with that much proof.
    fn decide_with(&mut self, proof: Proof, mail: &str) -> Decision {
        self.dkim = DkimVerdict::default();
        self.policy.inboxes[0].trust.authserv = Some(Authserv::Id("mx.acme.example".into()));
        let pass = PASS.replace("home.example", "acme.example");
        let failed = mail.replace(PASS, &FAIL.replace("home.example", "acme.example"));
        match proof {
            Proof::Aligned => return self.decide(&mail.replace(PASS, &pass)),
            Proof::Failed => {}
            Proof::OurOwnDkim => {
                self.dkim = DkimVerdict::Pass {
                    domain: "acme.example".into(),
                };
            }
            Proof::NothingKnown => self.policy.inboxes[0].trust.authserv = None,
        }
        self.decide(&failed)
    }
}

/// What became of it, and whether the customer hears of it.
fn outcome(decision: &Decision) -> String {
    let (evidence, effects) = (&decision.evidence, &decision.effects);
    let mut mails = effects.mails.iter();
    let leaves = mails.any(|mail| mail.sent && mail.kind.leaves_the_desk());
    match (&effects.change, &effects.held, leaves) {
        (TicketChange::Work(_), None, true) => "answer".to_owned(),
        (TicketChange::Record { .. } | TicketChange::None, Some(held), false) => {
            assert_eq!((effects.mails.len(), effects.mails[0].kind), (1, MailKind::Held));
            assert_eq!(effects.mails[0].to, held.agent);
            held.reasons
                .iter()
                .map(HeldReason::as_str)
                .collect::<Vec<_>>()
                .join(" ")
        }
        (TicketChange::None, None, false) if evidence.state == IntakeState::Quarantined => {
            assert!(effects.mails.is_empty() && !evidence.set_aside.is_empty());
            "quarantine".to_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn trust_says_which_proof_is_asked_for_and_forgeries_without_her_token_are_set_aside() {
    use AgentTrust::{Aligned, Token, TokenAndAligned};
    // Aligned, failed, DKIM verified by us, nothing known.
    let rows = [
        (
            TokenAndAligned,
            Some(ANA),
            ["answer", "not_aligned", "answer", "not_aligned"],
        ),
        (
            TokenAndAligned,
            None,
            ["no_token", "quarantine", "no_token", "not_aligned no_token"],
        ),
        (
            TokenAndAligned,
            Some(BEN),
            ["wrong_token", "quarantine", "wrong_token", "not_aligned wrong_token"],
        ),
        (Aligned, Some(ANA), ["answer", "not_aligned", "answer", "not_aligned"]),
        (Aligned, None, ["answer", "quarantine", "answer", "not_aligned"]),
        (Aligned, Some(BEN), ["answer", "quarantine", "answer", "not_aligned"]),
        (Token, Some(ANA), ["answer", "answer", "answer", "answer"]),
        (Token, None, ["no_token", "quarantine", "no_token", "no_token"]),
        (
            Token,
            Some(BEN),
            ["wrong_token", "quarantine", "wrong_token", "wrong_token"],
        ),
    ];
    for (trust, token, expected) in rows {
        let mut scene = Scene::with_agents(trust);
        let to = token.map_or(DESK.to_owned(), |agent| scene.token_of(agent));
        let proofs = [Proof::Aligned, Proof::Failed, Proof::OurOwnDkim, Proof::NothingKnown];
        let found = proofs.map(|proof| outcome(&scene.decide_with(proof, &mail(ANA, &to, "Re: Printer", REFERS))));
        assert_eq!(found, expected, "{trust:?} with the token of {token:?}");
    }
}

#[test]
fn what_is_imported_unauthenticated_proves_nothing_whatever_signed_it() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    scene.authenticity = Authenticity::Nothing;
    let mail = mail(ANA, &scene.token_of(ANA), "Re: Printer", REFERS);
    for proof in [Proof::Aligned, Proof::OurOwnDkim] {
        assert_eq!(outcome(&scene.decide_with(proof, &mail)), "not_aligned", "{proof:?}");
    }
}

#[test]
fn each_shortfall_is_named_and_her_consent_stands_in_for_all() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    let token = scene.token_of(ANA);
    let cases = [
        (mail(ANA, &token, "Lunch", ""), "no_reference"),
        (
            mail(&format!("{ANA}, eve@acme.example"), &token, "Re: Printer", REFERS),
            "several_from not_aligned",
        ),
        (
            mail(ANA, &token, "Re: Printer", REFERS).replace("Message-ID", "X-Id"),
            "replay",
        ),
    ];
    for (case, expected) in &cases {
        assert_eq!(outcome(&scene.decide_with(Proof::Aligned, case)), *expected);
    }
    scene.known.agent.message_id = IdHistory::Seen;
    assert_eq!(
        outcome(&scene.decide_with(Proof::Failed, &cases[0].0)),
        "not_aligned no_reference replay"
    );
    for (case, _) in &cases {
        scene.heard = None;
        let asked = scene.decide_with(Proof::Failed, case).effects.held.unwrap();
        scene.heard = Some(asked.reasons);
        assert_eq!(outcome(&scene.decide_with(Proof::Failed, case)), "answer");
    }
}

#[test]
fn her_consent_covers_what_she_has_heard_of_and_nothing_else() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    let answer = mail(ANA, DESK, "Re: Printer", REFERS);
    scene.heard = Some(vec![HeldReason::NoToken]);
    assert_eq!(outcome(&scene.decide_with(Proof::Aligned, &answer)), "answer");
    let leaking = answer.replace("still says no", &format!("says {ANA}"));
    assert_eq!(outcome(&scene.decide_with(Proof::Aligned, &leaking)), "guard_address");
    scene.heard = Some(vec![HeldReason::NoToken, HeldReason::AgentAddress]);
    assert_eq!(outcome(&scene.decide_with(Proof::Aligned, &leaking)), "answer");
}

#[test]
fn quoted_lines_are_asked_about_once_a_stranger_wrote_and_so_is_the_same_answer_again() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    let answer = mail(ANA, &scene.token_of(ANA), "Re: Printer", REFERS);
    let between = answer.replace(
        "The printer still says no.",
        "> What is the code?\r\n\r\nThis one.\r\n\r\n> And the door?\r\n\r\nThat one.",
    );
    assert_eq!(outcome(&scene.decide_with(Proof::Aligned, &between)), "answer");
    scene.known.candidates[0].foreign_texts = ForeignTexts::Some;
    assert_eq!(outcome(&scene.decide_with(Proof::Aligned, &between)), "guard_foreign");
    assert_eq!(
        outcome(&scene.decide_with(Proof::Aligned, &answer)),
        "answer",
        "nothing is quoted"
    );
    scene.known.candidates[0].answers = vec![AgentAnswer {
        by: address(ANA),
        at: now() - SignedDuration::from_mins(5),
        text: "The printer still says no.".into(),
    }];
    assert_eq!(outcome(&scene.decide_with(Proof::Aligned, &answer)), "replay");
}

#[test]
fn a_program_that_answers_receipts_is_not_answered_for_ever() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    let greeting =
        mail(ANA, &scene.token_of(ANA), "Re: Printer", REFERS).replace("The printer still says no.", "Hello Eva,");
    for (receipts, told) in [(4, true), (5, false)] {
        scene.known.agent.receipts_in_hour = receipts;
        let decision = scene.decide_with(Proof::Aligned, &greeting);
        assert_eq!(
            (decision.effects.mails.len(), decision.effects.mails[0].sent),
            (1, told)
        );
    }
}

#[test]
fn a_sixth_request_within_the_hour_is_none() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    let mail = mail(ANA, &scene.token_of(ANA), "Re: Printer", REFERS);
    for (held, expected) in [
        (MOST_REQUESTS_AN_HOUR - 1, "not_aligned"),
        (MOST_REQUESTS_AN_HOUR, "quarantine"),
    ] {
        scene.known.agent.held_in_hour = held;
        assert_eq!(
            outcome(&scene.decide_with(Proof::Failed, &mail)),
            expected,
            "after {held}"
        );
        assert_eq!(
            outcome(&scene.decide_with(Proof::Aligned, &mail)),
            "answer",
            "after {held}"
        );
    }
}

fn answer_to_request(scene: &Scene, from: &str, text: &str) -> String {
    let to = scene.to(Purpose::AgentAction, CODE, ANA);
    mail(from, &to, "Re: Printer", REFERS).replace("The printer still says no.", text)
}

#[test]
fn her_code_releases_for_a_day_and_once_whatever_proves_from() {
    let day = CODE_VALID;
    let second = SignedDuration::from_secs(1);
    let refused = |refusal| Some(Receipt::NotReleased(refusal));
    let cases = [
        (day, Used::No, "yes", None),
        (day + second, Used::No, "yes", refused(ReleaseRefusal::Expired)),
        (second, Used::Yes, "yes", refused(ReleaseRefusal::Used)),
        (second, Used::No, "no, wait", refused(ReleaseRefusal::NoConsent)),
        (second, Used::No, "sí", None),
    ];
    for (ago, used, text, refusal) in cases {
        let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned).with_held(ago, used);
        let mail = answer_to_request(&scene, ANA, text);
        for proof in [Proof::Aligned, Proof::Failed, Proof::NothingKnown] {
            let decision = scene.decide_with(proof, &mail);
            match &refusal {
                None => assert_eq!(
                    decision.effects.change,
                    TicketChange::Release { intake: 3 },
                    "{text} {ago}"
                ),
                Some(refusal) => {
                    assert_eq!(
                        decision.effects.mails[0].content,
                        MailContent::Receipt(refusal.clone()),
                        "{text} {ago}"
                    );
                    assert!(!matches!(decision.effects.change, TicketChange::Release { .. }));
                }
            }
        }
    }
}

#[test]
fn her_code_in_anybody_elses_mail_releases_nothing_and_answers_nobody() {
    for trust in [AgentTrust::TokenAndAligned, AgentTrust::Aligned] {
        let mut scene = Scene::with_agents(trust).with_held(SignedDuration::ZERO, Used::No);
        let mail = answer_to_request(&scene, BEN, "yes");
        let asked = outcome(&scene.decide_with(Proof::Aligned, &mail));
        assert_eq!(asked, "wrong_token", "{trust:?}");
    }
    let scene = Scene::with_agents(AgentTrust::TokenAndAligned).with_held(SignedDuration::ZERO, Used::No);
    for from in ["mallory@home.example", EVA] {
        let decision = scene.decide(&answer_to_request(&scene, from, "yes"));
        assert!(
            !matches!(decision.effects.change, TicketChange::Release { .. }),
            "{from}"
        );
        assert!(
            decision.effects.mails.iter().all(|mail| mail.kind != MailKind::Answer),
            "{from}"
        );
    }
}

#[test]
fn what_a_machine_answers_to_a_request_is_no_consent() {
    let scene = Scene::with_agents(AgentTrust::TokenAndAligned).with_held(SignedDuration::ZERO, Used::No);
    let machine = answer_to_request(&scene, ANA, "yes").replace("Subject:", "Auto-Submitted: auto-replied\nSubject:");
    let decision = scene.decide(&machine);
    assert_eq!(decision.evidence.state, IntakeState::AutoReply);
    assert!(decision.effects.mails.is_empty() && !matches!(decision.effects.change, TicketChange::Release { .. }));
}

#[test]
fn what_went_around_the_gateway_is_hers_only_when_something_proves_it() {
    let around = |scene: &Scene| mail(ANA, &format!("{EVA}, {}", scene.token_of(ANA)), "Re: Printer", REFERS);
    let rows = [
        (AgentTrust::TokenAndAligned, Proof::Aligned, true),
        (AgentTrust::TokenAndAligned, Proof::OurOwnDkim, true),
        (AgentTrust::TokenAndAligned, Proof::Failed, false),
        (AgentTrust::TokenAndAligned, Proof::NothingKnown, false),
        (AgentTrust::Token, Proof::NothingKnown, true),
    ];
    for (trust, proof, believed) in rows {
        let mut scene = Scene::with_agents(trust);
        let mail = around(&scene);
        let decision = scene.decide_with(proof, &mail);
        let is_work = matches!(decision.effects.change, TicketChange::Work(_));
        assert_eq!(is_work, believed, "{trust:?} {proof:?}");
        if !believed {
            assert_eq!((marks(&decision), status(&decision)), (vec![Mark::Unverified], None));
            let told: Vec<_> = decision.effects.mails.iter().map(|mail| mail.to.as_str()).collect();
            assert_eq!(told, [ANA, BEN], "both are warned");
            let warning = MailContent::Notification(Cause::UnverifiedWrote);
            assert!(decision.effects.mails.iter().all(|mail| mail.content == warning));
        }
    }
}

#[test]
fn a_forged_mail_that_looks_forwarded_has_her_told_nothing() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    scene.forwarded = Some(Err(NotFound::NoAddress));
    let mail = mail(ANA, DESK, "Fwd: Order", "");
    for (proof, told) in [
        (Proof::Aligned, true),
        (Proof::OurOwnDkim, true),
        (Proof::Failed, false),
    ] {
        let decision = scene.decide_with(proof, &mail);
        let receipts = decision
            .effects
            .mails
            .iter()
            .filter(|mail| mail.kind == MailKind::Receipt);
        assert_eq!(receipts.count() == 1, told, "{proof:?}");
    }
}

#[test]
fn a_notification_that_she_attaches_is_asked_about_and_another_mail_is_not() {
    let mut scene = Scene::with_agents(AgentTrust::TokenAndAligned);
    let keys = scene.policy.keys.clone();
    let ours = keys.agent_message_id(TicketKey(77), 1 << 40, keys.person(&address(ANA)), "acme.example");
    for (attached, expected) in [
        (ours.unwrap().to_string(), "guard_token"),
        ("<other@supplier.example>".to_owned(), "answer"),
    ] {
        let headers = format!("{REFERS}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n");
        let whole = mail(ANA, &scene.token_of(ANA), "Re: Printer broken", &headers);
        let (header, _) = whole.split_once("\r\n\r\n").or(whole.split_once("\n\r\n")).unwrap();
        let body = format!(
            "--b\r\n\r\nSee the attached mail.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {attached}\r\n\
             Subject: x\r\n\r\ny\r\n--b--\r\n"
        );
        let decision = scene.decide_with(Proof::Aligned, &format!("{header}\r\n\r\n{body}"));
        assert_eq!(outcome(&decision), expected);
    }
}
