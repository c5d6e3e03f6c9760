//! Keys, requests and certificates of our own, judged by OpenSSL: what it verifies and prints is what counts.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use xpress_center::credential::make::{
    Authority, Document, KeySource, Made, NewKey, Pair, Subject, Validity, Wanted, read_request,
};
use xpress_center::credential::{Certificate, PrivateKey};
use xpress_center::model::{Existing, Handle, NewContent, NewFile, News, Order, Place, Settings};
use xpress_center::moment::UnixTime;
use xpress_center::problem::Kind;
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::{LinkHandle, Worker};
use xpress_center::ui::App;

use crate::support::program::{Folder, written, xpress_center};
use crate::support::{program, valid_now, wait_until};

const CODE: &str = "106A5SD242AF512B3498BD6098C4941E66R34H268DDB3288";

/// OpenSSL in a folder with files.
struct OpenSsl(Folder);

impl OpenSsl {
    fn new() -> Self {
        Self(Folder::new())
    }

    /// Runs a command given as one text, which has to end well, and gives what it wrote.
    fn run(&self, command: &str) -> String {
        let (ended_well, text) = self.try_run(command);
        assert!(ended_well, "openssl {command}: {text}");
        text
    }

    fn try_run(&self, command: &str) -> (bool, String) {
        let output = Command::new(program("openssl", "openssl"))
            .args(command.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let (out, err) = written(&output);
        (output.status.success(), format!("{out}{err}"))
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        self.0.write(name, content)
    }

    fn write_pair(&self, name: &str, pair: &Pair) {
        self.write(&format!("{name}.pem"), &pair.certificate_pem());
        self.write(&format!("{name}.key"), pair.key_pem().reveal());
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.path().join(name)).unwrap()
    }

    fn pair(&self, certificate: &str, key: &str) -> Pair {
        Pair {
            certificate: Certificate::parse(&self.read(certificate)).unwrap(),
            key: PrivateKey::parse(&self.read(key)).unwrap(),
        }
    }

