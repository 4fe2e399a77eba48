//! A desk in Spanish, and a customer who writes in it.

use crate::common::work::{link, text};
use crate::common::{ANA, AgentDesk, BEN, CUSTOMER, MailBuilder};

const COMPLAINT: &str = "Hola,\r\n\r\nla impresora de la segunda planta no funciona desde ayer por la mañana y no podemos trabajar.\r\n\r\nUn saludo\r\nCarla\r\n";

fn spanish() -> AgentDesk {
    let desk = AgentDesk::new();
    desk.gateway.edit_config("[desk]\n", "[desk]\nlocale = \"es\"\n");
    desk.receive(
        &MailBuilder::new()
            .with_subject("La impresora")
            .with_body(COMPLAINT)
            .with_dmarc("pass"),
    );
    desk
}

#[test]
fn agents_of_a_spanish_desk_are_written_to_in_spanish() {
    let desk = spanish();
    let told = text(&desk.last_to(ANA));
    assert!(
        told.starts_with("## escriba su respuesta encima de esta línea ##"),
        "{told}"
    );
    assert!(told.contains("Nuevo tique #1 en general"), "{told}");
    assert!(link(&desk.last_to(ANA), "#solved").contains("subject=Re%3A%20La%20impresora"));
    desk.answers(ANA, "#resuelto\r\n");
    let receipt = text(&desk.last_to(ANA));
    assert!(
        receipt.contains("No se ha cambiado nada") && receipt.contains("No existe la orden #resuelto."),
        "{receipt}"
    );
    desk.receive(&crate::common::agents::reply(
        &desk.sent_to(BEN)[0],
        BEN,
        "Vamos a las nueve.\r\n",
    ));
    desk.receive(&crate::common::agents::reply(
        &desk.sent_to(ANA)[0],
        ANA,
        "Vamos a las diez.\r\n",
    ));
    let held = text(&desk.last_to(ANA));
    assert!(held.contains("Ben Ode") && held.contains("retenid"), "{held}");
    assert_eq!(desk.counts([CUSTOMER]), [2]);
    desk.answers(ANA, "Sí\r\n");
    assert_eq!(desk.counts([CUSTOMER]), [3]);
}

#[test]
fn a_spanish_customer_gets_the_quote_in_spanish_whatever_the_desk_speaks() {
    let desk = AgentDesk::new();
    desk.receive(
        &MailBuilder::new()
            .with_subject("La impresora")
            .with_body(COMPLAINT)
            .with_dmarc("pass"),
    );
    assert!(text(&desk.last_to(ANA)).starts_with("## write your answer above this line ##"));
    desk.answers(ANA, "Vamos a las diez.\r\n");
    let answer = text(&desk.last_to(CUSTOMER));
    assert!(answer.starts_with("Vamos a las diez."), "{answer}");
    assert!(answer.contains("Carla Cliente escribió:"), "{answer}");
    assert!(answer.contains("> la impresora de la segunda planta"), "{answer}");
}
