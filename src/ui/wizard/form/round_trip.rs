//! A form that is saved and opened again means the same, whatever is in it.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::credential::fixtures::{EC_CERTIFICATE, EC_KEY_ENCRYPTED_PKCS8, EC_KEY_PKCS8, NOW, ROOT};
use crate::plan::{self, Facts};
use crate::profile::{ReferenceSource, SecretSource};

const KEY: &str = "S2V5S2V5S2V5S2V5S2V5S2V5S2V5S2V5S2V5S2V5S2U=";
const TOKEN: &str = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdevice1&sig=k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D&se=2000000000";
const PASSPHRASE: &str = "hunter2hunter2";

/// What is chosen where there is a choice.
#[derive(Clone, Debug)]
struct Choices {
    cloud: CloudKind,
    proof: usize,
    network: NetworkChoice,
    security: WifiSecurity,
    address: AddressChoice,
    on_startup: bool,
    user_name: UserName,
    qos: Option<Qos>,
    end_mode: Option<Mode>,
    /// What may be left empty: keep-alive, life, payload, topics, name on the module.
    full: [bool; 5],
}

fn choices() -> impl Strategy<Value = Choices> {
    let network = (
        prop_oneof![Just(NetworkChoice::Wifi), Just(NetworkChoice::Present)],
        prop_oneof![Just(WifiSecurity::Open), Just(WifiSecurity::WpaPsk), Just(WifiSecurity::Wpa3)],
        prop_oneof![Just(AddressChoice::Dhcp), Just(AddressChoice::Fixed)],
        any::<bool>(),
    );
    let user_name = prop_oneof![Just(UserName::WithVersion), Just(UserName::Short)];
    let modes = [None, Some(Mode::Command), Some(Mode::Data), Some(Mode::Edm)];
    let end_mode = prop::sample::select(modes.to_vec());
    let qos = prop_oneof![Just(None), Just(Some(Qos::AtMostOnce)), Just(Some(Qos::AtLeastOnce))];
    let cloud = prop::sample::select(CloudKind::ALL.to_vec());
    (cloud, 0..3_usize, network, user_name, (qos, end_mode), any::<[bool; 5]>()).prop_map(
        |(cloud, proof, (network, security, address, on_startup), user_name, (qos, end_mode), full)| {
            Choices { cloud, proof, network, security, address, on_startup, user_name, qos, end_mode, full }
        },
    )
}

