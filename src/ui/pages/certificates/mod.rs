//! The page of certificates and keys: what a person can do with them beside a set-up.

pub(crate) mod make;
