//! Who is trusted, who is not, and by which name a refusal goes.

use super::*;

fn ends(client: ClientTls, server: ServerTls) -> (Option<Failure>, Option<Failure>) {
    let mut pair = Pair::new(settings(Some(client)), Some(server));
    pair.run();
    (pair.client_end().clone(), pair.server_end().clone())
}

#[test]
fn client_and_server_with_fitting_certificates_connect() {
    let mut pair = Pair::new(settings(Some(client_tls())), Some(server_tls()));
    pair.run();
    assert_eq!(pair.events, [Event::Connected]);
    let client_chain = pki().client.chain.clone();
    assert_eq!(pair.requests.first(), Some(&Request::TlsDone { client_chain }));
}

#[test]
fn a_wrong_host_name_is_named_with_the_right_one() {
    let mut wrong = settings(Some(client_tls()));
    wrong.host = "other.example".to_owned();
    let mut pair = Pair::new(wrong, Some(server_tls()));
    pair.run();
    let Some(Failure::NameMismatch { expected, presented }) = pair.client_end() else {
        panic!("{:?}", pair.events)
    };
    assert_eq!(expected, "other.example");
    assert!(presented.contains(HOST), "{presented}");
}

#[test]
fn a_server_certificate_from_an_unknown_issuer_is_refused_and_the_server_learns_it() {
    let roots = vec![foreign_pki().root.clone()];
    let (client, server) = ends(ClientTls { roots, ..client_tls() }, server_tls());
    assert_eq!(client, Some(Failure::UnknownIssuer));
    assert_eq!(server, Some(Failure::AlertReceived(Alert::UnknownCa)));
}

#[test]
fn a_root_of_the_right_name_but_with_another_key_is_told_apart() {
    let roots = vec![Pki::new("root").root];
    let (client, _) = ends(ClientTls { roots, ..client_tls() }, server_tls());
    assert_eq!(client, Some(Failure::SignatureInvalid));
}

#[test]
fn without_roots_the_client_accepts_any_server_at_any_date() {
    let settings = settings(Some(ClientTls { roots: vec![], ..client_tls() }));
    let foreign = ServerTls { identity: foreign_pki().server.clone(), ..server_tls() };
    let mut pair = Pair::at(settings, Some(foreign), UnixTime(NOT_AFTER.0 + 1));
    pair.run();
    assert_eq!(pair.events, [Event::Connected]);
}

#[test]
fn the_clock_that_is_passed_in_judges_the_certificate() {
    let at = |now| {
        let mut pair = Pair::at(settings(Some(client_tls())), Some(server_tls()), now);
        pair.run();
        pair.events
    };
    assert_eq!(at(UnixTime(NOT_AFTER.0 + 1)), [Event::Closed(Some(Failure::Expired))]);
    assert_eq!(at(UnixTime(NOT_BEFORE.0 - 1)), [Event::Closed(Some(Failure::NotYetValid))]);
    assert_eq!(at(NOT_AFTER), [Event::Connected]);
}

#[test]
fn one_prepared_configuration_judges_each_connection_anew() {
    let (client, server) = (settings(Some(client_tls())), server_tls().prepare().unwrap());
    for (now, connects) in [(NOW, true), (UnixTime(NOT_AFTER.0 + 1), false), (NOW, true)] {
        let mut pair = Pair::at(client.clone(), None, now);
        pair.server = Server::new(Some(&server), NOW).unwrap();
        pair.run();
        assert_eq!(pair.events == [Event::Connected], connects);
    }
}

#[test]
fn a_missing_client_certificate_is_refused() {
    let (client, server) = ends(ClientTls { identity: None, ..client_tls() }, server_tls());
    assert_eq!(client, Some(Failure::AlertReceived(Alert::CertificateRequired)));
    assert_eq!(server, Some(Failure::CertificateMissing));
}

#[test]
fn a_client_certificate_from_a_foreign_authority_is_refused() {
    let identity = Some(foreign_pki().client.clone());
    let (client, server) = ends(ClientTls { identity, ..client_tls() }, server_tls());
    assert_eq!(client, Some(Failure::AlertReceived(Alert::UnknownCa)));
    assert_eq!(server, Some(Failure::UnknownIssuer));
}