    /// The certificate is a device's, leads to `root.pem`, and has this common name.
    fn judge_device(&self, file: &str, common_name: &str) {
        let verified = self.run(&format!("verify -purpose sslclient -CAfile root.pem {file}"));
        assert_eq!(verified.trim(), format!("{file}: OK"));
        let text = self.run(&format!("x509 -in {file} -noout -text -nameopt utf8,sep_comma_plus"));
        for wanted in [
            "Version: 3 (0x2)",
            &format!("Subject: CN={common_name}"),
            "CA:FALSE",
            "X509v3 Subject Key Identifier",
            "X509v3 Authority Key Identifier",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        let below = |heading: &str| {
            let (_, below) = text.split_once(heading).unwrap_or_else(|| panic!("{heading}: {text}"));
            below.lines().nth(1).unwrap().trim().to_owned()
        };
        assert_eq!(below("X509v3 Key Usage:"), "Digital Signature");
        assert_eq!(below("X509v3 Extended Key Usage:"), "TLS Web Client Authentication");
        // A positive number of at most 20 bytes.
        let serial = self.run(&format!("x509 -in {file} -noout -serial"));
        let serial = serial.trim().strip_prefix("serial=").unwrap();
        assert!(!serial.starts_with('-') && serial.len() <= 40 && serial.len() > 16, "{serial}");
    }

    /// The key is sound, in the form that every module takes, and it is the certificate's.
    fn judge_key(&self, key: &str, certificate: &str) {
        let text = String::from_utf8(self.read(key)).unwrap();
        let kind = match text.lines().next().unwrap() {
            "-----BEGIN RSA PRIVATE KEY-----" => "rsa",
            "-----BEGIN EC PRIVATE KEY-----" => "ec",
            other => panic!("{other}"),
        };
        assert!(
            !text.contains('\r') && text.ends_with("-----\n") && text.lines().all(|line| line.len() <= 64)
        );
        self.run(&format!("{kind} -in {key} -noout -check"));
        let checked = self.run(&format!("pkey -in {key} -noout -check"));
        assert!(checked.contains("valid"), "{checked}");
        self.judge_public_key(key, certificate);
    }

    fn judge_public_key(&self, key: &str, certificate: &str) {
        let public = self.run(&format!("pkey -in {key} -pubout"));
        assert_eq!(public, self.run(&format!("x509 -in {certificate} -noout -pubkey")));
    }
}

fn days(days: u16) -> Validity {
    Validity::days(UnixTime(valid_now().not_before.0 + 3600), days)
}

fn authority(kind: NewKey) -> Authority {
    Authority::new("Test root ü", kind, days(3650)).unwrap()
}

/// What OpenSSL prints as a date.
fn printed(time: UnixTime) -> String {
    let format = time::macros::format_description!(
        "[month repr:short] [day padding:space] [hour]:[minute]:[second] [year] GMT"
    );
    time::OffsetDateTime::from_unix_timestamp(time.0).unwrap().format(format).unwrap()
}

#[test]
fn a_test_authority_is_a_root_to_openssl() {
    for kind in [NewKey::Rsa2048, NewKey::P256] {
        let openssl = OpenSsl::new();
        openssl.write_pair("root", &authority(kind).into_pair());
        openssl.judge_key("root.key", "root.pem");
        assert_eq!(openssl.run("verify -x509_strict -CAfile root.pem root.pem").trim(), "root.pem: OK");
        let text = openssl.run("x509 -in root.pem -noout -text -nameopt utf8,sep_comma_plus");
        for wanted in [
            "Version: 3",
            "Issuer: CN=Test root ü",
            "CA:TRUE",
            "Certificate Sign, CRL Sign",
            "Subject Key Identifier",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }
}

#[test]
fn a_device_certificate_is_what_the_clouds_want() {
    for authority_kind in [NewKey::Rsa2048, NewKey::P256] {
        let openssl = OpenSsl::new();
        let authority = authority(authority_kind);
        openssl.write("root.pem", &authority.certificate_pem());
        for kind in [NewKey::Rsa2048, NewKey::P256] {
            let validity = days(500);
            openssl.write_pair("device", &authority.device("device1", kind, validity).unwrap());
            openssl.judge_device("device.pem", "device1");
            openssl.judge_key("device.key", "device.pem");
            openssl.run("verify -x509_strict -purpose sslclient -CAfile root.pem device.pem");
            let dates = openssl.run("x509 -in device.pem -noout -dates");
            let expected = format!(
                "notBefore={}\nnotAfter={}\n",
                printed(validity.not_before),
                printed(validity.not_after)
            );
            assert_eq!(dates, expected);
        }
    }
}

#[test]
fn dates_beyond_2049_are_written_as_openssl_reads_them() {
    let openssl = OpenSsl::new();
    let far = Validity { not_after: UnixTime(4_102_444_800), ..days(1) };
    let authority = Authority::new("Test root", NewKey::P256, far).unwrap();
    openssl.write("root.pem", &authority.certificate_pem());
    openssl.write_pair("device", &authority.device("device1", NewKey::P256, far).unwrap());
    openssl.judge_device("device.pem", "device1");
    assert!(openssl.run("x509 -in device.pem -noout -enddate").contains("2100 GMT"));
}

#[test]
fn a_request_is_verified_and_signed_by_openssl() {
    for kind in [NewKey::Rsa2048, NewKey::P256] {
        let openssl = OpenSsl::new();
        let wanted = Wanted::Request { common_name: "device1".to_owned(), key: KeySource::New(kind) };
        let Made { document: Document::Request(request), key: Some(key) } = wanted.make().unwrap() else {
            panic!("a request and its key were wanted");
        };
        openssl.write("device.csr", &request.pem());
        openssl.write("device.key", key.pem().reveal());
        let verified = openssl.run("req -in device.csr -noout -verify -subject");
        assert!(verified.contains("verify OK") && verified.contains("CN = device1"), "{verified}");
        openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Other -days 10");
        openssl
            .run("x509 -req -in device.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -out device.pem");
        openssl.judge_key("device.key", "device.pem");
    }
}

#[test]
fn a_request_of_openssl_gets_its_key_and_name_certified_and_nothing_it_asks_for_beside() {
    let openssl = OpenSsl::new();
    let authority = authority(NewKey::P256);
    openssl.write("root.pem", &authority.certificate_pem());
    let greedy = "-addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign \
                  -addext subjectAltName=DNS:example.com -addext tlsfeature=status_request";
    for (kind, more) in [
        ("rsa:2048", ""),
        ("rsa:2048", "-sha512"),
        ("ec -pkeyopt ec_paramgen_curve:P-256", greedy),
        ("ec -pkeyopt ec_paramgen_curve:P-256", "-sha384"),
        ("ec -pkeyopt ec_paramgen_curve:P-384", ""),
    ] {
        openssl.run(&format!(
            "req -newkey {kind} -nodes -keyout device.key -out device.csr -subj /CN=device1 {more}"
        ));
        let request = read_request(&openssl.read("device.csr")).unwrap();
        let certificate = authority.requested(&request, days(365)).unwrap();
        openssl.write("device.pem", &certificate.pem());
        openssl.judge_device("device.pem", "device1");
        openssl.judge_public_key("device.key", "device.pem");
        let text = openssl.run("x509 -in device.pem -noout -text");
        assert!(!text.contains("example.com") && !text.contains("TLS Feature"), "{text}");
    }
    openssl.run("req -new -key device.key -out long.csr -subj /C=SE/O=Example/OU=Lab/CN=device2");
    let request = read_request(&openssl.read("long.csr")).unwrap();
    openssl.write("long.pem", &authority.requested(&request, days(365)).unwrap().pem());
    let subject = openssl.run("x509 -in long.pem -noout -subject");
    assert_eq!(subject.trim(), "subject=C = SE, O = Example, OU = Lab, CN = device2");
}

#[test]
fn an_authority_of_openssl_signs_whatever_form_its_key_has() {
    let openssl = OpenSsl::new();
    let subject = "-subj /C=SE/O=Example/CN=Example_CA -days 100";
    openssl.run(&format!("req -x509 -newkey rsa:2048 -nodes -keyout rsa8.key -out rsa.pem {subject}"));
    openssl.run("rsa -in rsa8.key -traditional -out rsa1.key");
    openssl.run("ecparam -name prime256v1 -genkey -out ec1.key");
    openssl.run("pkcs8 -topk8 -nocrypt -in ec1.key -out ec8.key");
    openssl.run(&format!("req -x509 -key ec8.key -out ec.pem {subject}"));
    openssl.run("ecparam -name secp384r1 -genkey -noout -out p384.key");
    openssl.run(&format!("req -x509 -key p384.key -out p384.pem {subject}"));
    for (certificate, key, begins) in [
        ("rsa.pem", "rsa8.key", "-----BEGIN PRIVATE KEY"),
        ("rsa.pem", "rsa1.key", "-----BEGIN RSA PRIVATE KEY"),
        ("ec.pem", "ec1.key", "-----BEGIN EC PARAMETERS"),
        ("ec.pem", "ec8.key", "-----BEGIN PRIVATE KEY"),
        ("p384.pem", "p384.key", "-----BEGIN EC PRIVATE KEY"),
    ] {
        assert!(openssl.read(key).starts_with(begins.as_bytes()), "{key}");
        let authority = openssl.pair(certificate, key);
        openssl.write("root.pem", &authority.certificate.pem());
        for kind in [NewKey::Rsa2048, NewKey::P256] {
            let subject = Subject::New { common_name: "device1".to_owned(), key: kind };
            let wanted = Wanted::Device { authority: authority.clone(), subject, validity: days(30) };
            let Made { document: Document::Certificate(device), key: Some(key) } = wanted.make().unwrap()
            else {
                panic!("a certificate and its key were wanted");
            };
            openssl.write("device.pem", &device.pem());
            openssl.write("device.key", key.pem().reveal());
            openssl.judge_device("device.pem", "device1");
            openssl.judge_key("device.key", "device.pem");
        }
    }
}

#[test]
fn an_intermediate_authority_signs_too() {
    let openssl = OpenSsl::new();
    let extensions = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=keyCertSign,cRLSign\n";
    openssl.write("ca.ext", extensions);
    openssl.run("req -x509 -newkey rsa:2048 -nodes -keyout top.key -out top.pem -subj /CN=Top -days 100");
    openssl.run("req -newkey rsa:2048 -nodes -keyout sub.key -out sub.csr -subj /CN=Sub");
    openssl.run("x509 -req -in sub.csr -CA top.pem -CAkey top.key -CAcreateserial -days 90 -extfile ca.ext -out sub.pem");
    let authority = Authority::open(openssl.pair("sub.pem", "sub.key")).unwrap();
    openssl.write_pair("device", &authority.device("device1", NewKey::P256, days(30)).unwrap());
    let verified = openssl.run("verify -purpose sslclient -CAfile top.pem -untrusted sub.pem device.pem");
    assert_eq!(verified.trim(), "device.pem: OK");
}

#[test]
fn authorities_that_must_not_sign_are_refused_in_words() {
    let openssl = OpenSsl::new();
    openssl.run("req -newkey rsa:2048 -nodes -keyout v1.key -out v1.csr -subj /CN=Old");
    openssl.run("x509 -req -in v1.csr -signkey v1.key -days 10 -out v1.pem");
    openssl.run("req -x509 -key v1.key -out crl.pem -subj /CN=Lists -days 10 -addext keyUsage=cRLSign");
    openssl
        .run("req -x509 -key v1.key -out web.pem -subj /CN=Web -days 10 -addext extendedKeyUsage=serverAuth");
    openssl.run("req -x509 -key v1.key -out twice.pem -subj /OU=a/OU=b/CN=Twice -days 10");
    for (certificate, word) in [
        ("v1.pem", "not that of an authority"),
        ("crl.pem", "not meant for signing"),
        ("web.pem", "may not vouch for devices"),
        ("twice.pem", "cannot be repeated"),
    ] {
        let problem = Authority::open(openssl.pair(certificate, "v1.key")).unwrap_err();
        assert!(problem.message.contains(word), "{certificate}: {problem}");
    }
}

#[test]
fn the_proof_of_possession_has_the_code_as_its_name() {
    for kind in [NewKey::Rsa2048, NewKey::P256] {
        let openssl = OpenSsl::new();
        let pair = authority(kind).into_pair();
        openssl.write("root.pem", &pair.certificate_pem());
        let wanted = Wanted::Proof { authority: pair, code: CODE.to_owned(), validity: days(30) };
        let Made { document: Document::Certificate(proof), key: None } = wanted.make().unwrap() else {
            panic!("a certificate alone was wanted");
        };
        openssl.write("proof.pem", &proof.pem());
        openssl.judge_device("proof.pem", CODE);
    }
}

/// A worker that makes and saves, and everything that it told.
struct Shell {
    link: LinkHandle,
    told: String,
}

impl Shell {
    fn start() -> Self {
        Self { link: Worker::start(Clock::start(), || {}), told: String::new() }
    }

    fn order(&mut self, order: Order) -> News {
        self.told += &format!("{order:?}\n");
        self.link.send(order);
        let news = self.link.news().recv_timeout(Duration::from_secs(60)).expect("an answer");
        self.told += &format!("{news:?}\n");
        news
    }

    fn make(&mut self, wanted: Wanted) -> Made {
        match self.order(Order::Make { purpose: "making".to_owned(), wanted: Box::new(wanted) }) {
            News::Made { purpose, result } if purpose == "making" => *result.unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn save(&mut self, place: &Path, files: &[NewFile], existing: Existing) -> Result<Vec<PathBuf>, Kind> {
        let (purpose, files, tried) = ("saving".to_owned(), files.to_vec(), place.to_owned());
        match self.order(Order::SaveFiles { purpose, place: Place::At(tried), files, existing }) {
            News::Saved { purpose, place: tried, result } if purpose == "saving" && tried == place => {
                result.map_err(|problem| problem.kind)
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_shell_makes_a_device_and_saves_it_for_its_owner_alone_without_telling_a_key() {
    let (openssl, mut shell) = (OpenSsl::new(), Shell::start());
    let folder = openssl.0.path().to_owned();
    let authority = authority(NewKey::Rsa2048).into_pair();
    openssl.write("root.pem", &authority.certificate_pem());
    let subject = Subject::New { common_name: "device1".to_owned(), key: NewKey::Rsa2048 };
    let made = shell.make(Wanted::Device { authority: authority.clone(), subject, validity: days(365) });
    let Made { document: Document::Certificate(certificate), key: Some(key) } = made else {
        panic!("a certificate and its key were wanted");
    };
    let file = |name: &str, content| NewFile { name: name.to_owned(), content };
    let files = [
        file("device1.pem", NewContent::Public(certificate.pem())),
        file("device1.key", NewContent::Private(key.pem())),
    ];
    let paths = files.each_ref().map(|file| folder.join(&file.name)).to_vec();
    assert_eq!(shell.save(&folder, &files, Existing::Keep), Ok(paths.clone()));
    openssl.judge_device("device1.pem", "device1");
    openssl.judge_key("device1.key", "device1.pem");
    let key_path = folder.join("device1.key");
    assert_eq!(mode(&key_path), 0o600);
    let check =
        ["check", "--json", "--cloud", "azure-dps", "--device-id", "device1", "device1.pem", "device1.key"];
    let (out, err) = written(&xpress_center().args(check).current_dir(&folder).output().unwrap());
    assert!(!out.contains("\"warning\"") && !out.contains("\"error\"") && err.is_empty(), "{out}{err}");
    assert!(out.contains("\"belongs_to\":\"device1.pem\""), "{out}");

    // Once more, over what is there: only with agreement, and then as private as before.
    let before = std::fs::read(&key_path).unwrap();
    std::fs::remove_file(folder.join("device1.pem")).unwrap();
    let other = [files[0].clone(), file("device1.key", NewContent::Private(authority.key.pem()))];
    assert_eq!(shell.save(&folder, &other, Existing::Keep), Err(Kind::FileExists));
    assert_eq!(std::fs::read(&key_path).unwrap(), before);
    assert!(!folder.join("device1.pem").exists(), "half of it was written");
    assert_eq!(shell.save(&folder, &other, Existing::Replace), Ok(paths));
    openssl.judge_key("device1.key", "root.pem");
    assert_eq!(mode(&key_path), 0o600);
    assert_eq!(shell.save(&folder.join("nowhere"), &files, Existing::Keep), Err(Kind::FileUnwritable));
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["device1.key", "device1.pem", "root.pem"], "something was left behind");

    for key in [key, authority.key] {
        let pem = key.pem();
        let secret = pem.reveal().lines().filter(|line| !line.starts_with('-')).nth(12).unwrap();
        assert!(secret.len() == 64 && !shell.told.contains(secret), "a key was told");
        let first = format!("{:?}", &key.der()[400..420]);
        assert!(!shell.told.contains(first.trim_matches(['[', ']'])), "a key was told as numbers");
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The whole window with the real shell behind it.
struct Window(Harness<'static, App>);

impl Window {
    fn open() -> Self {
        let handle = Box::new(Worker::start(Clock::start(), || {}));
        let builder = Harness::builder().with_size(egui::Vec2::new(1280.0, 3600.0));
        Self(builder.build_eframe(move |creation| App::new(creation, handle, Settings::default())))
    }

    fn press(&mut self, role: Role, label: &str) {
        self.wait_for(label);
        self.0.get_by_role_and_label(role, label).click();
        self.0.step();
        self.0.step();
    }

    fn fill(&mut self, field: &str, text: &str) {
        self.wait_for(field);
        self.0.get_by_role_and_label(Role::TextInput, field).focus();
        self.0.step();
        self.0.get_by_role_and_label(Role::TextInput, field).type_text(text);
        self.0.step();
        self.0.key_press(egui::Key::Tab);
        self.0.step();
    }

    fn wait_for(&mut self, text: &str) {
        let shown = wait_until(Duration::from_secs(60), || {
            self.0.step();
            self.0.query_all_by_label_contains(text).next().map(drop)
        });
        assert!(shown.is_some(), "the window never shows {text}");
    }
}

#[test]
fn a_person_makes_an_authority_and_a_device_in_the_window_and_openssl_agrees() {
    let openssl = OpenSsl::new();
    let folder = openssl.0.path().to_str().unwrap().to_owned();
    let mut window = Window::open();
    window.press(Role::Button, "Certificates");
    window.press(Role::Tab, "Make");
    window.press(Role::Button, "Make test authority");
    window.fill("Folder for the test authority", &folder);
    window.press(Role::Button, "Save… (test authority)");
    window.wait_for("Saved: ");
    window.fill("ID of the device", "device1");
    window.press(Role::Button, "Make device certificate");
    window.fill("Folder for the device certificate", &folder);
    window.press(Role::Button, "Save… (device certificate)");
    window.wait_for(&format!("Saved: {folder}/device1.pem"));
    window.fill("Verification code", CODE);
    window.press(Role::Button, "Make verification certificate");
    window.fill("Folder for the verification certificate", &folder);
    window.press(Role::Button, "Save… (verification certificate)");
    window.wait_for(&format!("Saved: {folder}/verification.pem"));
    window.press(Role::Button, "Save… (verification certificate)");
    window.wait_for("There is a file of that name already");

    std::fs::copy(openssl.0.path().join("Test-root-CA.pem"), openssl.0.path().join("root.pem")).unwrap();
    openssl.judge_device("device1.pem", "device1");
    openssl.judge_key("device1.key", "device1.pem");
    openssl.judge_device("verification.pem", CODE);
    openssl.judge_key("Test-root-CA.key", "root.pem");
    for key in ["device1.key", "Test-root-CA.key"] {
        assert_eq!(mode(&openssl.0.path().join(key)), 0o600, "{key}");
    }
    let nodes = window.0.root().children_recursive().map(|node| format!("{node:?}"));
    let everything = nodes.collect::<Vec<_>>().join("\n");
    assert!(everything.contains("There is a file of that name already"));
    let key = String::from_utf8(openssl.read("device1.key")).unwrap();
    assert!(
        key.lines().filter(|line| line.len() == 64).all(|line| !everything.contains(line)),
        "a key shows"
    );
}
