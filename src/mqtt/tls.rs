//! TLS 1.2 in memory: encrypted bytes on one side, plain bytes on the other, certificates judged at a time that is passed in.
//! It does not know MQTT. Sessions are never resumed, so that every connection really judges the certificates.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::{self, CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::time_provider::TimeProvider;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Connection, DigitallySignedStruct, DistinguishedName,
    Error, InconsistentKeys, RootCertStore, ServerConfig, ServerConnection, SignatureScheme,
};
use zeroize::Zeroizing;

use super::{Alert, Failure};
use crate::moment::UnixTime;

/// The versions of TLS a module can be told to speak (protocol.md §8, `encr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TlsVersion {
    OneZero,
    OneOne,
    OneTwo,
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneZero => "TLS 1.0",
            Self::OneOne => "TLS 1.1",
            Self::OneTwo => "TLS 1.2",
        })
    }
}

/// A certificate chain, the own certificate first, and the private key of that certificate. All DER;
/// the key may be PKCS#1, SEC1 or PKCS#8.
#[derive(Clone)]
pub struct Identity {
    pub chain: Vec<Vec<u8>>,
    pub key: Zeroizing<Vec<u8>>,
}

/// How a client does TLS.
#[derive(Clone)]
pub struct ClientTls {
    /// Only [`TlsVersion::OneTwo`] can be spoken; the others fail with [`Failure::VersionUnsupported`].
    pub version: TlsVersion,
    /// Trusted roots, DER. With any, the server's chain, dates and host name are verified. With none the server may
    /// show any certificate, as a module without `ca` lets it.
    pub roots: Vec<Vec<u8>>,
    /// The client certificate, if there is one.
    pub identity: Option<Identity>,
}

/// A [`ClientTls`] that was found usable. Cheap to clone; make it once and use it for many connections.
#[derive(Clone)]
pub struct PreparedClientTls(ClientConfig);

impl fmt::Debug for PreparedClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedClientTls")
    }
}

impl ClientTls {
    /// Checks the parts and whether they fit each other.
    ///
    /// # Errors
    /// `VersionUnsupported`, `RootUnusable`, `KeyMismatch`, `IdentityUnusable`.
    pub fn prepare(self) -> Result<PreparedClientTls, Failure> {
        if self.version != TlsVersion::OneTwo {
            return Err(Failure::VersionUnsupported(self.version));
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = if self.roots.is_empty() {
            Arc::new(Anybody(provider.signature_verification_algorithms))
        } else {
            WebPkiServerVerifier::builder_with_provider(root_store(self.roots)?, provider.clone())
                .build()
                .map_err(|_| Failure::RootUnusable)?
        };
        let builder = ClientConfig::builder_with_details(provider, no_time())
            .with_protocol_versions(&[&rustls::version::TLS12])
            .map_err(judge)?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let mut config = match self.identity {
            Some(identity) => {
                let (chain, key) = identity.into_rustls()?;
                builder.with_client_auth_cert(chain, key).map_err(identity_failure)?
            }
            None => builder.with_no_client_auth(),
        };
        config.resumption = rustls::client::Resumption::disabled();
        Ok(PreparedClientTls(config))
    }
}

/// How a server does TLS.
#[derive(Clone)]
pub struct ServerTls {
    pub identity: Identity,
    pub clients: ClientCertificates,
}

/// What a server wants to see of its clients' certificates.
#[derive(Clone)]
pub enum ClientCertificates {
    /// None is asked for.
    NotAsked,
    /// One is asked for, and any or none is taken from whoever holds its key: the owner judges it, as Azure does.
    Asked,
    /// One that leads to one of these roots, DER; else TLS ends.
    Required(Vec<Vec<u8>>),
}

/// A [`ServerTls`] that was found usable. Cheap to clone; make it once and use it for many connections.
#[derive(Clone)]
pub struct PreparedServerTls(ServerConfig);

impl fmt::Debug for PreparedServerTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedServerTls")
    }
}