#[test]
fn an_expired_client_certificate_is_refused() {
    let later = UnixTime(NOT_AFTER.0 + 1);
    // The client does not look at the server's certificate, so that the server is the one who refuses.
    let client = ClientTls { roots: vec![], ..client_tls() };
    let mut pair = Pair::new(settings(Some(client)), Some(server_tls()));
    pair.server = Server::new(Some(&server_tls().prepare().unwrap()), later).unwrap();
    pair.run();
    assert_eq!(*pair.client_end(), Some(Failure::AlertReceived(Alert::CertificateExpired)));
    assert_eq!(*pair.server_end(), Some(Failure::Expired));
}

#[test]
fn a_server_that_asks_for_no_certificate_gets_none() {
    let server = ServerTls { clients: ClientCertificates::NotAsked, ..server_tls() };
    let mut pair = Pair::new(settings(Some(client_tls())), Some(server));
    pair.run();
    assert_eq!(pair.events, [Event::Connected]);
    assert_eq!(pair.requests.first(), Some(&Request::TlsDone { client_chain: vec![] }));
}

#[test]
fn a_server_whose_owner_judges_takes_any_certificate_or_none() {
    let foreign = foreign_pki().client.clone();
    for identity in [Some(pki().client.clone()), Some(foreign), None] {
        let server = ServerTls { clients: ClientCertificates::Asked, ..server_tls() };
        let client_chain = identity.as_ref().map(|identity| identity.chain.clone()).unwrap_or_default();
        let mut pair = Pair::new(settings(Some(ClientTls { identity, ..client_tls() })), Some(server));
        pair.run();
        assert_eq!(pair.events, [Event::Connected]);
        assert_eq!(pair.requests.first(), Some(&Request::TlsDone { client_chain }));
    }
}

#[test]
fn a_key_that_does_not_belong_to_its_certificate_is_found_before_any_byte_is_sent() {
    let mismatched = Identity { key: foreign_pki().client.key.clone(), ..pki().client.clone() };
    let client = ClientTls { identity: Some(mismatched.clone()), ..client_tls() };
    assert_eq!(client.prepare().err(), Some(Failure::KeyMismatch));
    let server = ServerTls { identity: mismatched, clients: ClientCertificates::NotAsked };
    assert_eq!(server.prepare().err(), Some(Failure::KeyMismatch));
}

#[test]
fn unusable_parts_are_told_apart() {
    let old = ClientTls { version: TlsVersion::OneOne, ..client_tls() };
    assert_eq!(old.prepare().err(), Some(Failure::VersionUnsupported(TlsVersion::OneOne)));
    let rootless = ClientTls { roots: vec![b"no certificate".to_vec()], ..client_tls() };
    assert_eq!(rootless.prepare().err(), Some(Failure::RootUnusable));
    let keyless = Identity { key: Zeroizing::new(b"no key".to_vec()), ..pki().client.clone() };
    let keyless = ClientTls { identity: Some(keyless), ..client_tls() };
    assert!(matches!(keyless.prepare().err(), Some(Failure::IdentityUnusable(_))));
    let nameless = ClientSettings { host: "two words".to_owned(), ..settings(Some(client_tls())) };
    assert_eq!(Client::new(nameless, NOW).err(), Some(Failure::HostInvalid("two words".to_owned())));
}

#[test]
fn a_server_without_tls_is_recognised() {
    let mut client = Client::new(settings(Some(client_tls())), NOW).unwrap();
    client.handle_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n", Moment::START);
    assert_eq!(client.poll_event(), Some(Event::Closed(Some(Failure::NotTls))));
}

#[test]
fn a_close_is_named_after_what_it_interrupts() {
    let mut client = Client::new(settings(Some(client_tls())), NOW).unwrap();
    client.handle_close();
    assert_eq!(client.poll_event(), Some(Event::Closed(Some(Failure::ClosedDuringTls))));

    let mut pair = Pair::new(settings(Some(client_tls())), Some(server_tls()));
    pair.run_with(Server::close);
    assert_eq!(pair.events, [Event::Closed(Some(Failure::ClosedBeforeConnack))]);
}

#[test]
fn debug_texts_hold_no_key() {
    let shown = format!("{:?}", settings(Some(client_tls())));
    assert!(shown.contains("PreparedClientTls") && shown.len() < 300, "{shown}");
}