/// A form that is right, with these choices.
fn form(choices: &Choices) -> Form {
    let some = |index: usize, text: &str| if choices.full[index] { text.to_owned() } else { String::new() };
    let proofs: &[Proof] = match choices.cloud {
        CloudKind::AzureSas => &[Proof::Key, Proof::Token],
        CloudKind::AzureDps => &[Proof::Certificate, Proof::Key, Proof::GroupKey],
        _ => &[Proof::Certificate],
    };
    let mut form = Form {
        endpoint: "abc123-ats.iot.eu-west-1.amazonaws.com".to_owned(),
        hub: "contoso.azure-devices.net".to_owned(),
        id_scope: "0ne00000001".to_owned(),
        client_id: if choices.cloud == CloudKind::Thingstream {
            THING.to_owned()
        } else {
            "a-{serial}".to_owned()
        },
        device_id: "device1".to_owned(),
        registration_id: "device1".to_owned(),
        username: "user".to_owned(),
        proof: proofs[choices.proof % proofs.len()],
        expires_in: some(1, " 36h "),
        payload: some(2, r#"{"model": "a", "list": [1, null]}"#),
        user_name: choices.user_name,
        publish_topic: some(3, "device1/up"),
        subscribe_topic: some(3, "device1/#"),
        keep_alive: some(0, " 60"),
        qos: choices.qos,
        end_mode: choices.end_mode,
        ..Form::new(choices.cloud)
    };
    form.kept.name = some(4, "Lab gateway 1");
    form.password.set("thing password");
    form.key.set(KEY);
    form.group_key.set(KEY);
    form.token.set(TOKEN);
    let given = |path: &str, pem: &str| Source::Given {
        path: path.into(),
        bytes: Zeroizing::new(pem.as_bytes().to_vec()),
    };
    if choices.full[3] {
        form.root.set(given("/home/me/roots/root.pem", ROOT));
    }
    form.certificate.set(given("/home/me/lab/device 1.pem", EC_CERTIFICATE));
    form.private_key.set(given("/home/me/lab/device1.key", EC_KEY_PKCS8));
    form.private_key.name = some(4, "mine.key");
    form.network = Network {
        choice: choices.network,
        ssid: " lab ap".to_owned(),
        security: choices.security,
        on_startup: choices.on_startup,
        address: choices.address,
        ip: "10.0.0.2".to_owned(),
        mask: " 255.255.255.0".to_owned(),
        gateway: "10.0.0.1".to_owned(),
        name_servers: some(3, "10.0.0.1, 9.9.9.9"),
        ..Network::default()
    };
    form.network.passphrase.set(PASSPHRASE);
    form
}

const THING: &str = "device:0123abcd-0000-4000-8000-0123456789ab";

/// What somebody finds who goes to every place that the profile names, and types what it asks for.
fn fetched(form: &Form, profile: &Profile, asked: &Material) -> Materials {
    let known = form.materials();
    let mut materials = Materials::default();
    for reference in profile.references() {
        let material = match reference.source {
            ReferenceSource::Secret(SecretSource::Ask) if *asked == Material::Unknown => asked.clone(),
            _ => known.get(&reference.field).cloned().expect("something to fetch"),
        };
        materials.insert(reference.field, material);
    }
    materials
}

fn steps(job: &Job) -> plan::Plan {
    let model = crate::module::Model::new("NINA-W152");
    let facts = Facts { model, firmware: "4.0.0-006".parse().ok(), serial: None, mac: None };
    plan::make(job, &facts).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_saved_form_gives_the_same_job_and_plan_in_a_terminal_and_in_the_window(choices in choices()) {
        let form = form(&choices);
        let job = form.job(NOW).unwrap();
        let json = form.profile(Use::Save).to_json().unwrap();
        for secret in [PASSPHRASE, KEY, TOKEN, "thing password", "PRIVATE KEY"] {
            prop_assert!(!json.contains(secret), "{json}");
        }
        let profile = Profile::parse(&json).unwrap();
        let materials = fetched(&form, &profile, &Material::Secret(Secret::default()));
        let in_terminal = resolve(&profile, &materials, NOW).unwrap();
        prop_assert_eq!(&in_terminal, &job);
        prop_assert_eq!(steps(&in_terminal), steps(&job));
        let opened = Form::of_profile(&profile, &materials);
        prop_assert_eq!(opened.job(NOW).unwrap(), job);
        prop_assert_eq!(opened.profile(Use::Save).to_json().unwrap(), json);
    }

    #[test]
    fn a_form_whose_secrets_went_to_the_keyring_means_the_same_here_in_a_terminal_and_when_it_is_opened(choices in choices()) {
        let mut form = form(&choices);
        form.kept.place = SecretPlace::Keyring;
        let job = form.job(NOW).unwrap();
        let mut profile = form.profile(Use::Save);
        let secrets = form.for_keyring(&profile);
        let fields = |secrets: Vec<(String, SecretSource)>| secrets.into_iter().map(|(field, _)| field).collect::<Vec<_>>();
        prop_assert_eq!(secrets.iter().map(|(field, _)| field.clone()).collect::<Vec<_>>(), fields(profile.secrets()));
        prop_assert_eq!(form.has_secrets_to_keep(&profile), !secrets.is_empty());
        // As the shell does it.
        profile.map_secrets(|field, source| *source = SecretSource::Keyring(format!("id/{field}")));
        let mut materials = fetched(&form, &profile, &Material::Secret(Secret::default()));
        for (field, secret) in &secrets {
            materials.insert(field.clone(), Material::Secret(secret.clone()));
        }
        let in_terminal = resolve(&profile, &materials, NOW).unwrap();
        prop_assert_eq!(&in_terminal, &job);
        prop_assert_eq!(steps(&in_terminal), steps(&job));
        let opened = Form::of_profile(&profile, &materials);
        prop_assert_eq!(opened.job(NOW).unwrap(), job);
        let names: Vec<_> = secrets.iter().map(|(field, _)| (field.clone(), format!("id/{field}"))).collect();
        form.take_names(&names, &secrets);
        for form in [form, opened] {
            let again = form.profile(Use::Save);
            prop_assert_eq!(again.to_json().unwrap(), profile.to_json().unwrap());
            prop_assert!(!form.has_secrets_to_keep(&again));
            prop_assert_eq!(form.for_keyring(&again), secrets.clone());
        }
    }

    #[test]
    fn what_is_asked_for_is_an_empty_field_and_nothing_else_is_missing(choices in choices()) {
        let mut form = form(&choices);
        let profile = form.profile(Use::Save);
        let mut opened = Form::of_profile(&profile, &fetched(&form, &profile, &Material::Unknown));
        prop_assert_eq!(opened.secrets().count(), 0);
        for problem in opened.job(NOW).err().unwrap_or_default() {
            prop_assert_eq!(problem.kind, Kind::MissingField, "{}", problem);
        }
        for (field, _) in profile.secrets() {
            let field = Field::at(&field).unwrap();
            let typed = form.secret_mut(field).unwrap().secret().unwrap();
            opened.secret_mut(field).unwrap().set(typed.reveal());
        }
        prop_assert_eq!(opened.job(NOW).unwrap(), form.job(NOW).unwrap());
    }
}

fn opened(text: &str, change: impl FnOnce(&mut Materials)) -> Form {
    let profile = Profile::parse(text).unwrap();
    let mut materials = Materials::default();
    change(&mut materials);
    Form::of_profile(&profile, &materials)
}

fn assert_same(form: &Form, text: &str) {
    assert_eq!(form.profile(Use::Save), Profile::parse(text).unwrap());
}

const UNSHOWN: &str = r#"{ "version": 1,
    "wifi": { "ssid": "corp", "security": "peap", "identity": "me", "password": { "env": "CORP" }, "domain": "d",
              "ca": { "file": "radius.pem" }, "on_startup": false },
    "cloud": { "kind": "azure-dps", "host": "x.azure-devices-provisioning.net", "id_scope": "0ne00000001",
               "registration_id": "device1", "ca": { "builtin": "digicert-global-root-g2" },
               "certificate": { "module": "c.pem" }, "private_key": { "module": "k.pem" }, "then_connect": false },
    "after": { "keep": "connection", "mode": "data" } }"#;

