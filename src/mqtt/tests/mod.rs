//! A client and a server in memory, joined by two byte queues on made-up clocks.

mod bytes;
mod messages;
mod trust;

use std::sync::OnceLock;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::*;
use crate::moment::{Moment, UnixTime};

const HOST: &str = "broker.example";
const NOT_BEFORE: UnixTime = UnixTime(1_700_000_000);
const NOW: UnixTime = UnixTime(1_750_000_000);
const NOT_AFTER: UnixTime = UnixTime(1_800_000_000);

/// A root with one server and one client certificate.
struct Pki {
    root: Vec<u8>,
    server: Identity,
    client: Identity,
}

/// The authority that both sides know.
fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::new("root"))
}

/// An authority that nobody knows.
fn foreign_pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| Pki::new("foreign root"))
}

impl Pki {
    fn new(name: &str) -> Self {
        let mut params = dated(CertificateParams::default());
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, new_key()).unwrap();
        let issue = |name: &str, purpose| {
            let mut params = dated(CertificateParams::new([name.to_owned()]).unwrap());
            params.extended_key_usages = vec![purpose];
            let key = new_key();
            let chain = vec![params.signed_by(&key, &authority).unwrap().der().to_vec()];
            Identity { chain, key: Zeroizing::new(key.serialize_der()) }
        };
        Self {
            root: authority.der().to_vec(),
            server: issue(HOST, ExtendedKeyUsagePurpose::ServerAuth),
            client: issue("device1", ExtendedKeyUsagePurpose::ClientAuth),
        }
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

fn dated(mut params: CertificateParams) -> CertificateParams {
    params.not_before = OffsetDateTime::from_unix_timestamp(NOT_BEFORE.0).unwrap();
    params.not_after = OffsetDateTime::from_unix_timestamp(NOT_AFTER.0).unwrap();
    params
}

fn client_tls() -> ClientTls {
    ClientTls {
        version: TlsVersion::OneTwo,
        roots: vec![pki().root.clone()],
        identity: Some(pki().client.clone()),
    }
}

fn server_tls() -> ServerTls {
    ServerTls {
        identity: pki().server.clone(),
        clients: ClientCertificates::Required(vec![pki().root.clone()]),
    }
}

fn settings(tls: Option<ClientTls>) -> ClientSettings {
    ClientSettings {
        host: HOST.to_owned(),
        tls: tls.map(|tls| tls.prepare().unwrap()),
        client_id: "device1".to_owned(),
        user: None,
        password: None,
        keep_alive: 60,
    }
}

/// Both ends, and everything they have reported.
struct Pair {
    client: Client,
    server: Server,
    now: Moment,
    events: Vec<Event>,
    requests: Vec<Request>,
}

impl Pair {
    fn new(settings: ClientSettings, server_tls: Option<ServerTls>) -> Self {
        Self::at(settings, server_tls, NOW)
    }

    fn at(settings: ClientSettings, server_tls: Option<ServerTls>, client_clock: UnixTime) -> Self {
        let server_tls = server_tls.map(|tls| tls.prepare().unwrap());
        Self {
            client: Client::new(settings, client_clock).unwrap(),
            server: Server::new(server_tls.as_ref(), NOW).unwrap(),
            now: Moment::START,
            events: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// A pair on plain TCP that is connected.
    fn connected() -> Self {
        let mut pair = Self::new(settings(None), None);
        pair.run();
        assert_eq!(pair.events, [Event::Connected]);
        pair
    }

    /// Carries bytes until both are quiet; the server says yes to everything.
    fn run(&mut self) {
        self.run_with(Server::accept);
    }

    fn run_with(&mut self, answer_connect: impl Fn(&mut Server)) {
        loop {
            let (up, down) = (self.client.poll_bytes(), self.server.poll_bytes());
            if up.is_none() && down.is_none() {
                break;
            }
            self.server.handle_bytes(&up.unwrap_or_default(), self.now);
            self.client.handle_bytes(&down.unwrap_or_default(), self.now);
            while let Some(request) = self.server.poll_request() {
                match &request {
                    Request::Connect { .. } => answer_connect(&mut self.server),
                    Request::Subscribe { packet_id, filters } => {
                        let granted: Vec<_> = filters.iter().map(|(_, qos)| Some(*qos)).collect();
                        self.server.suback(*packet_id, &granted);
                    }
                    Request::Unsubscribe { packet_id, .. } => self.server.unsuback(*packet_id),
                    Request::Publish { receipt, .. } => self.server.acknowledge(*receipt),
                    Request::TlsDone { .. } | Request::Closed(_) => {}
                }
                self.requests.push(request);
            }
            self.events.extend(std::iter::from_fn(|| self.client.poll_event()));
        }
    }

    /// How the client ended.
    fn client_end(&self) -> &Option<Failure> {
        match self.events.last() {
            Some(Event::Closed(failure)) => failure,
            other => panic!("not closed: {other:?}"),
        }
    }

    /// How the server ended.
    fn server_end(&self) -> &Option<Failure> {
        match self.requests.last() {
            Some(Request::Closed(failure)) => failure,
            other => panic!("not closed: {other:?}"),
        }
    }
}