impl ServerTls {
    /// Checks the parts and whether they fit each other.
    ///
    /// # Errors
    /// `RootUnusable`, `KeyMismatch`, `IdentityUnusable`.
    pub fn prepare(self) -> Result<PreparedServerTls, Failure> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier: Arc<dyn ClientCertVerifier> = match self.clients {
            ClientCertificates::NotAsked => WebPkiClientVerifier::no_client_auth(),
            ClientCertificates::Asked => Arc::new(Anybody(provider.signature_verification_algorithms)),
            ClientCertificates::Required(roots) => {
                WebPkiClientVerifier::builder_with_provider(root_store(roots)?, provider.clone())
                    .build()
                    .map_err(|_| Failure::RootUnusable)?
            }
        };
        let (chain, key) = self.identity.into_rustls()?;
        let mut config = ServerConfig::builder_with_details(provider, no_time())
            .with_protocol_versions(&[&rustls::version::TLS12])
            .map_err(judge)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .map_err(identity_failure)?;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(PreparedServerTls(config))
    }
}

impl Identity {
    fn into_rustls(self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Failure> {
        let key = PrivateKeyDer::try_from(self.key.as_slice())
            .map_err(|reason| Failure::IdentityUnusable(reason.to_owned()))?
            .clone_key();
        Ok((self.chain.into_iter().map(CertificateDer::from).collect(), key))
    }
}

fn root_store(roots: Vec<Vec<u8>>) -> Result<Arc<RootCertStore>, Failure> {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(CertificateDer::from(root)).map_err(|_| Failure::RootUnusable)?;
    }
    Ok(Arc::new(store))
}

/// Whether bytes have reached their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Open,
    Closed,
}

/// What lies between TCP and MQTT: TLS, or nothing.
pub(super) struct Transport {
    tls: Option<Connection>,
    outgoing: Vec<u8>,
}

impl Transport {
    pub(super) fn plain() -> Self {
        Self { tls: None, outgoing: Vec::new() }
    }

    /// A client's end; `now` judges the certificates.
    pub(super) fn client(tls: PreparedClientTls, host: String, now: UnixTime) -> Result<Self, Failure> {
        let Ok(name) = ServerName::try_from(host.clone()) else { return Err(Failure::HostInvalid(host)) };
        let mut config = tls.0;
        config.time_provider = Arc::new(At(now));
        let connection = ClientConnection::new(Arc::new(config), name).map_err(judge)?;
        Ok(Self::encrypted(connection.into()))
    }

    /// A server's end; `now` judges the certificates.
    pub(super) fn server(tls: &PreparedServerTls, now: UnixTime) -> Result<Self, Failure> {
        let mut config = tls.0.clone();
        config.time_provider = Arc::new(At(now));
        let connection = ServerConnection::new(Arc::new(config)).map_err(judge)?;
        Ok(Self::encrypted(connection.into()))
    }

    fn encrypted(mut connection: Connection) -> Self {
        connection.set_buffer_limit(None);
        let mut transport = Self { tls: Some(connection), outgoing: Vec::new() };
        transport.flush();
        transport
    }

    /// Takes TCP bytes and appends what they mean to `plain`, which is good even if an error follows it.
    pub(super) fn receive(&mut self, mut bytes: &[u8], plain: &mut Vec<u8>) -> Result<Flow, Failure> {
        let Some(tls) = &mut self.tls else {
            plain.extend_from_slice(bytes);
            return Ok(Flow::Open);
        };
        let mut result = Ok(Flow::Open);
        while !bytes.is_empty() && result == Ok(Flow::Open) {
            result = decrypt(tls, &mut bytes, plain);
        }
        self.flush();
        result
    }

    /// Takes plain bytes to be sent.
    pub(super) fn send(&mut self, plain: &[u8]) {
        match &mut self.tls {
            // Writing into memory without a limit cannot fail.
            Some(tls) => drop(tls.writer().write_all(plain)),
            None => self.outgoing.extend_from_slice(plain),
        }
        self.flush();
    }