#[test]
fn what_no_field_shows_is_kept_and_said() {
    let form = opened(UNSHOWN, |materials| {
        materials.insert("wifi.password", Material::Secret(Secret::new("corporate")));
        materials.insert("wifi.ca", Material::File(Zeroizing::new(ROOT.as_bytes().to_vec())));
    });
    assert_same(&form, UNSHOWN);
    assert_eq!(form.end_mode, Some(Mode::Data), "this one is a field");
    let said = form.kept.said().join(", ");
    for word in
        ["corp with peap", "x.azure-devices-provisioning.net", "not connected", "restarted and connects"]
    {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(form.certificate.facts().unwrap().what.contains("c.pem"));
    let job = form.job(NOW).unwrap();
    assert!(format!("{:?}", job.wifi.unwrap().security).starts_with("Peap"));
}

#[test]
fn a_secret_that_no_field_can_ask_for_is_never_made_up() {
    let asks = UNSHOWN.replace(r#"{ "env": "CORP" }"#, r#"{ "ask": true }"#);
    let form = opened(&asks, |materials| {
        materials.insert("wifi.password", Material::Unknown);
        materials.insert("wifi.ca", Material::File(Zeroizing::new(ROOT.as_bytes().to_vec())));
    });
    let problems = form.job(NOW).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(
        (problems[0].kind, problems[0].field.as_deref()),
        (Kind::MissingSecret, Some("wifi.password"))
    );
}

const WITH_PLACES: &str = r#"{ "version": 1,
    "wifi": { "ssid": "lab", "security": "wpa-psk", "passphrase": { "env": "WIFI" }, "on_startup": true },
    "cloud": { "kind": "azure-sas", "hub": "contoso.azure-devices.net", "device_id": "device1",
               "ca": { "builtin": "digicert-global-root-g2" }, "key": { "file": "device.key" } } }"#;

#[test]
fn places_of_secrets_stay_until_the_secret_is_typed_over() {
    let mut form = opened(WITH_PLACES, |materials| {
        let missing = Problem::new(Kind::MissingVariable, "WIFI is not set", "Set it");
        materials.insert("wifi.passphrase", Material::Failed(missing));
        materials.insert("cloud.key", Material::Secret(Secret::new(KEY)));
    });
    assert_same(&form, WITH_PLACES);
    let problems = form.job(NOW).unwrap_err();
    assert_eq!(problems[0].to_string(), "wifi.passphrase: WIFI is not set");
    assert_eq!(problems.len(), 1);
    form.network.passphrase.set(PASSPHRASE);
    form.key.set(TOKEN);
    let secrets: Vec<_> = form.profile(Use::Save).secrets().into_iter().map(|(_, source)| source).collect();
    assert_eq!(secrets, [SecretSource::Ask, SecretSource::Ask]);
}

#[test]
fn a_key_that_was_unlocked_here_is_unlocked_again_with_its_password() {
    let choices = Choices {
        cloud: CloudKind::Aws,
        proof: 0,
        network: NetworkChoice::Present,
        security: WifiSecurity::Open,
        address: AddressChoice::Dhcp,
        on_startup: true,
        user_name: UserName::Short,
        qos: None,
        end_mode: None,
        full: [true; 5],
    };
    let mut form = form(&choices);
    let name = std::mem::take(&mut form.private_key.name);
    let bytes = Zeroizing::new(EC_KEY_PKCS8.as_bytes().to_vec());
    form.private_key.set_from(Source::Given { path: "/k.pem".into(), bytes }, Disk::Locked);
    form.private_key.name = name;
    form.key_password.set("example");
    let profile = form.profile(Use::Save);
    assert!(profile.secrets().contains(&("cloud.private_key.password".to_owned(), SecretSource::Ask)));
    let mut materials = form.materials();
    let locked = Zeroizing::new(EC_KEY_ENCRYPTED_PKCS8.as_bytes().to_vec());
    materials.insert("cloud.private_key", Material::File(locked));
    materials.insert("cloud.private_key.password", Material::Secret(Secret::new("example")));
    assert_eq!(resolve(&profile, &materials, NOW).unwrap(), form.job(NOW).unwrap());
    let mut opened = Form::of_profile(&profile, &materials);
    let password = opened.key_password.secret().unwrap();
    assert!(
        opened.private_key.take_locked(&password).is_some(),
        "it is opened without being asked for again"
    );
}

#[test]
fn a_store_with_certificate_and_key_has_one_password_wherever_the_keyring_has_it() {
    let text = r#"{ "version": 1, "cloud": { "kind": "aws",
        "certificate": { "file": "d.p12", "password": { "keyring": "id/cloud.certificate.password" } },
        "private_key": { "file": "d.p12", "password": { "keyring": "id/cloud.private_key.password" } } } }"#;
    let form = opened(text, |materials| {
        for field in ["cloud.certificate", "cloud.private_key"] {
            let locked = Zeroizing::new(EC_KEY_ENCRYPTED_PKCS8.as_bytes().to_vec());
            materials.insert(field, Material::File(locked));
            materials.insert(format!("{field}.password"), Material::Secret(Secret::new("example")));
        }
    });
    let profile = form.profile(Use::Save);
    let kept = form.for_keyring(&profile);
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|(_, secret)| secret.reveal() == "example"));
    assert!(!form.has_secrets_to_keep(&profile));
}

