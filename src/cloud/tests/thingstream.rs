//! Things and a make-believe Thingstream.

use super::world::{DROPPED, THINGSTREAM, TODAY, Who, World, pki};
use crate::cloud::{Echo, Refusal, Thing, Thingstream, ThingstreamSettings};
use crate::mqtt::{self, Qos};
use crate::secret::Secret;

const ONE: &str = "device:521b5a33-2374-4547-8edc-50743c144509";
const TWO: &str = "device:00000000-2374-4547-8edc-50743c144509";

fn world() -> World<Thingstream> {
    let thing = |client_id: &str, user: &str| Thing {
        client_id: client_id.to_owned(),
        user: user.to_owned(),
        password: Secret::new("pass/word+"),
    };
    let settings = ThingstreamSettings {
        server: pki().thingstream.clone(),
        things: vec![thing(ONE, "USERONE"), thing(TWO, "USERTWO")],
        echoes: vec![Echo { heard_on: "up".to_owned(), answered_on: "down".to_owned() }],
    };
    World::new(Thingstream::new(settings, TODAY).unwrap())
}

fn who(client_id: &str, user: &str, password: &str) -> Who {
    Who {
        host: THINGSTREAM.to_owned(),
        client_id: client_id.to_owned(),
        user: Some(user.to_owned()),
        password: Some(password.to_owned()),
        ..Who::default()
    }
}

#[test]
fn things_exchange_messages_on_free_topics_and_hear_echoes() {
    let mut world = world();
    world.connect(1, &who(ONE, "USERONE", "pass/word+"));
    world.connect(2, &who(TWO, "USERTWO", "pass/word+"));
    world.subscribe(1, "down");
    world.client(2).subscribe("#", Qos::ExactlyOnce).unwrap();
    world.run();
    world.client(1).publish("up", b"21.5", Qos::ExactlyOnce, false).unwrap();
    world.run();
    assert_eq!(world.messages(1), [("down".to_owned(), "21.5".to_owned())]);
    assert_eq!(world.messages(2).len(), 2, "the message and its echo");
    world.cloud.publish("down", b"on");
    world.run();
    assert_eq!(world.messages(1).len(), 2);
    assert_eq!(world.refusals(), []);
}

#[test]
fn what_is_wrong_with_a_thing_is_answered_with_4_or_5() {
    let nobody = || Refusal::UserUnknown("USERTHREE".to_owned());
    let another = Refusal::ClientIdOfAnother { client_id: TWO.to_owned(), expected: ONE.to_owned() };
    let bare = ONE.strip_prefix("device:").unwrap();
    let prefixless = Refusal::ClientIdOfAnother { client_id: bare.to_owned(), expected: ONE.to_owned() };
    for (who, code, why) in [
        (who(ONE, "USERTHREE", "pass/word+"), 4, nobody()),
        (who(ONE, "USERONE", "pass/word "), 4, Refusal::PasswordWrong),
        (Who { password: None, ..who(ONE, "USERONE", "") }, 4, Refusal::PasswordWrong),
        (Who { user: None, password: None, ..who(ONE, "", "") }, 4, Refusal::UserUnknown(String::new())),
        (who(TWO, "USERONE", "pass/word+"), 5, another),
        (who(bare, "USERONE", "pass/word+"), 5, prefixless),
    ] {
        let mut world = world();
        world.connect(1, &who);
        assert_eq!((world.code(1), world.refusals()), (Some(code), vec![why]));
    }
}

#[test]
fn a_newer_connection_of_a_thing_ends_the_older() {
    let mut world = world();
    world.connect(1, &who(ONE, "USERONE", "pass/word+"));
    world.connect(2, &who(ONE, "USERONE", "pass/word+"));
    assert_eq!((world.last(1), world.last(2)), (&DROPPED, &mqtt::Event::Connected));
    assert_eq!(world.refusals(), [Refusal::DuplicateClientId]);
}

#[test]
fn a_wildcard_in_the_wrong_place_closes_the_connection() {
    let mut world = world();
    world.connect(1, &who(ONE, "USERONE", "pass/word+"));
    world.subscribe(1, "a/#/b");
    assert_eq!((world.last(1), world.refusals()), (&DROPPED, vec![Refusal::NotAFilter("a/#/b".to_owned())]));
}
