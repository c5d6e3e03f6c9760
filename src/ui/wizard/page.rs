//! The pages of the wizard and their order.

/// A page, in the order in which a person walks through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Page {
    Credentials,
    Certificates,
    Network,
    Review,
    Run,
    Connected,
}

impl Page {
    /// Every page.
    pub(super) const ALL: [Self; 6] =
        [Self::Credentials, Self::Certificates, Self::Network, Self::Review, Self::Run, Self::Connected];

    /// What stands above it.
    pub(super) const fn heading(self) -> &'static str {
        match self {
            Self::Credentials => "Where the module connects to",
            Self::Certificates => "What the module proves itself with",
            Self::Network => "How the module reaches the internet",
            Self::Review => "What will be sent to the module",
            Self::Run => "How far the module is",
            Self::Connected => "Messages both ways",
        }
    }

    /// Its name in the step indicator.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Credentials => "Credentials",
            Self::Certificates => "Certificates and keys",
            Self::Network => "Network",
            Self::Review => "Review",
            Self::Run => "Set up",
            Self::Connected => "Connected",
        }
    }

    /// The page before it.
    pub(super) fn previous(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|page| *page < self)
    }

    /// The page after it.
    pub(super) fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|page| *page > self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_in_both_directions() {
        for pair in Page::ALL.windows(2) {
            assert_eq!(pair[0].next(), Some(pair[1]));
            assert_eq!(pair[1].previous(), Some(pair[0]));
        }
        assert_eq!((Page::Credentials.previous(), Page::Connected.next()), (None, None));
    }
}
