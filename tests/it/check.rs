//! `check`: what it says of some two hundred good and bad files, and that it says no secret.
//! The files are made by `support::corpus` under the names that stand here; what they are is in the names.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, ExitStatus, Output};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::corpus::{Corpus, PASSWORD, RESOURCE, WRONG_PASSWORD};
use crate::support::program::{written, xpress_center};
use crate::support::{Running, wait_until};

/// Nothing takes longer than this, or the test fails instead of waiting.
const PATIENCE: Duration = Duration::from_secs(30);
/// The variable that holds the password.
const VARIABLE: &str = "CHECK_PASSWORD";

/// What is to be said of one file that is given alone.
///
/// The errors and warnings are exactly these; of the infos, at least these are said. `a|b` is one of the two,
/// `a?` may be missing, `a: words` has these words in its message, whatever their case.
struct Case {
    file: &'static str,
    kind: &'static str,
    errors: &'static [&'static str],
    warnings: &'static [&'static str],
    infos: &'static [&'static str],
}

type Codes = &'static [&'static str];

const fn case(file: &'static str, kind: &'static str, errors: Codes, warnings: Codes, infos: Codes) -> Case {
    Case { file, kind, errors, warnings, infos }
}

const CERTIFICATE: &str = "certificate";
const KEY: &str = "private-key";
const CHAIN: &str = "chain";
const BUNDLE: &str = "bundle";
const TOKEN: &str = "token";
const STRING: &str = "connection-string";
const UNKNOWN: &str = "unknown";

