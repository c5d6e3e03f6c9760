//! Files that wrap several certificates and keys: archives, JSON, C source and PKCS#12 stores. Each gives what PEM and DER
//! would give; what that is, is told in `content`.

mod archive;
mod c_source;
mod json;
mod store;

pub(super) use archive::{is_zip, scripts, zip};
pub(super) use store::{Password, is_store, store};

use zeroize::Zeroizing;

use super::content::Wrapping;

/// The PEM text inside of JSON or C source; `None` if the text is neither.
pub(super) fn unwrap(text: &str) -> Option<(Wrapping, Zeroizing<String>)> {
    let json = || json::pem(text).map(|pem| (Wrapping::Json, pem));
    let c_source = || c_source::pem(text).map(|pem| (Wrapping::CSource, pem));
    json().or_else(c_source)
}
