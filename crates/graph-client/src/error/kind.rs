/// What to do about an error. Source: Meta, "Error codes" of the Cloud API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The token is dead: stop the tenant's sends until it is connected again.
    Reauthorise,
    /// The token lacks a permission: inspect it and connect again. Repeating does not help.
    Permission,
    /// Too fast: wait, and let only this scope wait.
    Throttled(Scope),
    /// The number's messages are reported or blocked too often: pause the number and tell people.
    Quality,
    /// Try again, a bounded number of times.
    Transient,
    /// Outside the service window: only a template may be sent.
    WindowClosed,
    /// This message cannot reach this contact. Do not repeat it; other contacts are not affected.
    Recipient,
    /// The request is wrong: repeating it changes nothing. A bug, or a mistake in what was asked for.
    Request,
    /// The business has something to settle: payment, registration, verification, a ban.
    Account,
}

/// What a throttling answer slows down, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All calls of the app.
    App,
    /// Management calls of one WABA.
    Waba,
    /// Messages of one number.
    Number,
    /// Messages of one number to one contact.
    Pair,
    /// Registering one number.
    Registration,
}

impl Kind {
    /// The kind of one of Meta's codes, from an answer or from a status webhook. `None` for a code that is not known.
    pub fn of_code(code: i64) -> Option<Self> {
        Some(match code {
            0 | 190 => Self::Reauthorise,
            3 | 10 | 200..=299 | 131_005 => Self::Permission,
            4 => Self::Throttled(Scope::App),
            80_007 => Self::Throttled(Scope::Waba),
            130_429 => Self::Throttled(Scope::Number),
            131_056 => Self::Throttled(Scope::Pair),
            133_008 | 133_009 | 133_015 | 133_016 => Self::Throttled(Scope::Registration),
            131_048 => Self::Quality,
            1 | 2 | 131_000 | 131_016 | 131_057 | 133_000 | 133_004 | 134_101 => Self::Transient,
            131_047 => Self::WindowClosed,
            130_472 | 131_021 | 131_026 | 131_049 | 131_050 | 131_051 | 131_060 | 131_062 => Self::Recipient,
            33
            | 100
            | 131_008
            | 131_009
            | 131_052
            | 131_053
            | 131_063
            | 131_064
            | 132_000..=132_999
            | 135_000
            | 2_494_191
            | 2_593_107 => Self::Request,
            368 | 130_497 | 131_031 | 131_037 | 131_042 | 131_045 | 131_055 | 133_005 | 133_006 | 133_010 | 134_011
            | 134_100 | 134_102 | 2_593_108 | 2_593_109 => Self::Account,
            _ => return None,
        })
    }

    /// For an answer whose code says nothing.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Reauthorise,
            403 => Self::Permission,
            429 => Self::Throttled(Scope::App),
            408 | 500.. => Self::Transient,
            _ => Self::Request,
        }
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_retryable(self) -> bool {
        matches!(self, Self::Throttled(_) | Self::Quality | Self::Transient)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::{self, *};
    use super::Scope::*;

    /// Meta's documented codes, each with its kind.
    const CODES: &[(Kind, &[i64])] = &[
        (Reauthorise, &[0, 190]),
        (Permission, &[3, 10, 200, 210, 299, 131_005]),
        (Throttled(App), &[4]),
        (Throttled(Waba), &[80_007]),
        (Throttled(Number), &[130_429]),
        (Throttled(Pair), &[131_056]),
        (Throttled(Registration), &[133_016, 133_008, 133_009, 133_015]),
        (Quality, &[131_048]),
        (Transient, &[1, 2, 131_000, 131_016, 131_057, 133_004, 133_000, 134_101]),
        (WindowClosed, &[131_047]),
        (Recipient, &[131_026, 131_021, 130_472, 131_049, 131_050, 131_051, 131_060, 131_062]),
        (
            Request,
            &[
                33, 100, 131_008, 131_009, 131_052, 131_053, 135_000, 132_000, 132_001, 132_005, 132_007, 132_012,
                132_015, 132_016, 132_018, 132_068, 132_069, 2_593_107, 2_494_191, 131_063, 131_064,
            ],
        ),
        (
            Account,
            &[
                368, 130_497, 131_031, 131_037, 131_042, 131_045, 133_010, 133_005, 133_006, 134_011, 131_055, 134_100,
                134_102, 2_593_108, 2_593_109,
            ],
        ),
    ];

    #[test]
    fn every_documented_code_has_its_kind() {
        for (kind, codes) in CODES {
            for code in *codes {
                assert_eq!(Kind::of_code(*code), Some(*kind), "{code}");
            }
        }
    }

    #[test]
    fn a_code_that_is_not_known_has_none() {
        for code in [-1, 5, 199, 300, 131_999, 133_001, i64::MAX] {
            assert_eq!(Kind::of_code(code), None, "{code}");
        }
    }
}