/// Without a password.
const CASES: &[Case] = &[
    // Authorities.
    case("root.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("root-rsa-2048.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("root-rsa-4096.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("root-sha1.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("root-namesake.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("intermediate.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("root-expired.pem", CERTIFICATE, &[], &["expired-root"], &[]),
    case("baltimore.pem", CERTIFICATE, &[], &["expired-root"], &[]),
    case("digicert-global-root-ca.pem", CERTIFICATE, &[], &["old-root"], &[]),
    case("intermediate-expired.pem", CERTIFICATE, &[], &["expired-authority"], &[]),
    case("intermediate-not-yet-valid.pem", CERTIFICATE, &[], &["not-yet-valid"], &[]),
    // Devices.
    case("device-p256.pem", CERTIFICATE, &[], &[], &["usable", "missing-counterpart"]),
    case("device-p256.der", CERTIFICATE, &[], &[], &["usable", "missing-counterpart"]),
    case("device-p384.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-p384.der", CERTIFICATE, &[], &[], &["usable"]),
    case("device-rsa-2048.pem", CERTIFICATE, &[], &[], &["usable", "missing-counterpart"]),
    case("device-rsa-2048.der", CERTIFICATE, &[], &[], &["usable"]),
    case("device-rsa-4096.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-rsa-4096.der", CERTIFICATE, &[], &[], &["usable"]),
    case("device-rsa-1024.pem", CERTIFICATE, &[], &["short-rsa-key"], &[]),
    case("device-rsa-1024.der", CERTIFICATE, &[], &["short-rsa-key"], &[]),
    case("device-ed25519.pem", CERTIFICATE, &["ed25519"], &[], &[]),
    case("device-ed25519.der", CERTIFICATE, &["ed25519"], &[], &[]),
    case("device-secp256k1.pem", CERTIFICATE, &["unusable-key"], &[], &[]),
    case("device-secp256k1.der", CERTIFICATE, &["unusable-key"], &[], &[]),
    case("device-by-intermediate.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-by-rsa-root.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-by-expired.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-self-signed.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-both-uses.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-any-use.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-until-2049.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-until-2060.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-without-name.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-name-of-64.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-name-in-utf8.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-name-with-escapes.pem", CERTIFICATE, &[], &[], &[]),
    case("device-some-names.pem", CERTIFICATE, &[], &[], &["usable"]),
    case("device-many-names.pem", CERTIFICATE, &["too-large-for-module"], &[], &[]),
    case("device-expired.pem", CERTIFICATE, &["expired"], &[], &[]),
    case("device-expired-sha1.pem", CERTIFICATE, &["expired"], &["weak-signature"], &[]),
    case("device-not-yet-valid.pem", CERTIFICATE, &[], &["not-yet-valid"], &[]),
    case("device-ten-days.pem", CERTIFICATE, &[], &["expires-soon"], &[]),
    case("device-sha1.pem", CERTIFICATE, &[], &["weak-signature"], &[]),
    case("device-md5.pem", CERTIFICATE, &[], &["weak-signature"], &[]),
    case("device-server-only.pem", CERTIFICATE, &[], &["server-only"], &[]),
    case("device-version-1.pem", CERTIFICATE, &[], &["version-1"], &[]),
    case("self-signed-version-1.pem", CERTIFICATE, &[], &["version-1"], &[]),
    // The same certificate, spelled in other ways.
    case("byte-order-mark.pem", CERTIFICATE, &[], &[], &["repaired: byte order mark"]),
    case("utf-16-le.pem", CERTIFICATE, &[], &[], &["repaired: utf-16"]),
    case("utf-16-be.pem", CERTIFICATE, &[], &[], &["repaired: utf-16"]),
    case("utf-16-crlf.pem", CERTIFICATE, &[], &[], &["repaired: utf-16", "repaired: crlf"]),
    case("crlf.pem", CERTIFICATE, &[], &[], &["repaired: crlf line ends"]),
    case("cr.pem", CERTIFICATE, &[], &[], &["repaired: cr line ends"]),
    case("indented.pem", CERTIFICATE, &[], &[], &["repaired: indentation"]),
    case(
        "all-at-once.pem",
        CERTIFICATE,
        &[],
        &[],
        &["repaired: byte order mark", "repaired: crlf", "repaired: indentation"],
    ),
    case("text-before.pem", CERTIFICATE, &[], &[], &["repaired: text around the PEM"]),
    case("text-after.pem", CERTIFICATE, &[], &[], &["repaired: text around the PEM"]),
    case("no-last-line-end.pem", CERTIFICATE, &[], &[], &["repaired: last line end"]),
    case("one-line.pem", CERTIFICATE, &[], &[], &["repaired: long lines"]),
    case("trusted.pem", CERTIFICATE, &[], &[], &["repaired"]),
    case("x509-label.pem", CERTIFICATE, &[], &[], &[]),
    case("device1.pem.crt.txt", CERTIFICATE, &[], &[], &["usable"]),
    case("certificate.key", CERTIFICATE, &[], &[], &["usable"]),
    case("der.pem", CERTIFICATE, &[], &[], &["usable"]),
    // Chains.
    case("chain.pem", CHAIN, &[], &[], &["usable"]),
    case("chain.der", CHAIN, &[], &[], &["usable"]),
    case("chain-without-root.pem", CHAIN, &[], &[], &["usable"]),
    case("chain-reversed.pem", CHAIN, &[], &["chain-order"], &[]),
    case("chain-mixed.pem", CHAIN, &[], &["chain-order"], &[]),
    case("chain-repeated.pem", CHAIN, &[], &["chain-order"], &[]),
    case("chain-unrelated.pem", CHAIN, &[], &["chain-broken"], &[]),
    case("chain-missing-link.pem", CHAIN, &[], &["chain-broken"], &[]),
    case("chain-namesake.pem", CHAIN, &[], &["chain-broken"], &[]),
    case("chain-expired-device.pem", CHAIN, &["expired"], &[], &[]),
    case("chain-expired-intermediate.pem", CHAIN, &[], &["expired-authority"], &[]),
    case("root-bundle.pem", CHAIN, &[], &[], &["root-bundle"]),
    case("root-bundle-with-expired.pem", CHAIN, &[], &["expired-root"], &["root-bundle"]),
    // Keys.
    case("rsa-2048.key", KEY, &[], &[], &["usable", "missing-counterpart"]),
    case("other-rsa-2048.key", KEY, &[], &[], &["usable"]),
    case("rsa-2048-pkcs8.key", KEY, &[], &[], &["usable", "pkcs8"]),
    case("rsa-2048-pkcs1.der", KEY, &[], &[], &["usable"]),
    case("rsa-2048-pkcs8.der", KEY, &[], &[], &["usable", "pkcs8"]),
    case("rsa-4096.key", KEY, &[], &[], &["rsa-4096"]),
    case("rsa-1024.key", KEY, &[], &["short-rsa-key"], &[]),
    case("rsa-2048-crlf.key", KEY, &[], &[], &["repaired: crlf line ends"]),
    case("rsa-2048-byte-order-mark.key", KEY, &[], &[], &["repaired: byte order mark"]),
    case("p256.key", KEY, &[], &[], &["usable", "ec-key", "missing-counterpart"]),
    case("other-p256.key", KEY, &[], &[], &["ec-key"]),
    case("p256-pkcs8.key", KEY, &[], &[], &["ec-key", "pkcs8"]),
    case("p256-sec1.der", KEY, &[], &[], &["ec-key"]),
    case("p256-pkcs8.der", KEY, &[], &[], &["ec-key", "pkcs8"]),
    case("p256-with-parameters.key", KEY, &[], &[], &["ec-key"]),
    case("key.pem.crt", KEY, &[], &[], &["ec-key"]),
    case("p384.key", KEY, &[], &[], &["ec-key"]),
    case("ed25519.key", KEY, &["ed25519"], &[], &[]),
    case("x25519.key", KEY, &["unusable-key"], &[], &[]),
    case("secp256k1.key", KEY, &["unusable-key"], &[], &[]),
    case("dsa.key", KEY, &["unusable-key"], &[], &[]),
    case("dsa-traditional.key", KEY, &["unusable-key"], &[], &[]),
    case("openssh.key", KEY, &[], &["openssh-key"], &[]),
    case("only-parameters.pem", UNKNOWN, &["unknown-content"], &[], &[]),
    // Encrypted keys.
    case("encrypted-aes.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-aes.der", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-rsa.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-scrypt.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-3des.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-hmac-sha1.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-pbes1.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-traditional-rsa.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-traditional-ec.key", KEY, &[], &["encrypted-key"], &[]),
    case("costly-pbkdf2.key", KEY, &[], &["encrypted-key"], &[]),
    case("costly-scrypt.key", KEY, &[], &["encrypted-key"], &[]),
    // What is neither a certificate nor a private key.
    case("public.pem", "public-key", &[], &[], &["public-key"]),
    case("rsa-public.pem", "public-key", &[], &[], &["public-key"]),
    case("rsa-2048-public.key", "public-key", &[], &[], &["public-key"]),
    case("request.pem", "certificate-request", &[], &[], &["request"]),
    case("request-new-label.pem", "certificate-request", &[], &[], &["request"]),
    case("request.der", "certificate-request", &[], &[], &["request"]),
    case("revoked.crl", "revocation-list", &[], &[], &["revocation-list"]),
    case("revoked-der.crl", "revocation-list", &[], &[], &["revocation-list"]),
    // Several kinds in one file.
    case("certificate-and-key.pem", BUNDLE, &[], &[], &["belongs-together"]),
    case("key-and-certificate.pem", BUNDLE, &[], &[], &["belongs-together", "pkcs8"]),
    case("certificate-and-other-key.pem", BUNDLE, &["key-mismatch"], &[], &[]),
    case("chain-and-key.pem", BUNDLE, &[], &[], &["belongs-together"]),
    case("reversed-chain-and-key.pem", BUNDLE, &[], &["chain-order"], &["belongs-together"]),
    case("request-and-key.pem", BUNDLE, &[], &[], &["request"]),
    case("expired-and-key.pem", BUNDLE, &["expired"], &[], &["belongs-together"]),
    case("authority-and-key.pem", BUNDLE, &[], &["authority-as-device"], &["belongs-together"]),
    case("aws-answer.json", BUNDLE, &[], &[], &["belongs-together"]),
    case("aws-answer-other-key.json", BUNDLE, &["key-mismatch"], &[], &[]),
    case("certs.c", BUNDLE, &[], &["expired-root", "old-root"], &[]),
    case("store.p12", BUNDLE, &[], &["pkcs12"], &[]),
    case("store-with-root.pfx", BUNDLE, &[], &["pkcs12"], &[]),
    case("store-legacy.p12", BUNDLE, &[], &["pkcs12"], &[]),
    case("costly.p12", BUNDLE, &[], &["pkcs12"], &[]),
    case("connect_device_package.zip", BUNDLE, &[], &[], &["belongs-together"]),
    case("stored.zip", BUNDLE, &[], &[], &["belongs-together"]),
    case("odd-name.zip", BUNDLE, &[], &[], &[]),
    case("nothing-useful.zip", "bundle|unknown", &["unknown-content"], &[], &[]),
    case("cut.zip", "bundle|unknown", &["unknown-content|damaged|cut-file"], &[], &[]),
    case("bomb.zip", "bundle|unknown", &["too-large-file"], &[], &[]),
    case("hidden-bomb.zip", "bundle|unknown", &["too-large-file|damaged|unknown-content"], &[], &[]),
    // What cannot be used.
    case("nowhere.pem", UNKNOWN, &["missing-file"], &[], &[]),
    case("folder", UNKNOWN, &["directory"], &[], &[]),
    // An administrator may read everything.
    case("unreadable.pem", "certificate|unknown", &["unreadable-file?"], &[], &[]),
    case("empty.pem", UNKNOWN, &["empty-file"], &[], &[]),
    case("blank.pem", UNKNOWN, &["empty-file"], &[], &[]),
    case("noise.pem", UNKNOWN, &["unknown-content"], &[], &[]),
    case("notes.txt", UNKNOWN, &["unknown-content"], &[], &[]),
    case("package.json", UNKNOWN, &["unknown-content"], &[], &[]),
    case("page.pem", UNKNOWN, &["web-page"], &[], &[]),
    case("page.html", UNKNOWN, &["web-page"], &[], &[]),
    case("cut.pem", "certificate|unknown", &["cut-file"], &[], &[]),
    case("cut.key", "private-key|unknown", &["cut-file"], &[], &[]),
    case("cut-chain.pem", "certificate|chain|unknown", &["cut-file"], &[], &[]),
    case("cut.der", UNKNOWN, &["unknown-content|damaged|cut-file"], &[], &[]),
    case("damaged-letter.pem", "certificate|unknown", &["damaged"], &[], &[]),
    case("damaged-length.pem", "certificate|unknown", &["damaged"], &[], &[]),
    case("damaged.key", "private-key|unknown", &["damaged"], &[], &[]),
    case("mislabelled.pem", "certificate|unknown", &["damaged"], &[], &[]),
    case("too-large.pem", UNKNOWN, &["too-large-file"], &[], &[]),
    // Tokens.
    case("token.txt", TOKEN, &[], &[], &["token-valid-until"]),
    case("token-with-policy.txt", TOKEN, &[], &[], &["token-valid-until"]),
    case("token-in-another-order.txt", TOKEN, &[], &[], &["token-valid-until"]),
    case("token-dps.txt", TOKEN, &[], &[], &["token-valid-until"]),
    case("token-expired.txt", TOKEN, &["expired"], &[], &[]),
    case("token-soon.txt", TOKEN, &[], &["expires-soon"], &[]),
    case("token-without-expiry.txt", TOKEN, &["malformed-token"], &[], &[]),
    case("token-without-signature.txt", TOKEN, &["malformed-token"], &[], &[]),
    case("token-without-resource.txt", TOKEN, &["malformed-token"], &[], &[]),
    case("token-bad-signature.txt", TOKEN, &["malformed-token"], &[], &[]),
    case("token-bad-expiry.txt", TOKEN, &["malformed-token"], &[], &[]),
    // Connection strings.
    case("device-string.txt", STRING, &[], &[], &["usable"]),
    case("device-string-any-case.txt", STRING, &[], &[], &["usable"]),
    case("device-string-x509.txt", STRING, &[], &[], &["usable"]),
    case("device-string-token.txt", STRING, &[], &[], &["usable"]),
    case("device-string-expired-token.txt", STRING, &["expired"], &[], &[]),
    case("module-string.txt", STRING, &[], &[], &["usable"]),
    case("gateway-string.txt", STRING, &[], &[], &["usable"]),
    case("owner-string.txt", STRING, &["owner-string"], &[], &[]),
    case("service-string.txt", STRING, &["owner-string"], &[], &[]),
    case("dps-owner-string.txt", STRING, &["owner-string"], &[], &[]),
    case("event-hubs-string.txt", STRING, &["owner-string"], &[], &[]),
    case("string-without-device.txt", STRING, &["malformed-connection-string"], &[], &[]),
    case("string-without-host.txt", STRING, &["malformed-connection-string"], &[], &[]),
    case("string-without-key.txt", STRING, &["malformed-connection-string"], &[], &[]),
    case("string-bad-key.txt", STRING, &["malformed-connection-string"], &[], &[]),
    case("string-unknown-word.txt", STRING, &["malformed-connection-string"], &[], &[]),
    case("string-template.txt", STRING, &["malformed-connection-string"], &[], &[]),
];

/// With the right password.
const OPENED: &[Case] = &[
    case("encrypted-aes.key", KEY, &[], &[], &["opened", "ec-key"]),
    case("encrypted-aes.der", KEY, &[], &[], &["opened", "ec-key"]),
    case("encrypted-rsa.key", KEY, &[], &[], &["opened"]),
    case("encrypted-scrypt.key", KEY, &[], &[], &["opened"]),
    case("encrypted-3des.key", KEY, &[], &[], &["opened"]),
    case("encrypted-hmac-sha1.key", KEY, &[], &[], &["opened"]),
    case("encrypted-pbes1.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-traditional-rsa.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-traditional-ec.key", KEY, &[], &["encrypted-key"], &[]),
    case("costly-pbkdf2.key", KEY, &[], &["encrypted-key"], &[]),
    case("costly-scrypt.key", KEY, &[], &["encrypted-key"], &[]),
    case("store.p12", BUNDLE, &[], &["pkcs12"], &["opened", "belongs-together"]),
    case("store-with-root.pfx", BUNDLE, &[], &["pkcs12"], &["opened", "belongs-together"]),
    // Opened or not, as far as its old ciphers are known here.
    case("store-legacy.p12", BUNDLE, &[], &["pkcs12", "encrypted-key?"], &[]),
    case("costly.p12", BUNDLE, &[], &["pkcs12", "encrypted-key?"], &[]),
    // One password is for all files; those that have none do not mind.
    case("p256.key", KEY, &[], &[], &["usable"]),
    case("device-p256.pem", CERTIFICATE, &[], &[], &["usable"]),
];

/// With a wrong one.
const NOT_OPENED: &[Case] = &[
    case("encrypted-aes.key", KEY, &["wrong-password"], &[], &[]),
    case("encrypted-aes.der", KEY, &["wrong-password"], &[], &[]),
    case("encrypted-rsa.key", KEY, &["wrong-password"], &[], &[]),
    case("encrypted-scrypt.key", KEY, &["wrong-password"], &[], &[]),
    case("encrypted-3des.key", KEY, &["wrong-password"], &[], &[]),
    case("encrypted-hmac-sha1.key", KEY, &["wrong-password"], &[], &[]),
    case("encrypted-pbes1.key", KEY, &[], &["encrypted-key"], &[]),
    case("encrypted-traditional-ec.key", KEY, &[], &["encrypted-key"], &[]),
    case("store.p12", BUNDLE, &["wrong-password"], &["pkcs12"], &[]),
    case("store-with-root.pfx", BUNDLE, &["wrong-password"], &["pkcs12"], &[]),
];

/// A case, and what came of it.
struct Run {
    case: &'static Case,
    password: Option<&'static str>,
    json: Output,
    plain: Output,
    /// The longer of the two.
    took: Duration,
}

impl Run {
    fn new(corpus: &Corpus, case: &'static Case, password: Option<&'static str>) -> Self {
        let run = |more: &[&str]| {
            let mut command = check(corpus, &[case.file]);
            command.args(more);
            if let Some(password) = password {
                command.args(["--password-env", VARIABLE]).env(VARIABLE, password);
            }
            let start = Instant::now();
            (finish(command), start.elapsed())
        };
        let ((json, took), (plain, took_plain)) = (run(&["--json"]), run(&[]));
        Self { case, password, json, plain, took: took.max(took_plain) }
    }

    /// The file and the password it was given with.
    fn name(&self) -> String {
        let password = match self.password {
            None => "",
            Some(PASSWORD) => " with its password",
            Some(_) => " with a wrong password",
        };
        format!("{}{password}", self.case.file)
    }

    /// What `--json` says, or why that cannot be read.
    fn entry(&self) -> Result<Value, String> {
        let (out, err) = written(&self.json);
        let unreadable = |why: &str| format!("{why}: {out}{err}");
        let read: Value = serde_json::from_str(&out).map_err(|error| unreadable(&error.to_string()))?;
        match read.as_array().map(Vec::as_slice) {
            Some([entry]) => Ok(entry.clone()),
            _ => Err(unreadable("not one entry")),
        }
    }

    /// Where it is not as the table has it.
    fn differences(&self) -> Vec<String> {
        let entry = match self.entry() {
            Ok(entry) => entry,
            Err(why) => return vec![why],
        };
        let mut wrong = Vec::new();
        let kind = entry["kind"].as_str().unwrap_or_default();
        if !self.case.kind.split('|').any(|expected| expected == kind) {
            wrong.push(format!("kind {kind} instead of {}", self.case.kind));
        }
        if entry["file"] != self.case.file {
            wrong.push(format!("file {}", entry["file"]));
        }
        compare("error", self.case.errors, &entry, &mut wrong);
        compare("warning", self.case.warnings, &entry, &mut wrong);
        for expected in self.case.infos {
            if !is_said("info", expected, &entry) {
                wrong.push(format!("no info {expected}"));
            }
        }
        if !wrong.is_empty() {
            wrong.push(findings(&entry).iter().map(|found| format!("\n    {found}")).collect());
        }
        wrong
    }
}

/// The files and what `check` says of each: made once for all tests that run at the same time, gone after
/// the last of them.
struct Bench {
    corpus: Corpus,
    runs: OnceLock<Vec<Run>>,
}

static SHARED: Mutex<Weak<Bench>> = Mutex::new(Weak::new());

impl Bench {
    fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bench) = shared.upgrade() {
            return bench;
        }
        let bench = Arc::new(Self { corpus: Corpus::new(), runs: OnceLock::new() });
        *shared = Arc::downgrade(&bench);
        bench
    }

    /// Every case of the tables, run.
    fn runs(&self) -> &[Run] {
        self.runs.get_or_init(|| {
            let tables = [(CASES, None), (OPENED, Some(PASSWORD)), (NOT_OPENED, Some(WRONG_PASSWORD))];
            let run = |(cases, password): (&'static [Case], Option<&'static str>)| {
                cases.iter().map(move |case| Run::new(&self.corpus, case, password))
            };
            tables.into_iter().flat_map(run).collect()
        })
    }

    /// Says all at once, for every file, what is wrong with it.
    fn assert_all(&self, wrong: impl Fn(&Run) -> Vec<String>) {
        let told = |run: &Run| {
            let wrong = wrong(run);
            (!wrong.is_empty()).then(|| format!("{}: {}", run.name(), wrong.join("; ")))
        };
        let all: Vec<String> = self.runs().iter().filter_map(told).collect();
        assert!(all.is_empty(), "{} of {} are wrong:\n{}", all.len(), self.runs().len(), all.join("\n"));
    }

    /// `check --json` for these files; its status and its entries.
    fn json(&self, files: &[&str], more: &[&str]) -> (i32, Vec<Value>) {
        let mut command = check(&self.corpus, files);
        command.arg("--json").args(more).env(VARIABLE, PASSWORD);
        let output = finish(command);
        let (out, err) = written(&output);
        let entries = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
        (output.status.code().unwrap(), entries)
    }

    /// `check` for these files; its status, standard output and standard error.
    fn plain(&self, files: &[&str], more: &[&str]) -> (i32, String, String) {
        let mut command = check(&self.corpus, files);
        command.args(more);
        let output = finish(command);
        let (out, err) = written(&output);
        (output.status.code().unwrap(), out, err)
    }
}

/// `check` in the folder of the files.
fn check(corpus: &Corpus, files: &[&str]) -> Command {
    let mut command = xpress_center();
    command.current_dir(corpus.files()).arg("check").args(files).env_remove(VARIABLE);
    command
}

/// Runs it to its end, which has to come.
fn finish(mut command: Command) -> Output {
    let (mut out, mut err) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    command.stdout(out.try_clone().unwrap()).stderr(err.try_clone().unwrap());
    let mut process = Running(command.spawn().unwrap());
    let status: Option<ExitStatus> = wait_until(PATIENCE, || process.0.try_wait().unwrap());
    let status = status.unwrap_or_else(|| panic!("it does not end: {command:?}"));
    Output { status, stdout: content(&mut out), stderr: content(&mut err) }
}

fn content(file: &mut File) -> Vec<u8> {
    let mut content = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut content).unwrap();
    content
}

fn findings(entry: &Value) -> &[Value] {
    entry["findings"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn codes<'a>(severity: &str, entry: &'a Value) -> BTreeSet<&'a str> {
    let found = findings(entry).iter().filter(|found| found["severity"] == severity);
    found.filter_map(|found| found["code"].as_str()).collect()
}

fn messages<'a>(entry: &'a Value, code: &str) -> Vec<&'a str> {
    let found = findings(entry).iter().filter(|found| found["code"] == code);
    found.filter_map(|found| found["message"].as_str()).collect()
}

