//! What the most expensive files under 1 MB cost to read and to judge: time and memory, the worst of each kind. A program,
//! not a test: it prints what it measured. Files that demand to have a key derived from a password are not among them;
//! their cost is bounded in `credential::encrypted_key`.
//!
//! `cargo bench --bench reading`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a measurement")]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock and the system")]

use std::io::{Cursor, Write};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use xpress_center::credential::check::{File, Naming, together};
use xpress_center::credential::{read, roots};
use xpress_center::moment::UnixTime;

/// As large as a file may be for the promise that is measured here.
const LIMIT: usize = 1_000_000;
const NOW: UnixTime = UnixTime(1_900_000_000);

/// Each kind in a process of its own, so that memory which was used before does not hide what is used now.
fn main() {
    match env::args().skip(1).find_map(|argument| argument.parse().ok()) {
        Some(kind) => one(kind),
        None => all(),
    }
}

fn all() {
    println!("{:<44} {:>10} {:>10}", "file of 1 MB", "time", "memory");
    for kind in 0..=files().len() {
        Command::new(env::current_exe().unwrap()).arg(kind.to_string()).status().unwrap();
    }
}

fn one(kind: usize) {
    match files().into_iter().nth(kind) {
        Some((what, bytes)) => measured(what, &[bytes]),
        None => {
            let damaged: Vec<_> = (0..20_000).map(damaged).collect();
            measured("20 000 small files, damaged: the worst", &damaged);
        }
    }
}

/// The most expensive kinds of files, each filled up to the limit.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let root = roots::builtin("amazon-root-ca-1").unwrap().pem();
    let rsa = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap().serialize_pem();
    let chain = |name: &str| namesakes(name).concat();
    let many = |text: &str| text.repeat(LIMIT / text.len()).into_bytes();
    let quoted = |text: &str| text.replace('\n', "\\n");
    vec![
        ("the same root again and again", many(&root)),
        ("RSA keys", many(&rsa)),
        ("authorities of one name", many(&chain("Namesake"))),
        ("empty sections", many("-----BEGIN A-----\n-----END A-----\n")),
        ("sections that do not end", many("-----BEGIN A-----\n")),
        ("one section of a megabyte", one_section()),
        ("JSON full of certificates", json(&quoted(&root))),
        ("nested JSON", many("[")),
        ("C source full of certificates", many(&format!("\"{}\"\n", quoted(&root)))),
        ("an archive full of certificates", archive(&root)),
        ("an archive that unpacks to 200 MB", bomb()),
        ("noise", (0u32..250_000).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()),
        ("nested sequences", [0x30u8, 0x80].repeat(LIMIT / 2)),
        ("line ends", many("\r")),
        ("text", many("a=b;")),
    ]
}

/// Certificates that all name the same issuer, each with a key of its own.
fn namesakes(name: &str) -> Vec<String> {
    let make = |_| {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
    };
    (0..50).map(make).collect()
}

fn one_section() -> Vec<u8> {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", "MIIB".repeat(LIMIT / 4 - 20))
        .into()
}

fn json(pem: &str) -> Vec<u8> {
    let texts = vec![format!("\"{pem}\""); LIMIT / (pem.len() + 3)];
    format!("[{}]", texts.join(",")).into()
}

fn archive(pem: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..200 {
        archive.start_file(format!("{index}.pem"), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(pem.repeat(4).as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("root.pem", zip::write::SimpleFileOptions::default()).unwrap();
    (0..200).for_each(|_| archive.write_all(&vec![b' '; 1 << 20]).unwrap());
    archive.finish().unwrap().into_inner()
}

/// A small file with a few bytes changed, another one for each seed.
fn damaged(seed: u32) -> Vec<u8> {
    let names: Vec<_> = roots::names().collect();
    let mut bytes = roots::builtin(names[seed as usize % names.len()]).unwrap().der().to_vec();
    let mut chance = seed;
    for _ in 0..1 + seed % 5 {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let place = (chance >> 8) as usize % bytes.len();
        bytes[place] = chance.to_le_bytes()[3];
    }
    bytes
}

fn measured(what: &str, files: &[Vec<u8>]) {
    // Without this right (not Linux) the peak only grows, and what is printed is too much rather than too little.
    let _ = fs::write("/proc/self/clear_refs", "5");
    let before = memory("VmRSS:");
    let time = files.iter().map(|bytes| cost(bytes)).max().unwrap_or_default();
    let grown = memory("VmHWM:").saturating_sub(before) / 1024;
    println!("{what:<44} {:>7.1} ms {grown:>7} MB", time.as_secs_f64() * 1000.0);
}

fn cost(bytes: &[u8]) -> Duration {
    let began = Instant::now();
    if let Ok(content) = read(bytes, None) {
        together(&[File { name: "x", content: &content }], &Naming::Free, None, NOW);
    }
    began.elapsed()
}

/// Memory in kB: what is in use, or the most that was.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
