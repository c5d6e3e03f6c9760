//! Good and bad files as people have them, made with the `openssl` command line for the tests of `check`:
//! certificates, keys, stores, archives, tokens.
//! Nothing is kept: keys are made anew each time and go with the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::UNIX_EPOCH;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tempfile::TempDir;

use super::program;

/// The password of everything in the corpus that has one.
pub(crate) const PASSWORD: &str = "correct-horse-7319";
/// A password of nothing in it.
pub(crate) const WRONG_PASSWORD: &str = "wrong-donkey-88241";
/// The key of every connection string; bytes 0 to 31.
pub(crate) const SHARED_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// The signature of every token, as it stands in one.
pub(crate) const SIGNATURE: &str = "k0iCMNasM5nmdDlNWdb9oAZ1NpnHGLdW8n9M0V5%2FBoA%3D";
/// What the good tokens are for.
pub(crate) const RESOURCE: &str = "contoso.azure-devices.net/devices/MyDevice01";

/// The root that Azure used until 2025, a public certificate.
const BALTIMORE: &str = "\
-----BEGIN CERTIFICATE-----
MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ
RTESMBAGA1UEChMJQmFsdGltb3JlMRMwEQYDVQQLEwpDeWJlclRydXN0MSIwIAYD
VQQDExlCYWx0aW1vcmUgQ3liZXJUcnVzdCBSb290MB4XDTAwMDUxMjE4NDYwMFoX
DTI1MDUxMjIzNTkwMFowWjELMAkGA1UEBhMCSUUxEjAQBgNVBAoTCUJhbHRpbW9y
ZTETMBEGA1UECxMKQ3liZXJUcnVzdDEiMCAGA1UEAxMZQmFsdGltb3JlIEN5YmVy
VHJ1c3QgUm9vdDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAKMEuyKr
mD1X6CZymrV51Cni4eiVgLGw41uOKymaZN+hXe2wCQVt2yguzmKiYv60iNoS6zjr
IZ3AQSsBUnuId9Mcj8e6uYi1agnnc+gRQKfRzMpijS3ljwumUNKoUMMo6vWrJYeK
mpYcqWe4PwzV9/lSEy/CG9VwcPCPwBLKBsua4dnKM3p31vjsufFoREJIE9LAwqSu
XmD+tqYF/LTdB1kC1FkYmGP1pWPgkAx9XbIGevOF6uvUA65ehD5f/xXtabz5OTZy
dc93Uk3zyZAsuT3lySNTPx8kmCFcB5kpvcY67Oduhjprl3RjM71oGDHweI12v/ye
jl0qhqdNkNwnGjkCAwEAAaNFMEMwHQYDVR0OBBYEFOWdWTCCR1jMrPoIVDaGezq1
BE3wMBIGA1UdEwEB/wQIMAYBAf8CAQMwDgYDVR0PAQH/BAQDAgEGMA0GCSqGSIb3
DQEBBQUAA4IBAQCFDF2O5G9RaEIFoN27TyclhAO992T9Ldcw46QQF+vaKSm2eT92
9hkTI7gQCvlYpNRhcL0EYWoSihfVCr3FvDB81ukMJY2GQE/szKN+OMY3EU/t3Wgx
jkzSswF07r51XgdIGn9w/xZchMB5hbgF/X++ZRGjD8ACtPhSNzkE1akxehi/oCr0
Epn3o0WC4zxe9Z2etciefC7IpJ5OCBRLbf1wbWsaY71k5h+3zvDyny67G7fyUIhz
ksLi4xaNmjICq44Y3ekQEe5+NauQrz4wlHrQMz2nZQ/1/I6eYs9HRCwBXbsdtTLS
R9I4LtD+gdwyah617jzV/OeBHRnDJELqYzmp
-----END CERTIFICATE-----
";

/// A root of Azure in China that browsers have dropped, a public certificate.
/// Its base64 has a `//` in it, which is no comment.
const DIGICERT_GLOBAL_ROOT_CA: &str = "\
-----BEGIN CERTIFICATE-----
MIIDrzCCApegAwIBAgIQCDvgVpBCRrGhdWrJWZHHSjANBgkqhkiG9w0BAQUFADBh
MQswCQYDVQQGEwJVUzEVMBMGA1UEChMMRGlnaUNlcnQgSW5jMRkwFwYDVQQLExB3
d3cuZGlnaWNlcnQuY29tMSAwHgYDVQQDExdEaWdpQ2VydCBHbG9iYWwgUm9vdCBD
QTAeFw0wNjExMTAwMDAwMDBaFw0zMTExMTAwMDAwMDBaMGExCzAJBgNVBAYTAlVT
MRUwEwYDVQQKEwxEaWdpQ2VydCBJbmMxGTAXBgNVBAsTEHd3dy5kaWdpY2VydC5j
b20xIDAeBgNVBAMTF0RpZ2lDZXJ0IEdsb2JhbCBSb290IENBMIIBIjANBgkqhkiG
9w0BAQEFAAOCAQ8AMIIBCgKCAQEA4jvhEXLeqKTTo1eqUKKPC3eQyaKl7hLOllsB
CSDMAZOnTjC3U/dDxGkAV53ijSLdhwZAAIEJzs4bg7/fzTtxRuLWZscFs3YnFo97
nh6Vfe63SKMI2tavegw5BmV/Sl0fvBf4q77uKNd0f3p4mVmFaG5cIzJLv07A6Fpt
43C/dxC//AH2hdmoRBBYMql1GNXRor5H4idq9Joz+EkIYIvUX7Q6hL+hqkpMfT7P
T19sdl6gSzeRntwi5m3OFBqOasv+zbMUZBfHWymeMr/y7vrTC0LUq7dBMtoM1O/4
gdW7jVg/tRvoSSiicNoxBN33shbyTApOB6jtSj1etX+jkMOvJwIDAQABo2MwYTAO
BgNVHQ8BAf8EBAMCAYYwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUA95QNVbR
TLtm8KPiGxvDl7I90VUwHwYDVR0jBBgwFoAUA95QNVbRTLtm8KPiGxvDl7I90VUw
DQYJKoZIhvcNAQEFBQADggEBAMucN6pIExIK+t1EnE9SsPTfrgT1eXkIoyQY/Esr
hMAtudXH/vTBH1jLuG2cenTnmCmrEbXjcKChzUyImZOMkXDiqw8cvpOp/2PV5Adg
06O/nVsJ8dWO41P0jmP6P6fbtGbfYmbW0W5BjfIttep3Sp+dWOIrWcBAI+0tKIJF
PnlUkiaY4IBIqDfv8NZ5YBberOgOzW6sRBc4L0na4UU+Krk2U886UAb3LujEV0ls
YSEY1QSteDwsOoBrp+uvFRTp2InBuThs4pFsiv9kuXclVzDAGySj4dzp30d8tbQk
CAUw7C29C79Fv1C5qfPrmAESrciIxpg0X40KPMbp1ZWVbd4=
-----END CERTIFICATE-----
";

