//! Places in lists, for clients to hand back without looking inside.

use std::{fmt::Display, str::FromStr};

use actix_web::http::StatusCode;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::problem::Problem;

/// A place that two values name.
pub(crate) fn encode(one: impl Display, other: impl Display) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{one}.{other}"))
}

/// 400 for anything that [`encode`] has not given out for two such values.
pub(crate) fn decode<A: FromStr, B: FromStr>(cursor: &str) -> Result<(A, B), Problem> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
    let parts = std::str::from_utf8(&bytes).ok().and_then(|text| text.split_once('.'));
    let values = parts.and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    values.ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_cursor", "The cursor is none that this list gave out")
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let id = Uuid::from_u128(7);
        assert_eq!(decode::<i64, Uuid>(&encode(-5, id)).unwrap(), (-5, id));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "!", "bm9uc2Vuc2U", &encode(1, "not an id"), &encode("x", Uuid::nil())] {
            assert_eq!(decode::<i64, Uuid>(text).unwrap_err().code, "invalid_cursor", "{text}");
        }
    }
}
