//! Secrets in a real keyring: the real binary and the real shell in a session of their own, with GNOME's keyring. Whatever
//! they print, write or tell is searched for secrets.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use xpress_center::model::{Existing, Handle as _, News, Order, Place, ProfileDraft};
use xpress_center::profile::{Material, Profile};
use xpress_center::secret::Secret;
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::{LinkHandle, Worker};

use crate::clouds::{PASSWORD, THING_PROFILE, thingstream};
use crate::support::keyring::Session;
use crate::support::program::{Folder, written, xpress_center};
use crate::support::set_up::{Applied, PASSPHRASE, profile};
use crate::support::wait_until;

const PATIENCE: Duration = Duration::from_secs(30);
/// Tells the test that runs inside a session where to work.
const FOLDER: &str = "XPRESS_CENTER_TEST_FOLDER";

/// A profile of Thingstream with both secrets in the keyring.
fn in_keyring() -> String {
    let cloud = THING_PROFILE.replace(r#"{ "env": "CLOUD_SECRET" }"#, r#"{ "keyring": "lab/thing" }"#);
    profile(&cloud).replace(r#"{ "env": "WIFI_PASSPHRASE" }"#, r#"{ "keyring": "lab-wifi" }"#)
}

/// What `apply` says in this session of a profile whose secrets are in the keyring.
fn apply(session: &Session, profile: &str) -> Applied {
    let mut bench = thingstream(PASSWORD).hides(PASSPHRASE);
    bench.device.variables = session.variables();
    bench.apply_profile(profile, PASSWORD)
}

#[test]
fn a_profile_with_its_secrets_in_the_keyring_sets_a_module_up_and_shows_none_of_them() {
    let session = Session::start();
    session.store("lab-wifi", PASSPHRASE);
    session.store("lab/thing", PASSWORD);
    apply(&session, &in_keyring()).ended("connected");
}

#[test]
fn a_plan_is_shown_with_dots_where_no_keyring_is() {
    let files = Folder::new();
    let root = xpress_center::credential::make::Authority::new(
        "Test root",
        xpress_center::credential::make::NewKey::P256,
        crate::support::valid_now(),
    );
    files.write("root.pem", &root.unwrap().certificate_pem());
    let path = files.write("profile.json", &in_keyring());
    let session = Session::without_keyring();
    let output = xpress_center().arg("plan").arg(path).envs(session.variables()).output().unwrap();
    let (out, err) = written(&output);
    assert!(output.status.success(), "{err}");
    assert!(out.contains(r#"AT+UWSC=0,8,"••••••""#), "{out}");
}

/// Nothing was sent, and this is said at the field of each secret.
fn assert_refused(applied: &Applied, words: &str) {
    assert_eq!((applied.status, applied.out.as_str()), (Some(2), ""), "{}", applied.err);
    assert_eq!(applied.recorded, "", "nothing was sent");
    for field in ["wifi.passphrase: ", "cloud.password: "] {
        assert!(applied.err.contains(&format!("{field}{words}")), "{field}{words}: {}", applied.err);
    }
}

#[test]
fn a_missing_a_locked_and_an_absent_keyring_are_said_at_the_field_before_anything_is_sent() {
    let session = Session::start();
    assert_refused(&apply(&session, &in_keyring()), "The keyring has no secret of the name lab");
    session.store("lab-wifi", PASSPHRASE);
    session.store("lab/thing", PASSWORD);
    session.lock();
    assert_refused(&apply(&session, &in_keyring()), "The keyring is locked");
    let absent = apply(&Session::without_keyring(), &in_keyring());
    assert_refused(&absent, "The keyring cannot be used");
}

#[test]
fn a_keyring_that_never_answers_is_given_up_after_ten_seconds_for_all_secrets_together() {
    let session = Session::start();
    session.freeze();
    let begin = std::time::Instant::now();
    let applied = apply(&session, &in_keyring());
    assert_refused(&applied, "The keyring has not answered for 10 s");
    assert!(applied.err.contains("another window"), "{}", applied.err);
    assert!((10..20).contains(&begin.elapsed().as_secs()), "{:?}", begin.elapsed());
}

#[test]
fn what_the_shell_saves_into_the_keyring_is_found_by_the_shell_the_program_and_the_person() {
    let session = Session::start();
    let mut bench = thingstream(PASSWORD).hides(PASSPHRASE);
    let folder = bench.device.files.path().to_owned();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "keyring::saving_and_opening_in_a_session", "--ignored"])
        .envs(session.variables())
        .env(FOLDER, &folder)
        .output()
        .unwrap();
    let (out, err) = written(&output);
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    let saved = fs::read_to_string(folder.join("saved.json")).unwrap();
    for text in [&saved, &out, &err] {
        assert!(!text.contains(PASSPHRASE) && !text.contains(PASSWORD), "a secret in {text}");
    }
    let names: Vec<_> = Profile::parse(&saved).unwrap().secrets();
    for ((field, source), secret) in names.iter().zip([PASSPHRASE, PASSWORD]) {
        let xpress_center::profile::SecretSource::Keyring(name) = source else {
            panic!("{field}: {source:?}")
        };
        assert_eq!(session.lookup(name), secret);
    }
    bench.device.variables = session.variables();
    bench.apply_profile(&saved, PASSWORD).ended("connected");
}

/// The next news of this kind.
fn told<T>(link: &mut LinkHandle, wanted: impl Fn(&News) -> Option<T>) -> T {
    let found = wait_until(PATIENCE, || link.poll().and_then(|news| wanted(&news)));
    found.expect("the shell tells nothing")
}

#[test]
#[ignore = "another test starts it in a session of its own, where it cannot touch the keyring of a person"]
fn saving_and_opening_in_a_session() {
    let folder = PathBuf::from(env::var_os(FOLDER).expect("started by the test that makes a session"));
    let path = folder.join("saved.json");
    let asked = profile(&THING_PROFILE.replace(r#"{ "env": "CLOUD_SECRET" }"#, r#"{ "ask": true }"#));
    let asked = asked.replace(r#"{ "env": "WIFI_PASSPHRASE" }"#, r#"{ "ask": true }"#);
    let mut parsed = Profile::parse(&asked).unwrap();
    parsed.map_paths(|file| folder.join(file));
    let secrets = [("wifi.passphrase", PASSPHRASE), ("cloud.password", PASSWORD)];
    let draft = ProfileDraft {
        name: "saved.json".to_owned(),
        profile: parsed,
        files: Vec::new(),
        secrets: secrets.map(|(field, secret)| (field.to_owned(), Secret::new(secret))).into(),
    };
    let mut link = Worker::start(Clock::start(), || {});
    let place = Place::At(path.clone());
    let (purpose, draft) = ("thingstream.profile".to_owned(), Box::new(draft));
    link.send(Order::SaveProfile { purpose, place, draft, existing: Existing::Keep });
    let saved = told(&mut link, |news| match news {
        News::ProfileSaved { result, .. } => Some(result.clone()),
        _ => None,
    });
    assert_eq!(saved.unwrap().secrets.len(), 2);
    link.send(Order::OpenProfile(Place::At(path)));
    let opened = told(&mut link, |news| match news {
        News::Profile { result, .. } => Some(result.clone()),
        _ => None,
    });
    let opened = opened.unwrap();
    for (field, secret) in secrets {
        assert_eq!(opened.materials.get(field), Some(&Material::Secret(Secret::new(secret))));
    }
    let all = format!("{opened:?}");
    assert!(!all.contains(PASSPHRASE) && !all.contains(PASSWORD), "{all}");
}