/// Whether `expected`, a code or `code: words`, is among the findings.
fn is_said(severity: &str, expected: &str, entry: &Value) -> bool {
    match expected.split_once(": ") {
        None => codes(severity, entry).contains(expected),
        Some((code, words)) => {
            let words = words.to_lowercase();
            messages(entry, code).iter().any(|message| message.to_lowercase().contains(&words))
        }
    }
}

/// The codes of this severity have to be exactly those expected.
fn compare(severity: &str, expected: &[&str], entry: &Value, wrong: &mut Vec<String>) {
    let mut found = codes(severity, entry);
    for wanted in expected {
        let choices: Vec<&str> = wanted.trim_end_matches('?').split('|').collect();
        let there = choices.iter().any(|choice| found.contains(choice));
        if !there && !wanted.ends_with('?') {
            wrong.push(format!("no {severity} {wanted}"));
        }
        found.retain(|code| !choices.contains(code));
    }
    wrong.extend(found.iter().map(|code| format!("{severity} {code} is said")));
}

/// Text without its line breaks and indentation.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kinds(entry: &Value) -> Vec<&str> {
    let items = entry["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item["kind"].as_str()).collect()
}

#[test]
fn every_file_is_known_for_what_it_is_and_what_is_wrong_with_it_is_said() {
    let bench = Bench::shared();
    assert!(CASES.len() >= 90);
    bench.assert_all(Run::differences);
}

