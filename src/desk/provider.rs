//! Who keeps a customer's mailbox, as far as the address tells.

use crate::mail::EmailAddress;

/// A mail provider whose own words for "allow this sender" we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Gmail.
    Gmail,
    /// Outlook.com and its older names: Hotmail, Live, MSN.
    Outlook,
    /// Yahoo Mail.
    Yahoo,
    /// Apple's iCloud Mail.
    Icloud,
    /// Proton Mail.
    Proton,
    /// GMX.
    Gmx,
    /// Anybody else: a company, a university, a provider without an entry here.
    Other,
}

/// Domains that one provider has once in the world.
const DOMAINS: [(&str, Provider); 11] = [
    ("gmail.com", Provider::Gmail),
    ("googlemail.com", Provider::Gmail),
    ("msn.com", Provider::Outlook),
    ("ymail.com", Provider::Yahoo),
    ("rocketmail.com", Provider::Yahoo),
    ("icloud.com", Provider::Icloud),
    ("me.com", Provider::Icloud),
    ("mac.com", Provider::Icloud),
    ("proton.me", Provider::Proton),
    ("pm.me", Provider::Proton),
    ("gmx.email", Provider::Gmx),
];

/// Names that a provider has under many country domains: `hotmail.es`, `yahoo.co.uk`.
const BRANDS: [(&str, Provider); 6] = [
    ("outlook", Provider::Outlook),
    ("hotmail", Provider::Outlook),
    ("live", Provider::Outlook),
    ("yahoo", Provider::Yahoo),
    ("protonmail", Provider::Proton),
    ("gmx", Provider::Gmx),
];

impl Provider {
    /// Every provider there are phrases for.
    pub const ALL: [Self; 7] = [
        Self::Gmail,
        Self::Outlook,
        Self::Yahoo,
        Self::Icloud,
        Self::Proton,
        Self::Gmx,
        Self::Other,
    ];

    /// The provider of that address, by its domain alone.
    pub fn of(address: &EmailAddress) -> Self {
        let domain = address.domain();
        if let Some((_, provider)) = DOMAINS.iter().find(|(known, _)| *known == domain) {
            return *provider;
        }
        let Some((brand, suffix)) = domain.split_once('.') else {
            return Self::Other;
        };
        BRANDS
            .iter()
            .find(|(known, _)| *known == brand && is_country_suffix(suffix))
            .map_or(Self::Other, |(_, provider)| *provider)
    }

    /// The name its phrases stand under.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gmail => "gmail",
            Self::Outlook => "outlook",
            Self::Yahoo => "yahoo",
            Self::Icloud => "icloud",
            Self::Proton => "proton",
            Self::Gmx => "gmx",
            Self::Other => "other",
        }
    }
}

/// `com`, `es`, `co.uk`, `com.ar`: short labels, two at most.
fn is_country_suffix(suffix: &str) -> bool {
    suffix.split('.').count() <= 2 && suffix.split('.').all(|label| matches!(label.len(), 2 | 3))
}

#[cfg(test)]
mod tests {
    use super::Provider;
    use crate::mail::EmailAddress;

    #[test]
    fn a_domain_tells_its_provider() {
        let table = [
            ("gmail.com", Provider::Gmail),
            ("GoogleMail.com", Provider::Gmail),
            ("outlook.es", Provider::Outlook),
            ("hotmail.co.uk", Provider::Outlook),
            ("live.com.ar", Provider::Outlook),
            ("msn.com", Provider::Outlook),
            ("yahoo.com.mx", Provider::Yahoo),
            ("me.com", Provider::Icloud),
            ("protonmail.ch", Provider::Proton),
            ("pm.me", Provider::Proton),
            ("gmx.net", Provider::Gmx),
            ("acme.example", Provider::Other),
            ("yahoo.acme.example", Provider::Other),
            ("notgmail.com", Provider::Other),
            ("localhost", Provider::Other),
        ];
        for (domain, expected) in table {
            let address = EmailAddress::parse(&format!("eva@{domain}")).unwrap();
            assert_eq!(Provider::of(&address), expected, "{domain}");
        }
    }
}