/// What `openssl ca` goes by; the sections at the end are kinds of certificates.
const CONFIGURATION: &str = "\
[ca]
default_ca = everything
[everything]
database = index.txt
new_certs_dir = issued
rand_serial = yes
unique_subject = no
policy = any_name
preserve = yes
default_md = sha256
[any_name]
organizationName = optional
commonName = optional
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[client]
basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth
[both]
basicConstraints = CA:FALSE
extendedKeyUsage = serverAuth,clientAuth
[any_use]
basicConstraints = CA:FALSE
";

/// The keys of the corpus, by name, with what makes them.
const KEYS: &[(&str, &str)] = &[
    ("rsa4096", "genrsa -traditional -out keys/rsa4096.pem 4096"),
    ("rsa2048a", "genrsa -traditional -out keys/rsa2048a.pem 2048"),
    ("rsa2048b", "genrsa -traditional -out keys/rsa2048b.pem 2048"),
    ("rsa1024", "genrsa -traditional -out keys/rsa1024.pem 1024"),
    ("dsa", "dsaparam -genkey -noout -out keys/dsa.pem 1024"),
    ("p256a", "ecparam -name prime256v1 -genkey -noout -out keys/p256a.pem"),
    ("p256b", "ecparam -name prime256v1 -genkey -noout -out keys/p256b.pem"),
    ("authority", "ecparam -name prime256v1 -genkey -noout -out keys/authority.pem"),
    ("middle", "ecparam -name prime256v1 -genkey -noout -out keys/middle.pem"),
    ("p384", "ecparam -name secp384r1 -genkey -noout -out keys/p384.pem"),
    ("secp256k1", "ecparam -name secp256k1 -genkey -noout -out keys/secp256k1.pem"),
    ("ed25519", "genpkey -algorithm ED25519 -out keys/ed25519.pem"),
    ("x25519", "genpkey -algorithm X25519 -out keys/x25519.pem"),
];

/// A certificate to be made; `by` is the certificate file and the key of who issues it, if that is another.
#[derive(Clone, Copy)]
struct Order<'a> {
    subject: &'a str,
    key: &'a str,
    by: Option<(&'a str, &'a str)>,
    section: &'a str,
    from: &'a str,
    until: &'a str,
    digest: &'a str,
}

const ROOT: Order<'static> = Order {
    subject: "/O=Example/CN=Example Root",
    key: "authority",
    by: None,
    section: "authority",
    from: "20250101000000Z",
    until: "-enddate 20450101000000Z",
    digest: "sha256",
};
const BY_ROOT: Option<(&str, &str)> = Some(("root.pem", "authority"));
const BY_MIDDLE: Option<(&str, &str)> = Some(("intermediate.pem", "middle"));
const BY_RSA_ROOT: Option<(&str, &str)> = Some(("root-rsa-2048.pem", "rsa2048b"));
const MIDDLE: Order<'static> =
    Order { subject: "/O=Example/CN=Example Intermediate", key: "middle", by: BY_ROOT, ..ROOT };
const DEVICE: Order<'static> =
    Order { subject: "/CN=device1", key: "p256a", by: BY_ROOT, section: "client", ..ROOT };
const PAST: Order<'static> = Order { from: "20150101000000Z", until: "-enddate 20200101000000Z", ..DEVICE };
const TO_COME: &str = "20400101000000Z";

/// The files, in a folder of their own that goes with it.
pub(crate) struct Corpus {
    folder: TempDir,
    /// For a file that spells a certificate in another way: where the certificate is as OpenSSL wrote it.
    spelled: BTreeMap<&'static str, &'static str>,
}

