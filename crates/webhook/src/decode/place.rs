//! Where in a delivery an item stands, and the delivery that would hold nothing else.

use serde_json::{Map, Value};

/// Members that hold items or belong to some: left behind when one item is cut out, unless they lead to it.
const ITEM_LISTS: [&str; 12] = [
    "changes",
    "contacts",
    "entry",
    "errors",
    "history",
    "message_echoes",
    "messages",
    "standby",
    "state_sync",
    "statuses",
    "threads",
    "user_id_update",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Key(&'static str),
    Index(usize),
}

/// A value within the delivery, and the way there from the root.
#[derive(Debug, Clone)]
pub(super) struct Spot<'a> {
    pub(super) value: &'a Value,
    path: Vec<Step>,
}

impl<'a> Spot<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: Vec::new() }
    }

    /// The member `key`, unless it is absent or `null`.
    pub(super) fn member(&self, key: &'static str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(self.step(Step::Key(key), value))
    }

    /// The items of the list `key`. What is there but is no list counts as a list of itself.
    pub(super) fn each(&self, key: &'static str) -> Vec<Self> {
        let Some(list) = self.member(key) else {
            return Vec::new();
        };
        match list.value {
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, item)| list.step(Step::Index(index), item)).collect()
            }
            _ => vec![list],
        }
    }

    fn step(&self, step: Step, value: &'a Value) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend_from_slice(&self.path);
        path.push(step);
        Self { value, path }
    }

    /// This value with nothing beside it.
    pub(super) fn alone(&self) -> Place {
        Place { path: self.path.clone(), holder: 0, contacts: Beside::None, errors: false }
    }

    /// What an object says besides its items.
    pub(super) fn without_items(&self) -> Value {
        let members = self.value.as_object().into_iter().flatten();
        let rest = members.filter(|(name, _)| !ITEM_LISTS.contains(&name.as_str()));
        Value::Object(rest.map(|(name, member)| (name.clone(), member.clone())).collect())
    }

    /// This value with some of the `contacts` and `errors` of the object that holds its list.
    pub(super) fn beside(&self, holder: &Spot<'_>, contacts: Beside, errors: bool) -> Place {
        Place { path: self.path.clone(), holder: holder.path.len(), contacts, errors }
    }
}

/// Which of the contacts that accompany an item are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    None,
    One(usize),
    /// Nobody knows which.
    All,
}

#[derive(Debug, Clone)]
pub(super) struct Place {
    path: Vec<Step>,
    /// How many steps lead to the object whose `contacts` and `errors` are meant.
    holder: usize,
    contacts: Beside,
    errors: bool,
}

impl Place {
    /// `root` with the value at this place as its only item, and everything that is no item left as it was.
    pub(super) fn cut_out(&self, root: &Value) -> Value {
        self.cut(root, 0)
    }

    fn cut(&self, value: &Value, depth: usize) -> Value {
        match (self.path.get(depth), value) {
            (Some(Step::Index(index)), Value::Array(items)) => {
                items.get(*index).map(|item| self.cut(item, depth + 1)).into_iter().collect()
            }
            (Some(Step::Key(key)), Value::Object(members)) => {
                let keep = |(name, member): (&String, &Value)| {
                    let kept =
                        if name == key { Some(self.cut(member, depth + 1)) } else { self.keep(name, member, depth) };
                    kept.map(|kept| (name.clone(), kept))
                };
                Value::Object(members.iter().filter_map(keep).collect::<Map<_, _>>())
            }
            _ => value.clone(),
        }
    }

    /// What remains of a member that does not lead to the item.
    fn keep(&self, name: &str, member: &Value, depth: usize) -> Option<Value> {
        let at_holder = depth == self.holder;
        match (name, self.contacts) {
            ("contacts", Beside::All) if at_holder => Some(member.clone()),
            ("contacts", Beside::One(index)) if at_holder => Some(match member {
                Value::Array(contacts) => contacts.get(index).cloned().into_iter().collect(),
                single => single.clone(),
            }),
            ("errors", _) if at_holder && self.errors => Some(member.clone()),
            // How far a history is, which is told by an item of its own.
            ("metadata", _) if depth >= 2 && matches!(self.path[depth - 2], Step::Key("history")) => None,
            (name, _) if ITEM_LISTS.contains(&name) => None,
            _ => Some(member.clone()),
        }
    }
}