#[test]
fn the_table_names_every_file_of_the_corpus() {
    let bench = Bench::shared();
    let made = fs::read_dir(bench.corpus.files()).unwrap();
    let made: BTreeSet<String> =
        made.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let named: BTreeSet<String> = CASES.iter().map(|case| case.file.to_owned()).collect();
    assert_eq!(named.len(), CASES.len(), "a file is named twice");
    let missing: Vec<_> = named.symmetric_difference(&made).collect();
    assert_eq!(missing, ["nowhere.pem"]);
}

#[test]
fn the_status_is_1_exactly_when_there_is_an_error_plain_and_json_alike() {
    Bench::shared().assert_all(|run| {
        let entry = match run.entry() {
            Ok(entry) => entry,
            Err(why) => return vec![why],
        };
        let expected = Some(i32::from(!codes("error", &entry).is_empty()));
        let statuses = [("--json", run.json.status.code()), ("plain", run.plain.status.code())];
        let wrong = statuses.iter().filter(|(_, status)| *status != expected);
        wrong.map(|(how, status)| format!("{how}: status {status:?} instead of {expected:?}")).collect()
    });
}

#[test]
fn every_error_and_warning_says_what_to_do() {
    Bench::shared().assert_all(|run| {
        let entry = run.entry().unwrap_or_default();
        let text = |found: &Value, name: &str| found[name].as_str().unwrap_or_default().trim().to_owned();
        let mut wrong = Vec::new();
        for found in findings(&entry) {
            let known = ["error", "warning", "info"].contains(&text(found, "severity").as_str());
            let helps = found["severity"] == "info" || !text(found, "help").is_empty();
            if !known || !helps || text(found, "message").is_empty() || text(found, "code").is_empty() {
                wrong.push(found.to_string());
            }
        }
        wrong
    });
}

