//! Holds the sources to `ARCHITECTURE.md`: who may use whom, and who alone may touch the world outside.
//! The table of imports is read from that page; moving a wall means changing it there.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::rust_source::{Named, Source, sources};

const PAGE: &str = include_str!("../../ARCHITECTURE.md");

/// The files that are no module: the list of modules and the program's start.
const ROOTS: [&str; 2] = ["lib", "main"];

const MAX_LINES: usize = 600;

#[test]
fn every_module_uses_only_what_the_table_allows() {
    let table = table(PAGE);
    let allowed = |source: &Source, used: &str| {
        source.module() == used || table.get(source.module()).is_some_and(|row| row.contains(used))
    };
    let mut offences = Vec::new();
    for source in modules() {
        let used = source.children_of("crate").into_iter().chain(source.children_of_root_by_super());
        for Named { line, name } in used.filter(|used| table.contains_key(&used.name)) {
            if !allowed(&source, &name) {
                offences.push(format!(
                    "src/{}:{line}: `{}` may not use `{name}`",
                    source.path,
                    source.module()
                ));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn every_module_stands_in_the_table() {
    let table = table(PAGE);
    let unknown = modules().into_iter().filter(|source| !table.contains_key(source.module()));
    let offences =
        unknown.map(|source| format!("src/{}:1: `{}` is not in the table", source.path, source.module()));
    assert_none(&offences.collect::<Vec<_>>());
}

#[test]
fn the_crate_root_only_lists_modules() {
    let root = sources().into_iter().find(|source| source.path == "lib.rs").unwrap();
    let uses = root.identifiers().filter(|word| word.name == "use");
    let offences =
        uses.map(|word| format!("src/lib.rs:{}: a path through the root would pass the table by", word.line));
    assert_none(&offences.collect::<Vec<_>>());
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let silent = sources().into_iter().filter(|source| !source.text.starts_with("//! "));
    assert_none(&silent.map(|source| format!("src/{}:1: no `//!`", source.path)).collect::<Vec<_>>());
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let lengths = sources().into_iter().map(|source| (source.path, source.text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > MAX_LINES);
    assert_none(
        &long.map(|(path, lines)| format!("src/{path}:{lines}: over {MAX_LINES} lines")).collect::<Vec<_>>(),
    );
}

#[test]
fn only_the_window_names_the_toolkit() {
    only(&["ui", "main"], &["egui", "eframe", "egui_extras", "egui_material_icons"]);
}

#[test]
fn only_mqtt_names_its_codec() {
    only(&["mqtt"], &["mqtt_protocol_core"]);
}

#[test]
fn only_credential_names_what_writes_certificates() {
    only(&["credential"], &["rcgen"]);
}

#[test]
fn only_one_file_names_the_archived_pem_reader() {
    let offences = sources().into_iter().filter(|source| source.path != "credential/pem.rs");
    assert_none(&offences.flat_map(|source| naming(&source, &["rustls_pemfile"])).collect::<Vec<_>>());
}

#[test]
fn only_the_shell_opens_ports_and_sockets() {
    only(&["shell"], &["serialport", "rustix", "TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"]);
}

#[test]
fn only_one_file_reaches_the_keyring_of_the_system() {
    let clients = [
        "keyring_core",
        "zbus_secret_service_keyring_store",
        "apple_native_keyring_store",
        "windows_native_keyring_store",
    ];
    let offences = sources().into_iter().filter(|source| source.path != "shell/keyring.rs");
    assert_none(&offences.flat_map(|source| naming(&source, &clients)).collect::<Vec<_>>());
}

#[test]
fn only_the_shell_and_the_sub_commands_touch_files_threads_and_the_environment() {
    let inside = ["shell", "cli", "main"];
    let outside = sources().into_iter().filter(|source| !inside.contains(&source.module()));
    let offences = outside.flat_map(|source| {
        let used = source.children_of("std").into_iter();
        let used = used.filter(|used| ["fs", "thread", "env"].contains(&used.name.as_str()));
        used.map(|used| format!("src/{}:{}: names `std::{}`", source.path, used.line, used.name))
            .collect::<Vec<_>>()
    });
    assert_none(&offences.collect::<Vec<_>>());
}

#[test]
fn the_table_is_read_as_it_is_meant() {
    let page = "\
        | module | may use |\n\
        |---|---|\n\
        | `problem` | nothing |\n\
        | `at`, `edm` | nothing |\n\
        | `session` | `at`, `edm` |\n\
        | `cli` | everything but `edm` |\n";
    let table = table(page);
    let row = |name: &str| table[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(row("edm"), ["problem"]);
    assert_eq!(row("session"), ["at", "edm", "problem"]);
    assert_eq!(row("cli"), ["at", "cli", "problem", "session"]);
}

/// Fails with each place outside `modules` that uses one of these identifiers.
fn only(modules: &[&str], identifiers: &[&str]) {
    let outside = sources().into_iter().filter(|source| !modules.contains(&source.module()));
    assert_none(&outside.flat_map(|source| naming(&source, identifiers)).collect::<Vec<_>>());
}

fn naming(source: &Source, identifiers: &[&str]) -> Vec<String> {
    let named = source.identifiers().filter(|word| identifiers.contains(&word.name.as_str()));
    named.map(|word| format!("src/{}:{}: names `{}`", source.path, word.line, word.name)).collect()
}

fn modules() -> Vec<Source> {
    sources().into_iter().filter(|source| !ROOTS.contains(&source.module())).collect()
}

fn assert_none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

/// What each module may use beside itself.
fn table(page: &str) -> BTreeMap<String, BTreeSet<String>> {
    const EVERYBODY_MAY_USE: [&str; 3] = ["moment", "problem", "secret"];
    let (_, body) = page.split_once("| module | may use |\n").unwrap();
    let rows = body.lines().take_while(|line| line.starts_with('|')).skip(1);
    let rows = rows.map(|row| row.trim_matches('|').split_once('|').unwrap());
    let rows = rows.map(|(modules, used)| (quoted(modules), used.trim())).collect::<Vec<_>>();
    let all = rows.iter().flat_map(|(modules, _)| modules.clone()).collect::<BTreeSet<_>>();
    let mut table = BTreeMap::new();
    for (modules, used) in rows {
        let mut may_use = quoted(used);
        assert!(may_use.is_subset(&all), "{may_use:?} are not all modules");
        if used.starts_with("everything but ") {
            may_use = all.difference(&may_use).cloned().collect();
        }
        may_use.extend(EVERYBODY_MAY_USE.into_iter().filter(|name| all.contains(*name)).map(str::to_owned));
        table.extend(modules.into_iter().map(|module| (module, may_use.clone())));
    }
    table
}

/// The names between backticks.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