    /// Says goodbye in TLS; plain TCP has no word for it.
    pub(super) fn close(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        self.flush();
    }

    /// The TCP bytes to be sent.
    pub(super) fn take(&mut self) -> Option<Vec<u8>> {
        Some(std::mem::take(&mut self.outgoing)).filter(|bytes| !bytes.is_empty())
    }

    /// Whether MQTT can be spoken.
    pub(super) fn is_established(&self) -> bool {
        self.tls.as_ref().is_none_or(|tls| !tls.is_handshaking())
    }

    /// The certificates the other side has shown, its own first, DER.
    pub(super) fn peer_chain(&self) -> Vec<Vec<u8>> {
        let chain = self.tls.as_ref().and_then(|tls| tls.peer_certificates());
        chain.into_iter().flatten().map(|certificate| certificate.to_vec()).collect()
    }

    fn flush(&mut self) {
        while let Some(tls) = self.tls.as_mut().filter(|tls| tls.wants_write()) {
            if tls.write_tls(&mut self.outgoing).is_err() {
                break;
            }
        }
    }
}

fn decrypt(tls: &mut Connection, bytes: &mut &[u8], plain: &mut Vec<u8>) -> Result<Flow, Failure> {
    match tls.read_tls(bytes) {
        Ok(0) => return Ok(Flow::Closed),
        Ok(_) => {}
        Err(error) => return Err(Failure::Tls(error.to_string())),
    }
    let state = tls.process_new_packets();
    // The end of what is there is told as an error; what came before it is in `plain`.
    drop(tls.reader().read_to_end(plain));
    match state {
        Ok(state) if state.peer_has_closed() => Ok(Flow::Closed),
        Ok(_) => Ok(Flow::Open),
        Err(error) => Err(judge(error)),
    }
}

/// The name of what TLS found wrong.
fn judge(error: Error) -> Failure {
    match error {
        Error::InvalidCertificate(error) => judge_certificate(error),
        Error::NoCertificatesPresented => Failure::CertificateMissing,
        Error::AlertReceived(alert) => Failure::AlertReceived(Alert::from(u8::from(alert))),
        Error::InvalidMessage(_) => Failure::NotTls,
        Error::PeerIncompatible(reason) => Failure::TlsIncompatible(format!("{reason:?}")),
        other => Failure::Tls(other.to_string()),
    }
}

fn judge_certificate(error: CertificateError) -> Failure {
    match error {
        CertificateError::UnknownIssuer => Failure::UnknownIssuer,
        CertificateError::BadSignature => Failure::SignatureInvalid,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Failure::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Failure::NotYetValid,
        CertificateError::NotValidForNameContext { expected, presented } => Failure::NameMismatch {
            expected: expected.to_str().into_owned(),
            presented: if presented.is_empty() { "no name at all".to_owned() } else { presented.join(", ") },
        },
        other => Failure::CertificateUnacceptable(other.to_string()),
    }
}

fn identity_failure(error: Error) -> Failure {
    match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => Failure::KeyMismatch,
        other => Failure::IdentityUnusable(other.to_string()),
    }
}

/// A clock that stands still at the time of the connection.
#[derive(Debug)]
struct At(UnixTime);

impl TimeProvider for At {
    fn current_time(&self) -> Option<pki_types::UnixTime> {
        let seconds = u64::try_from(self.0.0).ok()?;
        Some(pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// What stands in a prepared configuration until a connection brings its time.
fn no_time() -> Arc<dyn TimeProvider> {
    Arc::new(At(UnixTime::default()))
}

/// Accepts every certificate, but only from someone who holds its key.
#[derive(Debug)]
struct Anybody(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: pki_types::UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}

impl ClientCertVerifier for Anybody {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: pki_types::UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