#[test]
fn plain_output_says_the_same_verdicts() {
    Bench::shared().assert_all(|run| {
        let entry = run.entry().unwrap_or_default();
        let (out, err) = written(&run.plain);
        let plain = in_one_line(&format!("{out}\n{err}"));
        let mut wrong = Vec::new();
        if !plain.contains(run.case.file) {
            wrong.push(format!("the file is not named in {plain}"));
        }
        for found in findings(&entry).iter().filter(|found| found["severity"] != "info") {
            for text in [&found["message"], &found["help"]] {
                let text = in_one_line(text.as_str().unwrap_or_default());
                if !plain.contains(&text) {
                    wrong.push(format!("{text:?} is not in {plain:?}"));
                }
            }
        }
        if is_said("info", "belongs-together", &entry) && !plain.to_lowercase().contains("belong") {
            wrong.push(format!("that they belong together is not in {plain:?}"));
        }
        wrong
    });
}

#[test]
fn no_secret_is_ever_said() {
    const LENGTH: usize = 20;
    let bench = Bench::shared();
    let secrets = bench.corpus.secrets(LENGTH);
    for file in ["rsa-2048.key", "p256-pkcs8.key", "encrypted-aes.key", "openssh.key"] {
        let key = fs::read_to_string(bench.corpus.path(file)).unwrap();
        let line = key.lines().nth(2).unwrap();
        assert!(secrets.contains(&line[..LENGTH]), "{file} is not among the secrets");
    }
    let short: Vec<&str> =
        secrets.iter().map(String::as_str).filter(|secret| secret.len() < LENGTH).collect();
    bench.assert_all(|run| {
        let mut wrong = Vec::new();
        for output in [&run.json, &run.plain] {
            let (out, err) = written(output);
            for text in [out, err] {
                let mut parts = text.as_bytes().windows(LENGTH).map(String::from_utf8_lossy);
                let long = parts.find(|part| secrets.contains(part.as_ref()));
                let short = short.iter().find(|secret| text.contains(**secret));
                wrong.extend(long.map(|part| format!("says {part}")));
                wrong.extend(short.map(|part| format!("says {part}")));
            }
        }
        wrong
    });
}

#[test]
fn nothing_in_a_file_reaches_the_terminal_as_a_control_character() {
    Bench::shared().assert_all(|run| {
        let mut wrong = Vec::new();
        for output in [&run.json, &run.plain] {
            let (out, err) = written(output);
            let mut signs = out.chars().chain(err.chars());
            let control = signs.find(|sign| sign.is_control() && *sign != '\n');
            wrong.extend(control.map(|sign| format!("says {sign:?} in {out:?}{err:?}")));
        }
        wrong
    });
}

#[test]
fn every_file_is_judged_within_five_seconds() {
    Bench::shared().assert_all(|run| {
        let late = run.took >= Duration::from_secs(5);
        late.then(|| format!("took {:?}", run.took)).into_iter().collect()
    });
}

#[test]
fn files_that_ask_for_gigabytes_are_refused_within_little_memory() {
    let bench = Bench::shared();
    let program = xpress_center();
    // The limit is on addresses, of which the program itself takes some two hundred megabytes.
    for file in ["bomb.zip", "hidden-bomb.zip", "costly-scrypt.key", "costly.p12", "too-large.pem"] {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -v 700000 && exec \"$0\" \"$@\""]).arg(program.get_program());
        command.args(["check", file, "--json", "--password-env", VARIABLE]);
        command.current_dir(bench.corpus.files()).env(VARIABLE, PASSWORD);
        let output = finish(command);
        let (out, err) = written(&output);
        let entries: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{file}: {out}{err}"));
        assert_eq!(entries.as_array().map(Vec::len), Some(1), "{file}");
    }
    let (status, entries) = bench.json(&["/dev/zero"], &[]);
    assert_eq!(status, 1);
    let codes = codes("error", &entries[0]);
    assert!(codes.contains("too-large-file") || codes.contains("unreadable-file"), "{codes:?}");
}

#[test]
fn a_file_that_may_not_be_read_is_an_error() {
    let bench = Bench::shared();
    // To an administrator, and nobody else, it is a file like others.
    let readable = fs::read(bench.corpus.path("unreadable.pem")).is_ok();
    let (status, entries) = bench.json(&["unreadable.pem"], &[]);
    let (severity, code) = if readable { ("info", "usable") } else { ("error", "unreadable-file") };
    assert!(is_said(severity, code, &entries[0]), "{}", entries[0]);
    assert_eq!(status, i32::from(!readable));
}