impl Corpus {
    /// Makes all of it.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        for name in ["keys", "issued", "files"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("index.txt"), "").unwrap();
        fs::write(folder.path().join("ca.cnf"), configuration()).unwrap();
        let mut corpus = Self { folder, spelled: BTreeMap::new() };
        corpus.make_keys();
        corpus.make_authorities();
        corpus.make_devices();
        corpus.make_devices_with_a_flaw();
        corpus.make_spellings();
        corpus.make_chains();
        corpus.make_key_files();
        corpus.make_encrypted_keys();
        corpus.make_requests_and_lists();
        corpus.make_bundles();
        corpus.make_stores();
        corpus.make_archives();
        corpus.make_what_cannot_be_used();
        corpus.make_tokens();
        corpus.make_connection_strings();
        corpus
    }

    /// The folder with the files.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.files().join(name)
    }

    /// The file, relative to where [`openssl`](Self::openssl) runs, that holds the certificate of file `name`
    /// as OpenSSL wrote it.
    pub(crate) fn source(&self, name: &str) -> String {
        format!("files/{}", self.spelled.get(name).copied().unwrap_or(name))
    }

    /// Runs `openssl` with these arguments; gives its standard output.
    pub(crate) fn openssl(&self, arguments: &str) -> Vec<u8> {
        self.run(arguments.split_whitespace())
    }

    /// Every run of `length` characters of what nobody may see: the base64 of private keys, keys and
    /// signatures of Azure, passwords.
    pub(crate) fn secrets(&self, length: usize) -> BTreeSet<String> {
        let mut secrets = vec![
            SHARED_KEY.to_owned(),
            SIGNATURE.to_owned(),
            SIGNATURE.replace("%2F", "/").replace("%3D", "="),
            PASSWORD.to_owned(),
            WRONG_PASSWORD.to_owned(),
        ];
        for folder in [self.folder.path().join("keys"), self.files()] {
            for entry in fs::read_dir(folder).unwrap() {
                let bytes = fs::read(entry.unwrap().path()).unwrap_or_default();
                secrets.extend(private_bodies(&String::from_utf8_lossy(&bytes)));
            }
        }
        let mut windows = BTreeSet::new();
        for secret in secrets {
            let length = length.min(secret.len());
            let runs = secret.as_bytes().windows(length);
            windows.extend(runs.map(|run| String::from_utf8_lossy(run).into_owned()));
        }
        windows
    }

    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
        let mut command = self.command();
        command.args(arguments);
        let output = command.output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command:?}: {complaint}");
        output.stdout
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program("openssl", "openssl"));
        command.current_dir(self.folder.path()).env_remove("OPENSSL_CONF");
        command
    }

    /// Writes a file of the corpus.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// A file of the corpus as text; `a+b` are two, one after the other.
    fn text(&self, names: &str) -> String {
        names.split('+').map(|name| String::from_utf8(self.read(name)).unwrap()).collect()
    }

    /// Makes `file` out of others, one after the other.
    fn join(&self, file: &str, names: &str) {
        self.write(file, self.text(names));
    }

    fn issue(&self, file: &str, order: Order<'_>) {
        let key = format!("keys/{}.pem", order.key);
        let request =
            ["req", "-new", "-utf8", "-config", "ca.cnf", "-key", &key, "-out", "request.pem", "-subj"];
        self.run(request.into_iter().chain([order.subject]));
        let issuer = match order.by {
            None => format!("-selfsign -keyfile {key}"),
            Some((certificate, key)) => format!("-cert files/{certificate} -keyfile keys/{key}.pem"),
        };
        let Order { section, from, until, digest, .. } = order;
        self.openssl(&format!(
            "ca -batch -config ca.cnf {issuer} -in request.pem -extensions {section} -startdate {from} \
             {until} -md {digest} -notext -out files/{file}"
        ));
    }

    /// The slow ones beside each other.
    fn make_keys(&self) {
        let start = |recipe: &str| {
            let mut command = self.command();
            command.args(recipe.split_whitespace()).stdin(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let running: Vec<_> = KEYS.iter().map(|(name, recipe)| (name, start(recipe))).collect();
        for (name, mut process) in running {
            assert!(process.wait().unwrap().success(), "openssl makes no key {name}");
        }
    }

    fn make_authorities(&self) {
        self.issue("root.pem", ROOT);
        self.issue("root-rsa-2048.pem", Order { subject: "/O=Example/CN=RSA Root", key: "rsa2048b", ..ROOT });
        let old = Order { subject: "/O=Example/CN=authority1", key: "rsa2048a", digest: "sha1", ..ROOT };
        self.issue("root-sha1.pem", old);
        self.issue("root-rsa-4096.pem", Order { subject: "/O=Example/CN=Big Root", key: "rsa4096", ..ROOT });
        // The same name, another key.
        self.issue("root-namesake.pem", Order { key: "p256b", ..ROOT });
        self.issue("intermediate.pem", MIDDLE);
        let past = |order| Order { from: PAST.from, until: PAST.until, ..order };
        self.issue("root-expired.pem", past(Order { subject: "/O=Example/CN=Old Root", ..ROOT }));
        self.issue("intermediate-expired.pem", past(MIDDLE));
        self.issue("intermediate-not-yet-valid.pem", Order { from: TO_COME, ..MIDDLE });
        self.write("baltimore.pem", BALTIMORE);
        self.write("digicert-global-root-ca.pem", DIGICERT_GLOBAL_ROOT_CA);
    }

    fn make_devices(&self) {
        let keys = [
            ("p256", "p256a"),
            ("p384", "p384"),
            ("rsa-2048", "rsa2048a"),
            ("rsa-4096", "rsa4096"),
            ("rsa-1024", "rsa1024"),
            ("ed25519", "ed25519"),
            ("secp256k1", "secp256k1"),
        ];
        for (name, key) in keys {
            self.issue(&format!("device-{name}.pem"), Order { key, ..DEVICE });
            self.openssl(&format!(
                "x509 -in files/device-{name}.pem -outform DER -out files/device-{name}.der"
            ));
        }
        self.issue("device-by-intermediate.pem", Order { by: BY_MIDDLE, key: "p256b", ..DEVICE });
        self.issue("device-by-rsa-root.pem", Order { by: BY_RSA_ROOT, key: "rsa2048a", ..DEVICE });
        self.issue("device-self-signed.pem", Order { by: None, ..DEVICE });
        self.issue("device-both-uses.pem", Order { section: "both", ..DEVICE });
        self.issue("device-any-use.pem", Order { section: "any_use", ..DEVICE });
        self.issue("device-until-2049.pem", Order { until: "-enddate 20491231235959Z", ..DEVICE });
        self.issue("device-until-2060.pem", Order { until: "-enddate 20600229120000Z", ..DEVICE });
        self.issue("device-without-name.pem", Order { subject: "/O=Example", ..DEVICE });
        let longest = format!("/CN={}", "device-x".repeat(8));
        self.issue("device-name-of-64.pem", Order { subject: &longest, ..DEVICE });
        self.issue("device-name-in-utf8.pem", Order { subject: "/O=Größe/CN=Gerät-Ω-日本", ..DEVICE });
        let escapes = "/CN=dev\u{1b}[31m\u{7}\r\n\u{9b}2J\u{7f}ice1";
        self.issue("device-name-with-escapes.pem", Order { subject: escapes, ..DEVICE });
        self.issue("device-some-names.pem", Order { section: "some_names", ..DEVICE });
    }

    fn make_devices_with_a_flaw(&self) {
        self.issue("device-expired.pem", PAST);
        self.issue("device-expired-sha1.pem", Order { digest: "sha1", ..PAST });
        self.issue("device-not-yet-valid.pem", Order { from: TO_COME, ..DEVICE });
        self.issue("device-ten-days.pem", Order { until: "-days 10", ..DEVICE });
        self.issue("device-sha1.pem", Order { digest: "sha1", ..DEVICE });
        self.issue("device-md5.pem", Order { digest: "md5", by: BY_RSA_ROOT, ..DEVICE });
        self.issue("device-server-only.pem", Order { section: "server", ..DEVICE });
        self.issue("device-many-names.pem", Order { section: "many_names", ..DEVICE });
        self.openssl("req -new -config ca.cnf -key keys/p256a.pem -subj /CN=device1 -out request.pem");
        self.openssl(
            "x509 -req -in request.pem -CA files/root.pem -CAkey keys/authority.pem -set_serial 7 -days 3650 \
             -out files/device-version-1.pem",
        );
        self.openssl(
            "x509 -req -in request.pem -signkey keys/p256a.pem -days 3650 \
             -out files/self-signed-version-1.pem",
        );
    }

    /// A file with the certificate of `source` spelled in another way.
    fn spell(&mut self, name: &'static str, source: &'static str, text: impl AsRef<[u8]>) {
        self.write(name, text);
        self.spelled.insert(name, source);
    }

    fn make_spellings(&mut self) {
        const SOURCE: &str = "device-p256.pem";
        let pem = self.text(SOURCE);
        let lines: Vec<&str> = pem.lines().collect();
        let body = lines[1..lines.len() - 1].concat();
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect()
        };
        let relabelled = |label: &str| pem.replace("CERTIFICATE", label);
        let trusted =
            self.openssl("x509 -in files/device-p256.pem -trustout -addtrust clientAuth -setalias mine");
        let described = self.openssl("x509 -in files/device-p256.pem -text");
        let indented: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        let spellings: Vec<(&'static str, Vec<u8>)> = vec![
            ("byte-order-mark.pem", format!("\u{feff}{pem}").into_bytes()),
            ("utf-16-le.pem", utf16(&pem, u16::to_le_bytes)),
            ("utf-16-be.pem", utf16(&pem, u16::to_be_bytes)),
            ("utf-16-crlf.pem", utf16(&pem.replace('\n', "\r\n"), u16::to_le_bytes)),
            ("crlf.pem", pem.replace('\n', "\r\n").into_bytes()),
            ("cr.pem", pem.replace('\n', "\r").into_bytes()),
            ("all-at-once.pem", format!("\u{feff}{}", indented.replace('\n', "\r\n")).into_bytes()),
            ("indented.pem", indented.into_bytes()),
            ("text-before.pem", described),
            ("text-after.pem", format!("{pem}That was the certificate.\n").into_bytes()),
            ("no-last-line-end.pem", pem.trim_end().as_bytes().to_vec()),
            ("one-line.pem", format!("{}\n{body}\n{}\n", lines[0], lines[lines.len() - 1]).into_bytes()),
            ("trusted.pem", trusted),
            ("x509-label.pem", relabelled("X509 CERTIFICATE").into_bytes()),
            ("device1.pem.crt.txt", pem.clone().into_bytes()),
            ("certificate.key", pem.clone().into_bytes()),
            ("der.pem", self.read("device-p256.der")),
        ];
        for (name, content) in spellings {
            self.spell(name, SOURCE, content);
        }
    }

    fn make_chains(&self) {
        self.issue(
            "device-by-expired.pem",
            Order { by: Some(("intermediate-expired.pem", "middle")), ..DEVICE },
        );
        let chains = [
            ("chain.pem", "device-by-intermediate.pem+intermediate.pem+root.pem"),
            ("chain-without-root.pem", "device-by-intermediate.pem+intermediate.pem"),
            ("chain-reversed.pem", "root.pem+intermediate.pem+device-by-intermediate.pem"),
            ("chain-mixed.pem", "device-by-intermediate.pem+root.pem+intermediate.pem"),
            ("chain-repeated.pem", "device-by-intermediate.pem+intermediate.pem+intermediate.pem+root.pem"),
            ("chain-unrelated.pem", "device-by-rsa-root.pem+device-by-intermediate.pem"),
            ("chain-missing-link.pem", "device-by-intermediate.pem+root.pem"),
            ("chain-namesake.pem", "device-p256.pem+root-namesake.pem"),
            ("chain-expired-device.pem", "device-expired.pem+root.pem"),
            ("chain-expired-intermediate.pem", "device-by-expired.pem+intermediate-expired.pem+root.pem"),
            ("root-bundle.pem", "root.pem+root-rsa-2048.pem+root-rsa-4096.pem"),
            ("root-bundle-with-expired.pem", "baltimore.pem+root.pem"),
        ];
        for (file, parts) in chains {
            self.join(file, parts);
        }
        let der = |name: &str| self.openssl(&format!("x509 -in files/{name} -outform DER"));
        let parts = ["device-by-intermediate.pem", "intermediate.pem", "root.pem"];
        self.write("chain.der", parts.map(der).concat());
    }

    fn make_key_files(&mut self) {
        let copies = [
            ("rsa-2048.key", "rsa2048a"),
            ("other-rsa-2048.key", "rsa2048b"),
            ("rsa-4096.key", "rsa4096"),
            ("rsa-1024.key", "rsa1024"),
            ("p256.key", "p256a"),
            ("other-p256.key", "p256b"),
            ("p384.key", "p384"),
            ("secp256k1.key", "secp256k1"),
            ("ed25519.key", "ed25519"),
            ("x25519.key", "x25519"),
            ("dsa.key", "dsa"),
            ("key.pem.crt", "p256a"),
        ];
        for (file, key) in copies {
            self.write(file, fs::read(self.folder.path().join(format!("keys/{key}.pem"))).unwrap());
        }
        let recipes = [
            "pkey -in keys/rsa2048a.pem -out files/rsa-2048-pkcs8.key",
            "pkey -in keys/p256a.pem -out files/p256-pkcs8.key",
            "pkey -in keys/dsa.pem -traditional -out files/dsa-traditional.key",
            "pkcs8 -topk8 -nocrypt -in keys/rsa2048a.pem -outform DER -out files/rsa-2048-pkcs8.der",
            "pkcs8 -topk8 -nocrypt -in keys/p256a.pem -outform DER -out files/p256-pkcs8.der",
            "rsa -in keys/rsa2048a.pem -traditional -outform DER -out files/rsa-2048-pkcs1.der",
            "ec -in keys/p256a.pem -outform DER -out files/p256-sec1.der",
            "pkey -in keys/p256a.pem -pubout -out files/public.pem",
            "rsa -in keys/rsa2048a.pem -RSAPublicKey_out -out files/rsa-public.pem",
            "pkey -in keys/rsa2048a.pem -pubout -out files/rsa-2048-public.key",
            "ecparam -name prime256v1 -out files/only-parameters.pem",
        ];
        for recipe in recipes {
            self.openssl(recipe);
        }
        self.join("p256-with-parameters.key", "only-parameters.pem+p256.key");
        let key = self.text("rsa-2048.key");
        self.write("rsa-2048-crlf.key", key.replace('\n', "\r\n"));
        self.write("rsa-2048-byte-order-mark.key", format!("\u{feff}{key}"));
        self.write("openssh.key", self.openssh_key());
    }

    /// The P-256 key as `ssh-keygen` writes it.
    fn openssh_key(&self) -> String {
        let sec1 = self.openssl("ec -in keys/p256a.pem -outform DER");
        let (scalar, point) = (&sec1[7..39], &sec1[sec1.len() - 65..]);
        let string = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        let number = if scalar[0] < 0x80 { scalar.to_vec() } else { [&[0], scalar].concat() };
        let public = [string(b"ecdsa-sha2-nistp256"), string(b"nistp256"), string(point)].concat();
        let mut private = [vec![1; 8], public.clone(), string(&number), string(b"me@pc")].concat();
        for padding in 1..=8 {
            if private.len() % 8 != 0 {
                private.push(padding);
            }
        }
        let whole = [
            b"openssh-key-v1\0".to_vec(),
            string(b"none"),
            string(b"none"),
            string(b""),
            1_u32.to_be_bytes().to_vec(),
            string(&public),
            string(&private),
        ];
        pem("OPENSSH PRIVATE KEY", &whole.concat())
    }

    fn make_encrypted_keys(&self) {
        let pkcs8 = [
            ("encrypted-aes.key", "p256a", "-v2 aes-256-cbc -v2prf hmacWithSHA256"),
            ("encrypted-rsa.key", "rsa2048a", "-v2 aes-128-cbc -v2prf hmacWithSHA256"),
            ("encrypted-scrypt.key", "p256a", "-scrypt"),
            ("encrypted-3des.key", "p256a", "-v2 des3"),
            ("encrypted-hmac-sha1.key", "p256a", "-v2 aes-128-cbc -v2prf hmacWithSHA1"),
            ("encrypted-pbes1.key", "p256a", "-v1 PBE-SHA1-3DES"),
            ("encrypted-aes.der", "p256a", "-v2 aes-256-cbc -outform DER"),
        ];
        for (file, key, how) in pkcs8 {
            self.openssl(&format!(
                "pkcs8 -topk8 -in keys/{key}.pem {how} -passout pass:{PASSWORD} -out files/{file}"
            ));
        }
        let passout = format!("-passout pass:{PASSWORD}");
        self.openssl(&format!(
            "rsa -in keys/rsa2048a.pem -traditional -aes128 {passout} \
             -out files/encrypted-traditional-rsa.key"
        ));
        self.openssl(&format!(
            "ec -in keys/p256a.pem -aes256 {passout} -out files/encrypted-traditional-ec.key"
        ));
        // Two thousand million rounds, and 68 GB of memory.
        let salt = tlv(4, &[&[7; 8]]);
        let rounds = tlv(2, &[&2_000_000_000_u32.to_be_bytes()]);
        let digest = tlv(0x30, &[&tlv(6, &[&HMAC_SHA256]), &[5, 0]]);
        let pbkdf2 = tlv(0x30, &[&tlv(6, &[&PBKDF2]), &tlv(0x30, &[&salt, &rounds, &digest])]);
        self.write("costly-pbkdf2.key", encrypted_with(&pbkdf2));
        let memory = tlv(2, &[&(1_u32 << 26).to_be_bytes()]);
        let scrypt = tlv(0x30, &[&salt, &memory, &[2, 1, 8], &[2, 1, 1]]);
        self.write("costly-scrypt.key", encrypted_with(&tlv(0x30, &[&tlv(6, &[&SCRYPT]), &scrypt])));
    }

    fn make_requests_and_lists(&self) {
        let subject = "-config ca.cnf -key keys/p256a.pem -subj /CN=device1";
        self.openssl(&format!("req -new {subject} -out files/request.pem"));
        self.openssl(&format!("req -new {subject} -newhdr -out files/request-new-label.pem"));
        self.openssl(&format!("req -new {subject} -outform DER -out files/request.der"));
        self.openssl(
            "ca -config ca.cnf -gencrl -crldays 3650 -cert files/root.pem -keyfile keys/authority.pem \
             -out files/revoked.crl",
        );
        self.openssl("crl -in files/revoked.crl -outform DER -out files/revoked-der.crl");
    }

    fn make_bundles(&self) {
        let bundles = [
            ("certificate-and-key.pem", "device-p256.pem+p256.key"),
            ("key-and-certificate.pem", "rsa-2048-pkcs8.key+device-rsa-2048.pem"),
            ("certificate-and-other-key.pem", "device-p256.pem+other-p256.key"),
            ("chain-and-key.pem", "device-by-intermediate.pem+intermediate.pem+root.pem+other-p256.key"),
            (
                "reversed-chain-and-key.pem",
                "root.pem+intermediate.pem+device-by-intermediate.pem+other-p256.key",
            ),
            ("request-and-key.pem", "p256.key+request.pem"),
            ("expired-and-key.pem", "device-expired.pem+p256.key"),
        ];
        for (file, parts) in bundles {
            self.join(file, parts);
        }
        let authority = fs::read_to_string(self.folder.path().join("keys/authority.pem")).unwrap();
        self.write("authority-and-key.pem", self.text("root.pem") + &authority);
        let answer = |certificate: &str| {
            json!({
                "certificateArn": "arn:aws:iot:eu-west-1:123456789012:cert/0a1b2c3d4e",
                "certificateId": "0a1b2c3d4e",
                "certificatePem": self.text(certificate),
                "keyPair": {
                    "PublicKey": self.text("rsa-2048-public.key"),
                    "PrivateKey": self.text("rsa-2048.key"),
                },
            })
            .to_string()
        };
        self.write("aws-answer.json", answer("device-rsa-2048.pem"));
        self.write("aws-answer-other-key.json", answer("device-p256.pem"));
        self.write("certs.c", self.certs_c());
    }

    /// Roots in C, as Azure's SDK has them.
    fn certs_c(&self) -> String {
        let literals =
            |pem: &str| -> String { pem.lines().map(|line| format!("\"{line}\\r\\n\"\n")).collect() };
        let mut text = String::from(
            "// Copyright (c) Example. All rights reserved.\n\n#include \"certs.h\"\n\n\
             /* Roots of the public cloud \"contoso\" */\nconst char certificates[] =\n\
             #if defined(USE_AZURE_CLOUD_RSA_CERT) || !defined(USE_ONE)\n",
        );
        let own = self.text("root.pem");
        let roots = [
            ("Baltimore", BALTIMORE),
            ("Example Root", own.as_str()),
            ("DigiCert Global Root CA", DIGICERT_GLOBAL_ROOT_CA),
        ];
        for (name, root) in roots {
            text += &format!("/* {name} */\n{}// the end of {name}\n", literals(root));
        }
        text + "#endif\n;\n"
    }

    fn make_stores(&self) {
        let passout = format!("-passout pass:{PASSWORD}");
        let pair = "-inkey keys/p256a.pem -in files/device-p256.pem";
        self.openssl(&format!("pkcs12 -export {pair} {passout} -out files/store.p12"));
        self.openssl(&format!(
            "pkcs12 -export {pair} -certfile files/root.pem {passout} -out files/store-with-root.pfx"
        ));
        self.openssl(&format!("pkcs12 -export -legacy {pair} {passout} -out files/store-legacy.p12"));
        self.openssl(&format!("pkcs12 -export {pair} -iter 70000 {passout} -out files/costly.p12"));
        // The number of rounds of its check sum stands last: make it two thousand million, one byte longer.
        let mut store = self.read("costly.p12");
        let end = store.len();
        assert_eq!(
            (&store[end - 5..], &store[end - 68..end - 66]),
            (&[2, 3, 1, 0x11, 0x70][..], &[0x30, 66][..])
        );
        store.splice(end - 5.., [2, 4, 0x7f, 0xff, 0xff, 0xff]);
        store[end - 67] += 1;
        let length = u16::from_be_bytes([store[2], store[3]]) + 1;
        store[2..4].copy_from_slice(&length.to_be_bytes());
        self.write("costly.p12", store);
    }

    fn make_archives(&self) {
        let package = [
            ("thing1.cert.pem", self.read("device-rsa-2048.pem")),
            ("thing1.private.key", self.read("rsa-2048.key")),
            ("thing1.public.key", self.read("rsa-2048-public.key")),
            ("thing1-Policy", br#"{"Version":"2012-10-17","Statement":[]}"#.to_vec()),
            ("start.sh", b"#!/bin/sh\n# stop script on error\nset -e\n".to_vec()),
        ];
        let entries = |method| -> Vec<Entry> {
            package.iter().map(|(name, content)| self.entry(name, content, method)).collect()
        };
        self.write("connect_device_package.zip", zip(&entries(DEFLATED)));
        let stored = entries(STORED);
        self.write("stored.zip", zip(&stored));
        self.write("cut.zip", &zip(&stored)[..1000]);
        self.write("nothing-useful.zip", zip(&stored[3..]));
        let name = "../../e\u{1b}[31mvil.cert.pem";
        self.write("odd-name.zip", zip(&[self.entry(name, &self.read("device-p256.pem"), STORED)]));
        // 960 MiB of zeros, told truly and not.
        let zeros = self.folder.path().join("zeros");
        let size = 64 << 20;
        File::create(&zeros).unwrap().set_len(size).unwrap();
        let (packed, crc) = deflated(&zeros);
        let bomb = |size: u64| {
            let size = u32::try_from(size).unwrap();
            let name = |n| format!("thing{n}.cert.pem");
            let entry = |n| Entry { name: name(n), method: DEFLATED, packed: packed.clone(), size, crc };
            zip(&(1..=15).map(entry).collect::<Vec<_>>())
        };
        self.write("bomb.zip", bomb(size));
        self.write("hidden-bomb.zip", bomb(100));
    }

    fn entry(&self, name: &str, content: &[u8], method: u16) -> Entry {
        let file = self.folder.path().join("entry");
        fs::write(&file, content).unwrap();
        let (deflated, crc) = deflated(&file);
        let packed = if method == DEFLATED { deflated } else { content.to_vec() };
        Entry { name: name.to_owned(), method, packed, size: u32::try_from(content.len()).unwrap(), crc }
    }

    fn make_what_cannot_be_used(&self) {
        let certificate = self.text("device-p256.pem");
        let key = self.text("rsa-2048.key");
        let (_, body) = certificate.split_once('\n').unwrap();
        let noise = (0_u32..5000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]);
        let page =
            "\n<!DOCTYPE HTML>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>\n";
        let unusable: Vec<(&str, Vec<u8>)> = vec![
            ("empty.pem", Vec::new()),
            ("blank.pem", b" \t\r\n\n   \n".to_vec()),
            ("noise.pem", noise.collect()),
            ("notes.txt", b"The certificate is in the other folder.\n".to_vec()),
            ("package.json", br#"{"name":"sensor","version":"1.0.0","private":true}"#.to_vec()),
            ("page.pem", page.as_bytes().to_vec()),
            ("page.html", page.trim().to_lowercase().into_bytes()),
            ("cut.pem", certificate.as_bytes()[..300].to_vec()),
            ("cut.key", key.as_bytes()[..900].to_vec()),
            (
                "cut-chain.pem",
                [self.text("device-by-intermediate.pem").as_bytes(), &certificate.as_bytes()[..300]].concat(),
            ),
            ("cut.der", self.read("device-p256.der")[..200].to_vec()),
            ("damaged-letter.pem", format!("-----BEGIN CERTIFICATE-----\n!{}", &body[1..]).into_bytes()),
            ("damaged-length.pem", format!("-----BEGIN CERTIFICATE-----\nMIIF{}", &body[4..]).into_bytes()),
            ("damaged.key", key.replacen("MII", "MI!", 1).into_bytes()),
            ("mislabelled.pem", key.replace("RSA PRIVATE KEY", "CERTIFICATE").into_bytes()),
            ("too-large.pem", [certificate.as_bytes(), &vec![b'\n'; 2 << 20]].concat()),
            ("unreadable.pem", certificate.as_bytes().to_vec()),
        ];
        for (name, content) in unusable {
            self.write(name, content);
        }
        fs::set_permissions(self.path("unreadable.pem"), Permissions::from_mode(0o000)).unwrap();
        fs::create_dir(self.path("folder")).unwrap();
    }

    fn make_tokens(&self) {
        let token = |fields: &str| format!("SharedAccessSignature {fields}");
        let resource = RESOURCE.replace('/', "%2F");
        let (sr, sig) = (format!("sr={resource}"), format!("sig={SIGNATURE}"));
        let soon = UNIX_EPOCH.elapsed().unwrap().as_secs() + 10 * 86_400;
        let tokens = [
            ("token.txt", format!("{sr}&{sig}&se=2000000000\n")),
            ("token-with-policy.txt", format!("{sr}&{sig}&se=2000000000&skn=device")),
            ("token-in-another-order.txt", format!("{sr}&{sig}&skn=device&se=2000000000\r\n")),
            (
                "token-dps.txt",
                format!("sr=0ne00ABCDEF%2Fregistrations%2Fninadps&{sig}&se=2000000000&skn=registration"),
            ),
            ("token-expired.txt", format!("{sr}&{sig}&se=1591876214")),
            ("token-soon.txt", format!("{sr}&{sig}&se={soon}")),
            ("token-without-expiry.txt", format!("{sr}&{sig}")),
            ("token-without-signature.txt", format!("{sr}&se=2000000000")),
            ("token-without-resource.txt", format!("{sig}&se=2000000000")),
            ("token-bad-signature.txt", format!("{sr}&sig=no*base64&se=2000000000")),
            ("token-bad-expiry.txt", format!("{sr}&{sig}&se=tomorrow")),
        ];
        for (name, fields) in tokens {
            self.write(name, token(&fields));
        }
    }

    fn make_connection_strings(&self) {
        let hub = "HostName=contoso.azure-devices.net";
        let key = format!("SharedAccessKey={SHARED_KEY}");
        let device = format!("{hub};DeviceId=MyDevice01");
        let token = |expires: u32| {
            let resource = RESOURCE.replace('/', "%2F");
            format!("SharedAccessSignature=SharedAccessSignature sr={resource}&sig={SIGNATURE}&se={expires}")
        };
        let policy = |name: &str| format!("{hub};SharedAccessKeyName={name};{key}");
        let provisioning =
            policy("provisioningserviceowner").replace(".azure-devices.", "-dps.azure-devices-provisioning.");
        let buses =
            format!("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=service;{key}");
        let strings = [
            ("device-string.txt", format!("{device};{key}")),
            (
                "device-string-any-case.txt",
                format!(" hostname=contoso.azure-devices.net;DEVICEID=d;{key};\n"),
            ),
            ("device-string-x509.txt", format!("{device};x509=true")),
            ("device-string-token.txt", format!("{device};{}", token(2_000_000_000))),
            ("device-string-expired-token.txt", format!("{device};{}", token(1_591_876_214))),
            ("module-string.txt", format!("{device};ModuleId=sensor;{key}")),
            ("gateway-string.txt", format!("{device};{key};GatewayHostName=edge.example.com")),
            ("owner-string.txt", policy("iothubowner")),
            ("service-string.txt", policy("service")),
            ("dps-owner-string.txt", provisioning),
            ("event-hubs-string.txt", format!("{buses};EntityPath=contoso")),
            ("string-without-device.txt", format!("{hub};{key}")),
            ("string-without-host.txt", format!("DeviceId=MyDevice01;{key}")),
            ("string-without-key.txt", device.clone()),
            ("string-bad-key.txt", format!("{device};SharedAccessKey=no*base64")),
            ("string-unknown-word.txt", format!("{device};Colour=blue;{key}")),
            (
                "string-template.txt",
                "HostName=<hub>.azure-devices.net;DeviceId=<device>;SharedAccessKey=<key>".to_owned(),
            ),
        ];
        for (name, text) in strings {
            self.write(name, text);
        }
    }
}

/// With as many names in `some_names` as a module takes in one certificate, and more in `many_names`.
fn configuration() -> String {
    let mut text = CONFIGURATION.to_owned();
    for (section, count) in [("some_names", 180), ("many_names", 230)] {
        text += &format!("[{section}]\nbasicConstraints = CA:FALSE\nsubjectAltName = @{section}_list\n");
        text += &format!("[{section}_list]\n");
        for n in 0..count {
            text += &format!("DNS.{n} = host-{n:03}.devices.example.com\n");
        }
    }
    text
}

/// The base64 bodies of the private keys in `text`.
fn private_bodies(text: &str) -> Vec<String> {
    let mut bodies = Vec::new();
    for part in text.split("PRIVATE KEY-----").skip(1) {
        let lines = part.lines().skip(1).take_while(|line| !line.starts_with("-----"));
        let body: String = lines.filter(|line| !line.contains(':')).map(str::trim).collect();
        if !body.is_empty() {
            bodies.push(body);
        }
    }
    bodies
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

const PBES2: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const HMAC_SHA256: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];
const SCRYPT: [u8; 9] = [0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];
const AES256_CBC: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

/// A key that nobody can open, encrypted by way of `derivation`.
fn encrypted_with(derivation: &[u8]) -> String {
    let cipher = tlv(0x30, &[&tlv(6, &[&AES256_CBC]), &tlv(4, &[&[9; 16]])]);
    let scheme = tlv(0x30, &[&tlv(6, &[&PBES2]), &tlv(0x30, &[derivation, &cipher])]);
    pem("ENCRYPTED PRIVATE KEY", &tlv(0x30, &[&scheme, &tlv(4, &[&[5; 144]])]))
}

/// A DER value out of its parts.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match (high, low) {
        (0, 0..0x80) => vec![tag, low],
        (0, _) => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, content].concat()
}

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A file in a zip archive.
struct Entry {
    name: String,
    method: u16,
    packed: Vec<u8>,
    /// What is said of its size.
    size: u32,
    crc: u32,
}

