//! Deserialising what Meta documents loosely.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize as _, Deserializer};
use serde_json::Value;
use url::Url;

/// An id, which Meta writes as a string or as a number.
pub(crate) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    id_of(Value::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("an id is a string or a number"))
}

/// `None` for what is no id.
pub(crate) fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(id_of(Value::deserialize(deserializer)?))
}

/// The ids among the items.
pub(crate) fn ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(items(Value::deserialize(deserializer)?).filter_map(id_of).collect())
}

/// `None` for what is null or of another type: a change in one optional field must not make the whole answer unreadable.
pub(crate) fn optional<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

/// The items that can be read.
pub(crate) fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(items(Value::deserialize(deserializer)?).filter_map(|item| serde_json::from_value(item).ok()).collect())
}

pub(crate) fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
    Url::parse(&String::deserialize(deserializer)?).map_err(|_| D::Error::custom("a URL is malformed"))
}

/// A whole number, also when it is written as a string.
pub(crate) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// True, also as a string; anything else is false.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value == Value::Bool(true) || value == "true")
}

fn id_of(value: Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn items(value: Value) -> impl Iterator<Item = Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
    .into_iter()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Sample {
        #[serde(deserialize_with = "super::optional_id")]
        id: Option<String>,
        #[serde(deserialize_with = "super::ids")]
        ids: Vec<String>,
        #[serde(deserialize_with = "super::optional")]
        name: Option<String>,
        #[serde(deserialize_with = "super::list")]
        flags: Vec<bool>,
        #[serde(deserialize_with = "super::optional_number")]
        size: Option<i64>,
        #[serde(deserialize_with = "super::flag")]
        on: bool,
    }

    fn read(json: &str) -> Sample {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn ids_are_strings_or_numbers() {
        let sample = read(r#"{"id":102289599326934,"ids":["1",2,null,{}]}"#);
        assert_eq!(sample.id.as_deref(), Some("102289599326934"));
        assert_eq!(sample.ids, ["1", "2"]);
    }

    #[test]
    fn numbers_may_be_strings_and_flags_too() {
        let sample = read(r#"{"size":"12","on":"true"}"#);
        assert_eq!((sample.size, sample.on), (Some(12), true));
        assert_eq!(read(r#"{"size":12,"on":true}"#), sample);
    }

    #[test]
    fn what_is_of_another_type_counts_as_absent() {
        let odd = r#"{"id":"","ids":{},"name":{"first":"x"},"flags":[1,true],"size":[],"on":1}"#;
        assert_eq!(read(odd), Sample { flags: vec![true], ..Sample::default() });
        assert_eq!(read(r#"{"id":null,"ids":null,"name":null,"flags":null,"size":null,"on":null}"#), Sample::default());
        assert_eq!(read("{}"), Sample::default());
    }
}
