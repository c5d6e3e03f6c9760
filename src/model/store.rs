//! What is known of the certificates and keys on the module, and what became of each upload.

use crate::module::{CredentialKind, StoredCredential};
use crate::plan::Upload;
use crate::problem::Problem;
use crate::session::{Activity, StoreEvent, Wish};

/// The store of the connected module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    /// As it was told last.
    pub entries: Vec<StoredCredential>,
    pub listing: Listing,
    /// What was asked for and has not ended.
    pub errand: Option<Errand>,
    uploads: Vec<StoreUpload>,
}

/// How good the list of entries is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Listing {
    /// The module has not been asked since it was connected or restarted.
    #[default]
    Unknown,
    Current,
    /// Something else than this page has changed the store since, or the list was not told to its end.
    Outdated,
    Failed(Problem),
}

/// Something to be done with the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    List,
    Upload { kind: CredentialKind, name: String },
    Remove { kind: CredentialKind, name: String },
}

/// The last upload under one name.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreUpload {
    pub kind: CredentialKind,
    pub name: String,
    /// How many bytes it has.
    pub bytes: usize,
    /// The MD5 that the module should report, where that is known beforehand.
    pub expected: Option<String>,
    pub state: UploadState,
}

/// What became of an upload.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadState {
    /// The line has taken so many bytes.
    Running {
        written: usize,
    },
    /// With the MD5 that the module reported.
    Stored {
        md5: Option<String>,
    },
    /// Its content was there already, under this name.
    AlreadyThere {
        name: String,
    },
    Failed(Problem),
    Cancelled,
}

impl Store {
    /// The last upload of this kind under this name.
    pub fn upload(&self, kind: CredentialKind, name: &str) -> Option<&StoreUpload> {
        self.uploads.iter().find(|upload| upload.kind == kind && upload.name == name)
    }

    /// What is stored under this name.
    pub fn entry(&self, kind: CredentialKind, name: &str) -> Option<&StoredCredential> {
        self.entries.iter().find(|entry| entry.is(kind, name))
    }

    /// What has this content and serves as this kind, under whatever name.
    pub fn same(&self, kind: CredentialKind, md5: Option<&str>) -> Option<&StoredCredential> {
        self.entries.iter().find(|entry| entry.is_same(kind, md5))
    }

    /// The session was asked for this.
    pub fn asked(&mut self, wish: &Wish) {
        self.errand = match wish {
            Wish::ListStored => Some(Errand::List),
            Wish::RemoveStored { kind, name } => Some(Errand::Remove { kind: *kind, name: name.clone() }),
            Wish::Store(upload) => {
                self.uploads.retain(|known| known.kind != upload.kind || known.name != upload.name);
                self.uploads.push(StoreUpload::new(upload));
                Some(Errand::Upload { kind: upload.kind, name: upload.name.clone() })
            }
            _ => return,
        };
    }

    pub(super) fn handle(&mut self, event: StoreEvent) {
        match event {
            StoreEvent::Listed(entries) => self.listed(entries),
            StoreEvent::Written { bytes, .. } => {
                if let Some(upload) = self.running() {
                    upload.state = UploadState::Running { written: bytes };
                }
            }
            StoreEvent::Stored { md5, .. } => self.uploaded(UploadState::Stored { md5 }),
            StoreEvent::AlreadyThere { name, .. } => self.uploaded(UploadState::AlreadyThere { name }),
            StoreEvent::Removed { kind, name } => {
                self.uploads.retain(|upload| upload.kind != kind || upload.name != name);
            }
            StoreEvent::Failed(problem) => self.failed(&problem),
        }
    }

    /// The errand has failed, or was refused before it began.
    pub(super) fn failed(&mut self, problem: &Problem) {
        match self.errand.take() {
            Some(Errand::Upload { .. }) => self.uploaded(UploadState::Failed(problem.clone())),
            Some(Errand::List) => self.listing = Listing::Failed(problem.clone()),
            Some(Errand::Remove { .. }) | None => {}
        }
    }

    /// The session is free again: what has not ended by now was cancelled.
    pub(super) fn ended(&mut self) {
        self.uploaded(UploadState::Cancelled);
        if self.errand.take().is_some() && self.listing == Listing::Unknown {
            self.listing = Listing::Outdated;
        }
    }

    /// A command that was not sent for this page.
    pub(super) fn note_command(&mut self, command: &str, activity: Activity) {
        let command = command.to_ascii_uppercase();
        let changes = ["AT+USECMNG=0", "AT+USECMNG=2", "AT+UFACTORY"];
        let foreign = activity != Activity::Storing;
        if foreign
            && self.listing == Listing::Current
            && changes.iter().any(|start| command.starts_with(start))
        {
            self.listing = Listing::Outdated;
        }
    }

    /// A plan has ended: if it has changed the store, the module may be asked again.
    pub(super) fn plan_ended(&mut self) {
        if self.listing == Listing::Outdated {
            self.listing = Listing::Unknown;
        }
    }

    /// Another module may be heard next, or this one with another store. What is under way has yet to be told of, and why
    /// an upload failed stays to be read.
    pub(super) fn forget_module(&mut self) {
        self.entries.clear();
        self.listing = Listing::Unknown;
        self.uploads
            .retain(|upload| matches!(upload.state, UploadState::Running { .. } | UploadState::Failed(_)));
    }

    fn listed(&mut self, entries: Vec<StoredCredential>) {
        self.entries = entries;
        self.listing = Listing::Current;
        let entries = &self.entries;
        self.uploads.retain(|upload| match &upload.state {
            UploadState::Stored { .. } => entries.iter().any(|entry| entry.is(upload.kind, &upload.name)),
            UploadState::AlreadyThere { name } => entries.iter().any(|entry| entry.is(upload.kind, name)),
            UploadState::Running { .. } | UploadState::Failed(_) | UploadState::Cancelled => true,
        });
    }

    fn running(&mut self) -> Option<&mut StoreUpload> {
        self.uploads.iter_mut().find(|upload| matches!(upload.state, UploadState::Running { .. }))
    }

    fn uploaded(&mut self, state: UploadState) {
        if let Some(upload) = self.running() {
            upload.state = state;
        }
    }
}

impl StoreUpload {
    fn new(upload: &Upload) -> Self {
        Self {
            kind: upload.kind,
            name: upload.name.clone(),
            bytes: upload.pem.reveal().len(),
            expected: upload.md5.clone(),
            state: UploadState::Running { written: 0 },
        }
    }
}
