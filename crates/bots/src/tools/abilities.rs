//! What every bot can be allowed to do besides answering. None of it leaves the house: it is done with the turn.

use serde_json::{Map, Value, json};
use switchboard_inbox::{
    contact_fields,
    tool_calls::{Deeds, Under},
};
use switchboard_store::{
    Ability, Conn, FieldKind, Result, TenantId,
    contact_field::{self, ContactField},
    label::{self, Label},
};

use super::{Outcome, action::Facts};
use crate::model::ToolSpec;

/// What the abilities of a bot work with.
#[derive(Debug, Default)]
pub(super) struct Household {
    labels: Vec<Label>,
    fields: Vec<ContactField>,
}

pub(super) const HAND_OVER: &str = "hand_over";

impl Household {
    pub(super) async fn of(conn: &mut Conn<'_>, tenant: TenantId, abilities: &[Ability]) -> Result<Self> {
        let mut household = Self::default();
        if abilities.contains(&Ability::SetLabel) {
            household.labels = label::all(conn, tenant).await?;
        }
        if abilities.contains(&Ability::SetContactField) {
            household.fields = contact_field::all(conn, tenant).await?;
        }
        Ok(household)
    }

    /// `None`: there is nothing to choose from.
    pub(super) fn spec(&self, ability: Ability) -> Option<ToolSpec> {
        match ability {
            Ability::SetLabel => self.set_label(),
            Ability::SetContactField => self.set_contact_field(),
            Ability::AskPhone => Some(spec(
                ability.as_str(),
                "Put a button under your reply with which the customer can tell their phone number. Use it only when the \
                 number is needed and not known.",
                &json!({}),
                &[],
            )),
        }
    }

    fn set_label(&self) -> Option<ToolSpec> {
        let names: Vec<_> = self.labels.iter().map(|label| &label.name).collect();
        let label = json!({ "label": { "type": "string", "enum": names } });
        let about = "Put a label on this conversation, so that the team finds it. Only one that plainly fits.";
        (!names.is_empty()).then(|| spec(Ability::SetLabel.as_str(), about, &label, &["label"]))
    }

    fn set_contact_field(&self) -> Option<ToolSpec> {
        let names: Vec<_> = self.fields.iter().map(|field| &field.name).collect();
        let values: Vec<_> = self.fields.iter().map(|field| format!("{}: {}", field.name, values(field))).collect();
        let inputs = json!({
            "field": { "type": "string", "enum": names },
            "value": { "type": "string", "description": values.join("; ") },
        });
        let about = "Write down what the customer says of themselves in one of the business's fields. Only what they have \
                     said in this conversation, and never a guess.";
        (!names.is_empty()).then(|| spec(Ability::SetContactField.as_str(), about, &inputs, &["field", "value"]))
    }

    /// Adds to `deeds` what was asked for.
    pub(super) fn act(
        &self,
        ability: Ability,
        inputs: &Map<String, Value>,
        facts: &Facts,
        deeds: &mut Deeds,
    ) -> Outcome {
        let text = |name: &str| inputs.get(name).and_then(Value::as_str).unwrap_or_default();
        match ability {
            Ability::SetLabel => match self.labels.iter().find(|label| label.name == text("label")) {
                Some(label) => {
                    deeds.labels.push(label.id);
                    done()
                }
                None => Outcome::failed("There is no such label."),
            },
            Ability::SetContactField => match self.fields.iter().find(|field| field.name == text("field")) {
                Some(field) => write_down(field, text("value"), deeds),
                None => Outcome::failed("There is no such field."),
            },
            Ability::AskPhone if facts.phone.is_some() => Outcome::failed("The customer's phone number is known."),
            Ability::AskPhone => {
                deeds.under = Under::Phone;
                Outcome {
                    ok: true,
                    text: "The button will stand under your reply. Ask for the number in it.".into(),
                    status: None,
                }
            }
        }
    }
}

fn write_down(field: &ContactField, text: &str, deeds: &mut Deeds) -> Outcome {
    let value = match field.kind {
        FieldKind::Number => text.trim().parse().map_or_else(|_| text.into(), |number: f64| json!(number)),
        FieldKind::Text | FieldKind::Date | FieldKind::Choice => Value::from(text),
    };
    match contact_fields::checked_value(field, &value) {
        Ok(Some(value)) => {
            deeds.fields.insert(field.id, value);
            done()
        }
        Ok(None) => Outcome::failed("There is nothing to write down."),
        Err(error) => Outcome::failed(error.to_string()),
    }
}

fn done() -> Outcome {
    Outcome { ok: true, text: "Done.".into(), status: None }
}

/// What a field takes, for a model.
fn values(field: &ContactField) -> String {
    match field.kind {
        FieldKind::Text => "a text".to_owned(),
        FieldKind::Number => "a number".to_owned(),
        FieldKind::Date => "a day such as 2026-11-26".to_owned(),
        FieldKind::Choice => format!("one of {}", field.choices.join(", ")),
    }
}

/// Calls people, as the answer's own field does: for models that cannot be held to a shape.
pub(super) fn hand_over() -> ToolSpec {
    let reason =
        json!({ "reason": { "type": "string", "minLength": 1, "description": "Why, in a few words, for the team" } });
    spec(HAND_OVER, "Have a person go on with this conversation.", &reason, &["reason"])
}

fn spec(name: &str, description: &str, properties: &Value, required: &[&str]) -> ToolSpec {
    let parameters =
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    ToolSpec { name: name.to_owned(), description: description.to_owned(), parameters }
}
