//! The `fields` parameter: which members of an object are answered.

use serde_json::{Map, Value};

use super::params::Params;

/// Members that are asked for, or else those of `default`. The id is always there.
pub(crate) fn pick(object: Value, params: &Params, default: &[&str]) -> Value {
    let Value::Object(members) = object else {
        return object;
    };
    let asked = params.text("fields");
    let names: Vec<&str> = match &asked {
        Some(fields) => fields.split(',').map(str::trim).collect(),
        None => default.to_vec(),
    };
    let picked: Map<String, Value> =
        members.into_iter().filter(|(name, _)| name == "id" || names.contains(&name.as_str())).collect();
    Value::Object(picked)
}