/// What OpenSSL says of a certificate, in the words of `--json`.
fn facts(corpus: &Corpus, file: &str) -> BTreeMap<&'static str, Value> {
    let source = corpus.source(file);
    let ask =
        |more: &str| String::from_utf8(corpus.openssl(&format!("x509 -in {source} -noout {more}"))).unwrap();
    let told = ask("-subject -issuer -nameopt oneline,-space_eq,utf8,-esc_msb -dates -dateopt iso_8601 \
         -fingerprint -sha256");
    let value = |start: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("{file}: no {start} in {told}")).trim().to_owned()
    };
    let name = ask("-subject -nameopt multiline,utf8,-esc_msb");
    let common_name = name.lines().find_map(|line| line.trim().strip_prefix("commonName")?.split_once("= "));
    let md5 = ask("-fingerprint -md5");
    let text = ask("-text -nameopt oneline");
    let pem = corpus.openssl(&format!("x509 -in {source} -outform PEM"));
    BTreeMap::from([
        ("subject", value("subject=").into()),
        ("issuer", value("issuer=").into()),
        ("common_name", common_name.map(|(_, name)| name).into()),
        ("not_before", value("notBefore=").replace(' ', "T").into()),
        ("not_after", value("notAfter=").replace(' ', "T").into()),
        ("sha256", value("sha256 Fingerprint=").replace(':', "").into()),
        ("md5_der", md5.trim().trim_start_matches("md5 Fingerprint=").replace(':', "").into()),
        ("key", key_kind(&text).into()),
        ("version", if text.contains("Version: 3 (0x2)") { 3 } else { 1 }.into()),
        ("is_ca", text.contains("CA:TRUE").into()),
        ("bytes", pem.len().into()),
    ])
}

fn key_kind(text: &str) -> String {
    let after = |start: &str| text.split_once(start).map(|(_, rest)| rest.trim_start());
    let word = |rest: &str| rest.split_whitespace().next().unwrap_or_default().to_owned();
    match after("NIST CURVE:") {
        Some(curve) => format!("ec-{}", word(curve).replace('-', "").to_lowercase()),
        None => format!("rsa-{}", after("Public-Key: (").map(word).unwrap_or_default()),
    }
}

/// Where what is said of a certificate is not what OpenSSL says.
fn contradictions(said: &Value, expected: &BTreeMap<&'static str, Value>) -> Vec<String> {
    let wrong = expected.iter().filter(|(name, value)| said.get(**name) != Some(value));
    wrong.map(|(name, value)| format!("{name} is {:?}, not {value}", said.get(*name))).collect()
}

#[test]
fn what_is_said_of_good_certificates_is_what_openssl_says() {
    let bench = Bench::shared();
    let good =
        |run: &Run| run.password.is_none() && run.case.kind == CERTIFICATE && run.case.errors.is_empty();
    assert!(bench.runs().iter().filter(|run| good(run)).count() > 50);
    bench.assert_all(|run| {
        if !good(run) {
            return Vec::new();
        }
        let mut expected = facts(&bench.corpus, run.case.file);
        if run.case.file == "device-name-with-escapes.pem" {
            // How its name is made harmless is not OpenSSL's way.
            expected.retain(|name, _| !["subject", "common_name"].contains(name));
        }
        contradictions(&run.entry().unwrap_or_default(), &expected)
    });
}

#[test]
fn the_certificates_of_a_chain_are_told_in_the_order_of_the_file() {
    let bench = Bench::shared();
    let good = ["device-by-intermediate.pem", "intermediate.pem", "root.pem"];
    let reversed = ["root.pem", "intermediate.pem", "device-by-intermediate.pem"];
    for (file, parts) in [("chain.pem", good), ("chain.der", good), ("chain-reversed.pem", reversed)] {
        let (_, entries) = bench.json(&[file], &[]);
        let told = entries[0]["certificates"].as_array().unwrap();
        assert_eq!(told.len(), parts.len(), "{file}");
        for (certificate, part) in told.iter().zip(parts) {
            let wrong = contradictions(certificate, &facts(&bench.corpus, part));
            assert!(wrong.is_empty(), "{file}, {part}: {wrong:?}");
        }
    }
}

