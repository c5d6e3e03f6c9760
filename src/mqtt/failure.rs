//! Why a connection failed, each reason by its name and in plain words.
//! What to do about it, and which mistake of a person is behind it, is the business of `diagnosis`.

use std::fmt;

use super::TlsVersion;

/// Why a connection could not be made, or why it ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    // Our own settings.
    #[error("“{0}” is not a host name")]
    HostInvalid(String),
    #[error("{0} is not spoken here: the clouds have switched it off")]
    VersionUnsupported(TlsVersion),
    #[error("a trusted root is not a certificate")]
    RootUnusable,
    #[error("the private key does not belong to the certificate")]
    KeyMismatch,
    #[error("the certificate or its private key cannot be used for TLS: {0}")]
    IdentityUnusable(String),
    #[error("{0} has no place in an MQTT packet")]
    Unsendable(&'static str),
    #[error("there is no MQTT connection")]
    NotConnected,
    // What we found out about the other side.
    #[error("the other side's certificate does not lead to a trusted root")]
    UnknownIssuer,
    #[error("the other side's certificate names a trusted root as its issuer, but that root did not sign it")]
    SignatureInvalid,
    #[error("the other side's certificate is not for {expected} but for {presented}")]
    NameMismatch { expected: String, presented: String },
    #[error("the other side's certificate has expired")]
    Expired,
    #[error("the other side's certificate is not valid yet")]
    NotYetValid,
    #[error("the other side has shown no certificate")]
    CertificateMissing,
    #[error("the other side's certificate is not acceptable: {0}")]
    CertificateUnacceptable(String),
    #[error("the other side does not speak TLS")]
    NotTls,
    #[error("the other side and we have no common kind of TLS: {0}")]
    TlsIncompatible(String),
    #[error("TLS went wrong: {0}")]
    Tls(String),
    // What the other side said.
    #[error("the other side refused: {0}")]
    AlertReceived(Alert),
    #[error("the server refused the connection: {0}")]
    ConnectRefused(ConnectRefusal),
    #[error("the server refused the subscription to “{filter}”")]
    SubscribeRefused { filter: String },
    // What it left unsaid.
    #[error("the other side closed the connection during the TLS handshake")]
    ClosedDuringTls,
    #[error("the server closed the connection without an answer to CONNECT")]
    ClosedBeforeConnack,
    #[error("the other side closed the connection")]
    ClosedByPeer,
    #[error("the other side has been silent for longer than the keep-alive allows")]
    Silent,
    #[error("the other side broke the rules of MQTT: {0}")]
    Protocol(String),
}

/// The alert with which the other side ended TLS (RFC 5246 §7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alert {
    HandshakeFailure,
    BadCertificate,
    UnsupportedCertificate,
    CertificateRevoked,
    CertificateExpired,
    CertificateUnknown,
    UnknownCa,
    AccessDenied,
    DecryptError,
    ProtocolVersion,
    InsufficientSecurity,
    UnrecognisedName,
    /// Defined for TLS 1.3; a server may send it in TLS 1.2 where others say [`Alert::HandshakeFailure`].
    CertificateRequired,
    Other(u8),
}

impl From<u8> for Alert {
    fn from(code: u8) -> Self {
        match code {
            40 => Self::HandshakeFailure,
            42 => Self::BadCertificate,
            43 => Self::UnsupportedCertificate,
            44 => Self::CertificateRevoked,
            45 => Self::CertificateExpired,
            46 => Self::CertificateUnknown,
            48 => Self::UnknownCa,
            49 => Self::AccessDenied,
            51 => Self::DecryptError,
            70 => Self::ProtocolVersion,
            71 => Self::InsufficientSecurity,
            112 => Self::UnrecognisedName,
            116 => Self::CertificateRequired,
            other => Self::Other(other),
        }
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HandshakeFailure => "no agreement on TLS, or no client certificate (alert 40)",
            Self::BadCertificate => "our certificate is damaged (alert 42)",
            Self::UnsupportedCertificate => "our certificate is of an unsupported kind (alert 43)",
            Self::CertificateRevoked => "our certificate has been revoked (alert 44)",
            Self::CertificateExpired => "our certificate has expired or is not valid yet (alert 45)",
            Self::CertificateUnknown => "our certificate is not acceptable (alert 46)",
            Self::UnknownCa => "our certificate comes from an authority it does not know (alert 48)",
            Self::AccessDenied => "access denied (alert 49)",
            Self::DecryptError => "a signature of ours is wrong (alert 51)",
            Self::ProtocolVersion => "it does not speak our version of TLS (alert 70)",
            Self::InsufficientSecurity => "our ciphers are too weak for it (alert 71)",
            Self::UnrecognisedName => "it does not know the host name (alert 112)",
            Self::CertificateRequired => "it wants a client certificate (alert 116)",
            Self::Other(code) => return write!(f, "TLS alert {code}"),
        })
    }
}

/// The server's "no" in CONNACK (MQTT 3.1.1 §3.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectRefusal {
    ProtocolVersion = 1,
    ClientId = 2,
    Unavailable = 3,
    UserOrPassword = 4,
    NotAuthorised = 5,
}

impl ConnectRefusal {
    /// The return code on the wire, 1 to 5.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for ConnectRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::ProtocolVersion => "it does not speak MQTT 3.1.1",
            Self::ClientId => "it does not accept the client ID",
            Self::Unavailable => "its service is unavailable",
            Self::UserOrPassword => "user name or password is malformed",
            Self::NotAuthorised => "the client is not authorised",
        };
        write!(f, "{words} (code {})", self.code())
    }
}
