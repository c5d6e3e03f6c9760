//! Requests for certificates (PKCS#10): made for a key of our own, or somebody else's that are to be signed.
//! Of a request only its key and its name are ever used; what it asks for beside them is not granted.

use rcgen::CertificateParams;
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::error::X509Error;
use x509_parser::prelude::FromDer;

use super::signer::Signer;
use super::{failed, name};
use crate::credential::{Item, KeyKind, PrivateKey, Request, read, wrong_file, wrong_kind};
use crate::problem::Problem;

/// A request for a certificate with this common name for this key.
///
/// # Errors
/// `WrongForm` for a name that no certificate can have, `WrongFile` for a key that cannot sign.
pub fn request(common_name: &str, key: &PrivateKey) -> Result<Request, Problem> {
    let mut params = CertificateParams::default();
    params.distinguished_name = name::of_common_name(name::common_name(common_name)?);
    let request = params.serialize_request(&Signer::new(key)?).map_err(failed)?;
    let request = Request::from_der(request.der()).ok_or_else(|| failed("the request cannot be read"))?;
    check_request(&request)?;
    Ok(request)
}

/// Reads the first request of a file, and finds whether it can be signed.
///
/// # Errors
/// `WrongFile` names what the file is instead, or why the request will not do.
pub fn read_request(bytes: &[u8]) -> Result<Request, Problem> {
    let items = read(bytes, None)?.items;
    let found = items.iter().find_map(|item| match item {
        Item::Request(request) => Some(request.as_ref().clone()),
        _ => None,
    });
    let request = found.ok_or_else(|| wrong_kind(&items, "a request for a certificate"))?;
    check_request(&request)?;
    Ok(request)
}

/// Whether a request can be signed: whoever made it has the key, and the key and the name are of use.
fn check_request(request: &Request) -> Result<(), Problem> {
    let damaged = |_| wrong_file("The request is damaged", "Have it sent again, or make it anew");
    let (_, parsed) = X509CertificationRequest::from_der(request.der()).map_err(damaged)?;
    parsed.verify_signature().map_err(|error| signature(&error))?;
    check_kind(request.key().kind())?;
    name::common_name(request.common_name().unwrap_or_default())
        .map_err(|problem| wrong_file(format!("This request will not do: {problem}"), problem.help))?;
    Ok(())
}

/// The request in `rcgen`'s terms: the name as it stands, and the key.
pub(super) fn parts(
    request: &Request,
) -> Result<(rcgen::DistinguishedName, rcgen::SubjectPublicKeyInfo), Problem> {
    check_request(request)?;
    let (_, parsed) = X509CertificationRequest::from_der(request.der()).map_err(failed)?;
    let info = &parsed.certification_request_info;
    let name = name::copied(&info.subject).ok_or_else(|| {
        wrong_file(
            "The name in the request is written in a way that cannot be repeated",
            "Make a request whose name is the device's ID alone",
        )
    })?;
    let key = rcgen::SubjectPublicKeyInfo::from_der(info.subject_pki.raw).map_err(failed)?;
    Ok((name, key))
}

fn signature(error: &X509Error) -> Problem {
    match error {
        X509Error::SignatureUnsupportedAlgorithm => wrong_file(
            "The request is signed in a way that cannot be checked here",
            "Make it with SHA-256 and an RSA or P-256 key",
        ),
        _ => wrong_file(
            "The signature of the request is wrong: it was changed, or made without its key",
            "Make the request anew",
        ),
    }
}

/// What a module can hold and a cloud takes.
fn check_kind(kind: &KeyKind) -> Result<(), Problem> {
    match kind {
        KeyKind::Rsa(bits) if *bits >= 2048 => Ok(()),
        KeyKind::EcP256 | KeyKind::EcP384 | KeyKind::EcP521 => Ok(()),
        _ => Err(wrong_file(
            format!("The request is for a key of the kind {kind}, which modules or clouds do not take"),
            "Make a key of the kind RSA with 2048 bits or EC P-256, and a request for it",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{
        EC_CERTIFICATE, EC_KEY_WITH_PARAMETERS, EC_REQUEST, ED25519_KEY, RSA_KEY,
    };
    use crate::problem::Kind;

    fn key(text: &str) -> PrivateKey {
        PrivateKey::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_request_of_openssl_is_read_in_every_form() {
        let request = read_request(EC_REQUEST.as_bytes()).unwrap();
        assert_eq!((request.common_name(), request.key().kind()), (Some("device1"), &KeyKind::EcP256));
        assert_eq!(request.pem(), EC_REQUEST);
        assert_eq!(read_request(request.der()).unwrap(), request);
        let old = EC_REQUEST.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST").replace('\n', "\r\n");
        assert_eq!(read_request(old.as_bytes()).unwrap(), request);
    }

    #[test]
    fn a_request_is_made_for_an_existing_key() {
        for text in [EC_KEY_WITH_PARAMETERS, RSA_KEY] {
            let request = request(" device7 ", &key(text)).unwrap();
            assert_eq!((request.common_name(), request.key().kind()), (Some("device7"), key(text).kind()));
            assert!(request.key().belongs_to(&key(text)));
            assert_eq!(read_request(request.pem().as_bytes()).unwrap(), request);
        }
    }

    #[test]
    fn a_request_that_was_changed_is_refused() {
        let mut der = read_request(EC_REQUEST.as_bytes()).unwrap().der().to_vec();
        let at = der.windows(7).position(|part| part == b"device1").unwrap();
        der[at + 6] = b'2';
        let problem = read_request(&der).unwrap_err();
        assert!(problem.message.contains("signature"), "{problem}");
    }

    #[test]
    fn what_is_no_request_is_named() {
        for (text, word) in [
            (EC_CERTIFICATE, "a certificate"),
            (RSA_KEY, "a private key"),
            ("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "damaged"),
        ] {
            let problem = read_request(text.as_bytes()).unwrap_err();
            assert!(problem.kind == Kind::WrongFile && problem.message.contains(word), "{problem}");
        }
    }

    #[test]
    fn keys_that_no_module_takes_are_refused() {
        let problem = request("device1", &key(ED25519_KEY)).unwrap_err();
        assert!(problem.message.contains("ed25519"), "{problem}");
    }
}