/// A zip archive, written by the book.
fn zip(entries: &[Entry]) -> Vec<u8> {
    let number = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let start = number(archive.len());
        let name = entry.name.as_bytes();
        // Version 2.0, names in UTF-8, midnight of 1980-01-01.
        let facts = [
            &[20, 0, 0, 8][..],
            &entry.method.to_le_bytes(),
            &[0, 0, 0x21, 0],
            &entry.crc.to_le_bytes(),
            &number(entry.packed.len()),
            &entry.size.to_le_bytes(),
            &number(name.len()),
        ]
        .concat();
        archive.extend([&b"PK\x03\x04"[..], &facts, name, &entry.packed].concat());
        directory.extend([&b"PK\x01\x02\x14\0"[..], &facts, &[0; 10], &start, name].concat());
    }
    let count = u16::try_from(entries.len()).unwrap().to_le_bytes();
    let (offset, length) = (number(archive.len()), number(directory.len()));
    let end = [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &length, &offset, &[0, 0]].concat();
    [archive, directory, end].concat()
}

/// A file's content as a raw DEFLATE stream, and its CRC.
fn deflated(file: &Path) -> (Vec<u8>, u32) {
    let output = Command::new(program("gzip", "gzip")).args(["-c", "-n"]).arg(file).output().unwrap();
    assert!(output.status.success(), "gzip: {}", String::from_utf8_lossy(&output.stderr));
    let gzip = output.stdout;
    let end = gzip.len() - 8;
    let crc = u32::from_le_bytes(gzip[end..end + 4].try_into().unwrap());
    (gzip[10..end].to_vec(), crc)
}