#[test]
fn a_password_that_was_not_found_says_why() {
    let text = r#"{ "version": 1, "cloud": { "kind": "aws",
        "private_key": { "file": "k.pem", "password": { "env": "KEY_PASSWORD" } } } }"#;
    let form = opened(text, |materials| {
        let locked = Zeroizing::new(EC_KEY_ENCRYPTED_PKCS8.as_bytes().to_vec());
        materials.insert("cloud.private_key", Material::File(locked));
        let missing = Problem::new(Kind::MissingVariable, "KEY_PASSWORD is not set", "Set it");
        materials.insert("cloud.private_key.password", Material::Failed(missing));
    });
    assert_same(&form, text);
    let problems = form.job(NOW).unwrap_err();
    assert!(problems.iter().any(|problem| problem.to_string().ends_with("KEY_PASSWORD is not set")));
}

#[test]
fn a_file_that_is_not_there_is_named_and_stays_in_the_profile() {
    let text = r#"{ "version": 1, "cloud": { "kind": "aws", "certificate": { "file": "gone.pem", "name": "c.pem" } } }"#;
    let form = opened(text, |materials| {
        let missing = Problem::new(Kind::MissingFile, "There is no file gone.pem", "Check the name");
        materials.insert("cloud.certificate", Material::Failed(missing));
    });
    assert_same(&form, text);
    let problems = form.job(NOW).unwrap_err();
    assert!(problems.iter().any(|problem| problem.message == "There is no file gone.pem"));
}

#[test]
fn every_path_is_replaced_when_a_profile_moves() {
    let text = WITH_PLACES.replace(r#"{ "builtin": "digicert-global-root-g2" }"#, r#"{ "file": "ca.pem" }"#);
    let mut profile = Profile::parse(&text).unwrap();
    profile.map_paths(|path| PathBuf::from("/lab").join(path));
    let json = profile.to_json().unwrap();
    assert!(json.contains("/lab/ca.pem") && json.contains("/lab/device.key"), "{json}");
}
