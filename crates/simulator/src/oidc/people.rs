//! Who may sign in at the provider, and what may be wrong with it.

/// Somebody the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) sub: String,
    pub(super) name: String,
    pub(super) email: String,
}

/// Who can be chosen on the page, besides anybody who is typed in. The first is the demo's own person.
pub(super) const KNOWN: [(&str, &str, &str); 3] = [
    ("10001", "Ayşe Usta", "ayse@bakery.example"),
    ("10002", "Mehmet Kaya", "mehmet@bakery.example"),
    ("10003", "Harper Lee", "harper@dental.example"),
];

impl Person {
    pub(super) fn known(sub: &str) -> Option<Self> {
        let (sub, name, email) = KNOWN.iter().find(|(known, ..)| *known == sub)?;
        Some(Self { sub: (*sub).to_owned(), name: (*name).to_owned(), email: (*email).to_owned() })
    }

    /// Somebody typed in. The same address is the same person.
    pub(super) fn new(name: &str, email: &str) -> Self {
        Self { sub: format!("new-{email}"), name: name.to_owned(), email: email.to_owned() }
    }
}

/// What goes wrong with a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each goes wrong by itself")]
pub(crate) struct Faults {
    /// The address is not verified.
    pub(super) unverified: bool,
    /// There is no address.
    pub(super) no_email: bool,
    /// The ID token is for another nonce.
    pub(super) nonce: bool,
    /// The ID token has expired.
    pub(super) expired: bool,
    /// The ID token is for another client.
    pub(super) audience: bool,
    /// The ID token is of another issuer.
    pub(super) issuer: bool,
    /// The ID token is signed by nobody the provider knows.
    pub(super) signature: bool,
    /// The ID token says nothing of the address; the user-info endpoint does.
    pub(super) thin: bool,
    /// The token endpoint is out of order.
    pub(super) token_endpoint: bool,
}

impl Faults {
    /// By their names, as forms and queries have them.
    pub(super) fn named<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut faults = Self::default();
        for name in names {
            match name {
                "unverified" => faults.unverified = true,
                "no_email" => faults.no_email = true,
                "nonce" => faults.nonce = true,
                "expired" => faults.expired = true,
                "audience" => faults.audience = true,
                "issuer" => faults.issuer = true,
                "signature" => faults.signature = true,
                "thin" => faults.thin = true,
                "token_endpoint" => faults.token_endpoint = true,
                _ => {}
            }
        }
        faults
    }
}