#[test]
fn the_parts_of_a_bundle_are_told_with_their_kinds() {
    let bench = Bench::shared();
    let parts = |file: &str, more: &[&str]| {
        let (_, entries) = bench.json(&[file], more);
        kinds(&entries[0]).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(parts("certificate-and-key.pem", &[]), [CERTIFICATE, KEY]);
    assert_eq!(parts("key-and-certificate.pem", &[]), [KEY, CERTIFICATE]);
    assert_eq!(parts("certs.c", &[]), [CERTIFICATE; 3]);
    for file in ["aws-answer.json", "connect_device_package.zip", "stored.zip"] {
        let parts = parts(file, &[]);
        for kind in [CERTIFICATE, KEY, "public-key"] {
            assert_eq!(parts.iter().filter(|part| *part == kind).count(), 1, "{kind} in {file}: {parts:?}");
        }
    }
    let open = ["--password-env", VARIABLE];
    for (file, certificates) in [("store.p12", 1), ("store-with-root.pfx", 2)] {
        let (_, entries) = bench.json(&[file], &[]);
        assert_eq!(entries[0]["items"], Value::Array(Vec::new()), "{file} is locked");
        let mut opened = parts(file, &open);
        opened.sort_unstable();
        assert_eq!(opened, [&[CERTIFICATE; 2][..certificates], &[KEY]].concat(), "{file}");
    }
    let (_, entries) = bench.json(&["certificate-and-key.pem"], &[]);
    let wrong = contradictions(&entries[0]["items"][0], &facts(&bench.corpus, "device-p256.pem"));
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(entries[0]["items"][1]["key"], "ec-p256");
}

#[test]
fn of_keys_their_kind_is_told_and_whether_they_are_encrypted() {
    let bench = Bench::shared();
    let open = &["--password-env", VARIABLE][..];
    let cases: [(&str, &[&str], Option<&str>, bool); 8] = [
        ("rsa-2048.key", &[], Some("rsa-2048"), false),
        ("rsa-4096.key", &[], Some("rsa-4096"), false),
        ("rsa-1024.key", &[], Some("rsa-1024"), false),
        ("p256-sec1.der", &[], Some("ec-p256"), false),
        ("p384.key", &[], Some("ec-p384"), false),
        ("encrypted-rsa.key", open, Some("rsa-2048"), true),
        ("encrypted-scrypt.key", open, Some("ec-p256"), true),
        ("encrypted-aes.key", &[], None, true),
    ];
    for (file, more, kind, encrypted) in cases {
        let (_, entries) = bench.json(&[file], more);
        assert_eq!(entries[0]["key"].as_str(), kind, "{file}");
        assert_eq!(entries[0]["encrypted"], encrypted, "{file}");
        assert_eq!(entries[0].get("belongs_to"), Some(&Value::Null), "{file}");
    }
}

#[test]
fn of_tokens_it_is_told_for_what_and_until_when_and_by_which_policy() {
    let bench = Bench::shared();
    let dps = "0ne00ABCDEF/registrations/ninadps";
    let cases = [
        ("token.txt", RESOURCE, "2033-05-18T03:33:20Z", None),
        ("token-with-policy.txt", RESOURCE, "2033-05-18T03:33:20Z", Some("device")),
        ("token-in-another-order.txt", RESOURCE, "2033-05-18T03:33:20Z", Some("device")),
        ("token-dps.txt", dps, "2033-05-18T03:33:20Z", Some("registration")),
        ("token-expired.txt", RESOURCE, "2020-06-11T11:50:14Z", None),
    ];
    for (file, resource, expires, policy) in cases {
        let (_, entries) = bench.json(&[file], &[]);
        let entry = &entries[0];
        assert_eq!(
            (entry["resource"].as_str(), entry["expires"].as_str()),
            (Some(resource), Some(expires)),
            "{file}"
        );
        assert_eq!(entry.get("policy"), Some(&policy.into()), "{file}");
        let day = &expires[..10];
        let (_, out, _) = bench.plain(&[file], &[]);
        assert!(out.contains(day), "{file}: {out}");
    }
}

#[test]
fn a_key_and_its_certificate_find_each_other_across_files() {
    let bench = Bench::shared();
    let pairs = [
        ("device-p256.pem", "p256.key", &[][..]),
        ("device-p256.der", "p256-pkcs8.der", &[]),
        ("device-rsa-2048.pem", "rsa-2048.key", &[]),
        ("utf-16-le.pem", "p256-with-parameters.key", &[]),
        ("chain.pem", "other-p256.key", &[]),
        ("device-p256.pem", "encrypted-scrypt.key", &["--password-env", VARIABLE]),
    ];
    for (certificate, key, more) in pairs {
        for files in [[certificate, key], [key, certificate]] {
            let (status, entries) = bench.json(&files, more);
            assert_eq!(status, 0, "{entries:#?}");
            for entry in &entries {
                assert!(is_said("info", "belongs-together", entry), "{files:?}: {entry}");
                assert!(!is_said("info", "missing-counterpart", entry), "{files:?}: {entry}");
            }
            let key = entries.iter().find(|entry| entry["kind"] == KEY).unwrap();
            assert_eq!(key["belongs_to"], certificate, "{files:?}");
        }
    }
    let (status, out, _) = bench.plain(&["device-p256.pem", "p256.key"], &[]);
    assert_eq!(status, 0);
    assert!(out.contains("belongs"), "{out}");
}

#[test]
fn several_pairs_are_sorted_out() {
    let bench = Bench::shared();
    let files = ["rsa-2048.key", "root.pem", "device-p256.pem", "p256.key", "device-rsa-2048.pem"];
    let (status, entries) = bench.json(&files, &[]);
    assert_eq!(status, 0, "{entries:#?}");
    assert_eq!(entries[0]["belongs_to"], "device-rsa-2048.pem");
    assert_eq!(entries[3]["belongs_to"], "device-p256.pem");
}

#[test]
fn a_key_that_fits_no_certificate_is_an_error_that_names_them() {
    let bench = Bench::shared();
    let pairs = [
        ("device-p256.pem", "other-p256.key"),
        ("device-rsa-2048.pem", "other-rsa-2048.key"),
        ("device-rsa-2048.der", "p256.key"),
    ];
    for (certificate, key) in pairs {
        for files in [[certificate, key], [key, certificate]] {
            let (status, entries) = bench.json(&files, &[]);
            assert_eq!(status, 1, "{files:?}");
            for entry in &entries {
                let expected =
                    if entry["file"] == key { BTreeSet::from(["key-mismatch"]) } else { BTreeSet::new() };
                assert_eq!(codes("error", entry), expected, "{files:?}: {entry}");
                assert!(!is_said("info", "belongs-together", entry), "{files:?}: {entry}");
            }
            let key = entries.iter().find(|entry| entry["file"] == key).unwrap();
            assert!(messages(key, "key-mismatch")[0].contains(certificate), "{key}");
            assert_eq!(key["belongs_to"], Value::Null, "{files:?}");
            assert_eq!(bench.plain(&files, &[]).0, 1, "{files:?}");
        }
    }
}

#[test]
fn a_key_that_stays_locked_is_not_taken_for_a_wrong_one() {
    let bench = Bench::shared();
    for key in ["encrypted-aes.key", "encrypted-traditional-ec.key", "store.p12"] {
        let (status, entries) = bench.json(&["device-p256.pem", key], &[]);
        assert_eq!(status, 0, "{entries:#?}");
        assert!(!is_said("info", "belongs-together", &entries[0]), "{key}: {}", entries[0]);
    }
}

#[test]
fn the_names_of_the_aws_console_are_no_matter() {
    let bench = Bench::shared();
    let console = tempfile::tempdir().unwrap();
    let names = [
        ("device-by-rsa-root.pem", "0a1b2c3d4e-certificate.pem.crt"),
        ("rsa-2048.key", "0a1b2c3d4e-private.pem.key"),
        ("rsa-2048-public.key", "0a1b2c3d4e-public.pem.key"),
        ("root-rsa-2048.pem", "AmazonRootCA1.pem"),
    ];
    let mut files = Vec::new();
    for (file, name) in names {
        let path = console.path().join(name);
        fs::copy(bench.corpus.path(file), &path).unwrap();
        files.push(path.into_os_string().into_string().unwrap());
    }
    let (status, entries) = bench.json(&files.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    assert_eq!(status, 0, "{entries:#?}");
    let kinds: Vec<&str> = entries.iter().filter_map(|entry| entry["kind"].as_str()).collect();
    assert_eq!(kinds, [CERTIFICATE, KEY, "public-key", CERTIFICATE]);
    assert_eq!(entries[1]["belongs_to"], files[0].as_str());
}

#[test]
fn one_bad_file_does_not_stop_the_others_and_the_order_is_kept() {
    let bench = Bench::shared();
    let files =
        ["nowhere.pem", "root.pem", "folder", "noise.pem", "page.html", "token.txt", "root.pem", "cut.pem"];
    let (status, entries) = bench.json(&files, &[]);
    assert_eq!(status, 1);
    let told: Vec<&str> = entries.iter().filter_map(|entry| entry["file"].as_str()).collect();
    assert_eq!(told, files);
    let wrong: Vec<bool> = entries.iter().map(|entry| !codes("error", entry).is_empty()).collect();
    assert_eq!(wrong, [true, false, true, true, true, false, false, true]);
    let (status, out, err) = bench.plain(&files, &[]);
    assert_eq!(status, 1);
    for file in files {
        assert!(out.contains(file) || err.contains(file), "{file} in {out}{err}");
    }
}

#[test]
fn the_parts_of_a_chain_in_files_of_their_own_are_fine() {
    let bench = Bench::shared();
    let (status, entries) = bench.json(&["root.pem", "intermediate.pem", "device-by-intermediate.pem"], &[]);
    assert_eq!(status, 0, "{entries:#?}");
    assert!(entries.iter().all(|entry| codes("warning", entry).is_empty()), "{entries:#?}");
}

/// The errors of the last of `files`, judged for a device of `cloud`.
fn errors_for(bench: &Bench, cloud: &str, device: &str, files: &[&str]) -> Vec<String> {
    let (status, entries) = bench.json(files, &["--cloud", cloud, "--device-id", device]);
    let errors = codes("error", entries.last().unwrap());
    assert_eq!(status, i32::from(!errors.is_empty()), "{entries:#?}");
    errors.into_iter().map(str::to_owned).collect()
}

#[test]
fn azure_wants_the_device_id_as_common_name() {
    let bench = Bench::shared();
    let wrong = ["wrong-common-name"];
    for file in ["device-p256.pem", "chain.pem", "device1.pem.crt.txt", "certificate-and-key.pem"] {
        let errors = |cloud, device| errors_for(&bench, cloud, device, &[file]);
        assert!(errors("azure-x509", "device1").is_empty(), "{file}");
        assert_eq!(errors("azure-x509", "device2"), wrong, "{file}");
        // Device IDs of a hub are case-sensitive, registration IDs are not.
        assert_eq!(errors("azure-x509", "Device1"), wrong, "{file}");
        assert!(errors("azure-dps", "device1").is_empty(), "{file}");
        assert_eq!(errors("azure-dps", "device2"), wrong, "{file}");
        assert!(errors("azure-dps", "Device1").is_empty(), "{file}");
    }
    assert_eq!(errors_for(&bench, "azure-x509", "device1", &["device-without-name.pem"]), wrong);
    let longest = "device-x".repeat(8);
    assert!(errors_for(&bench, "azure-x509", &longest, &["device-name-of-64.pem"]).is_empty());
    // The names of authorities are theirs.
    assert!(errors_for(&bench, "azure-x509", "device1", &["intermediate.pem", "root.pem"]).is_empty());
    let (_, entries) =
        bench.json(&["device-p256.pem"], &["--cloud", "azure-x509", "--device-id", "sensor-77"]);
    let message = messages(&entries[0], "wrong-common-name")[0];
    assert!(message.contains("device1") || message.contains("sensor-77"), "{message}");
}

#[test]
fn at_aws_the_common_name_is_free() {
    let bench = Bench::shared();
    for file in ["device-p256.pem", "device-without-name.pem", "chain.pem"] {
        assert!(errors_for(&bench, "aws", "another", &[file]).is_empty(), "{file}");
    }
}

#[test]
fn an_authority_in_the_place_of_a_device_is_warned_of() {
    let bench = Bench::shared();
    let (_, entries) =
        bench.json(&["root-sha1.pem"], &["--cloud", "azure-x509", "--device-id", "authority1"]);
    assert!(is_said("warning", "authority-as-device", &entries[0]), "{}", entries[0]);
    let (status, entries) = bench.json(&["root-rsa-2048.pem", "other-rsa-2048.key"], &[]);
    assert_eq!(status, 0, "{entries:#?}");
    assert!(is_said("warning", "authority-as-device", &entries[0]), "{}", entries[0]);
    assert_eq!(entries[1]["belongs_to"], "root-rsa-2048.pem");
}

#[test]
fn help_names_what_to_use_instead() {
    let bench = Bench::shared();
    let help = |file: &str, code: &str| {
        let (_, entries) = bench.json(&[file], &["--password-env", VARIABLE]);
        let found = findings(&entries[0]).iter().find(|found| found["code"] == code);
        found.unwrap_or_else(|| panic!("{file}: no {code}"))["help"].as_str().unwrap().to_owned()
    };
    assert!(help("baltimore.pem", "expired-root").contains("DigiCert Global Root G2"));
    assert!(help("certs.c", "expired-root").contains("DigiCert Global Root G2"));
    for file in ["encrypted-pbes1.key", "encrypted-traditional-rsa.key", "encrypted-traditional-ec.key"] {
        assert!(help(file, "encrypted-key").contains("openssl"), "{file}");
    }
}

#[test]
fn wrong_use_is_status_2_with_nothing_on_standard_output() {
    let bench = Bench::shared();
    let cases: [(&[&str], &[&str], &str); 4] = [
        (&["encrypted-aes.key"], &["--password-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (&["root.pem"], &["--json", "--password-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (&["root.pem"], &["--cloud", "nebula", "--device-id", "device1"], "nebula"),
        (&[], &[], "FILE"),
    ];
    for (files, more, named) in cases {
        let (status, out, err) = bench.plain(files, more);
        assert_eq!((status, out.as_str()), (2, ""), "{files:?} {more:?}");
        assert!(err.contains(named), "{files:?} {more:?}: {err}");
    }
}

#[test]
fn files_are_told_by_the_names_they_were_given_with() {
    let bench = Bench::shared();
    let whole = bench.corpus.path("root.pem").into_os_string().into_string().unwrap();
    for name in ["./root.pem", "folder/../root.pem", &whole] {
        let (status, entries) = bench.json(&[name], &[]);
        assert_eq!((status, entries[0]["file"].as_str()), (0, Some(name)));
    }
}

#[test]
fn files_with_names_that_are_no_text_are_judged_like_others() {
    let bench = Bench::shared();
    let folder = tempfile::tempdir().unwrap();
    for name in [&b"device\xff.pem"[..], b"device\x1b[31m\n.pem", b"-device.pem", "Gerät.pem".as_bytes()] {
        let path = folder.path().join(OsStr::from_bytes(name));
        fs::copy(bench.corpus.path("device-p256.pem"), &path).unwrap();
        for more in [&["--json"][..], &[]] {
            let mut command = check(&bench.corpus, &[]);
            command.args(more).arg(&path);
            let output = finish(command);
            assert_eq!(output.status.code(), Some(0), "{path:?}: {output:?}");
            // Bytes that are no text are not handed on.
            let out = String::from_utf8(output.stdout).unwrap();
            assert!(out.chars().all(|sign| sign == '\n' || !sign.is_control()), "{out:?}");
            if more.is_empty() {
                assert!(out.contains(".pem"), "{out}");
            } else {
                let entries: Value = serde_json::from_str(&out).unwrap();
                assert_eq!(entries[0]["kind"], CERTIFICATE, "{out}");
            }
        }
    }
}
