use std::{fs, ops::Range, sync::LazyLock};

use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

use crate::{laws, support::fixtures};

static FIXTURES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let mut paths: Vec<_> = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
});

/// The words the decoder looks for, so that arbitrary JSON gets past the first of them.
const WORDS: &[&str] = &[
    "action",
    "add",
    "caption",
    "changes",
    "contact",
    "contacts",
    "context",
    "edit",
    "entry",
    "errors",
    "event",
    "failed",
    "field",
    "from",
    "from_user_id",
    "history",
    "id",
    "image",
    "message",
    "message_echoes",
    "message_id",
    "messages",
    "metadata",
    "object",
    "original_message_id",
    "phone_number_id",
    "reaction",
    "recipient_id",
    "sent",
    "standby",
    "state_sync",
    "status",
    "statuses",
    "system",
    "text",
    "threads",
    "timestamp",
    "to",
    "type",
    "user_changed_number",
    "user_id",
    "user_id_update",
    "value",
    "wa_id",
    "16505551234",
    "US.1",
    "whatsapp_business_account",
    "smb_message_echoes",
    "account_update",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => any::<String>()]
}

fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(word(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A change to a delivery, at a place that is chosen among those there are.
#[derive(Debug, Clone)]
enum Mutation {
    Drop(Index),
    Replace(Index, Value),
    /// What stands at one place comes to stand at another too.
    Copy(Index, Index),
    Rename(Index, String),
    Repeat(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        any::<Index>().prop_map(Mutation::Drop),
        (any::<Index>(), arbitrary_json()).prop_map(|(at, value)| Mutation::Replace(at, value)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Mutation::Copy(from, to)),
        (any::<Index>(), word()).prop_map(|(at, name)| Mutation::Rename(at, name)),
        any::<Index>().prop_map(Mutation::Repeat),
    ]
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut child = |name: &str, value: &Value| {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        pointers(value, &at, found);
        found.push(at);
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| child(&index.to_string(), item)),
        Value::Object(members) => members.iter().for_each(|(name, member)| child(name, member)),
        _ => {}
    }
}

/// Splits a pointer into its parent and the name there.
fn parent(pointer: &str) -> (&str, String) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    (parent, name.replace("~1", "/").replace("~0", "~"))
}

fn take(root: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = parent(pointer);
    match root.pointer_mut(parent)? {
        Value::Array(items) => Some(items.remove(name.parse().unwrap())),
        Value::Object(members) => members.remove(&name),
        _ => None,
    }
}

fn mutate(root: &mut Value, mutation: Mutation) {
    let mut places = Vec::new();
    pointers(root, "", &mut places);
    if places.is_empty() {
        return;
    }
    let place = |index: Index| places[index.index(places.len())].as_str();
    match mutation {
        Mutation::Drop(at) => drop(take(root, place(at))),
        Mutation::Replace(at, value) => *root.pointer_mut(place(at)).unwrap() = value,
        Mutation::Copy(from, to) => {
            let value = root.pointer(place(from)).unwrap().clone();
            *root.pointer_mut(place(to)).unwrap() = value;
        }
        Mutation::Rename(at, new) => {
            let (parent, old) = parent(place(at));
            if let Some(members) = root.pointer_mut(parent).and_then(Value::as_object_mut) {
                let member = members.remove(&old).unwrap();
                members.insert(new, member);
            }
        }
        Mutation::Repeat(at) => {
            if let Some(items) = root.pointer_mut(place(at)).and_then(Value::as_array_mut) {
                items.extend(items.clone());
            }
        }
    }
}

const SOME: Range<usize> = 0..6;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_laws_hold_for_any_bytes(body: Vec<u8>) {
        laws::hold_for(&body);
    }

    #[test]
    fn the_laws_hold_for_any_json(root in arbitrary_json()) {
        laws::hold_for(root.to_string().as_bytes());
    }

    #[test]
    fn the_laws_hold_for_any_change(field in word(), value in arbitrary_json()) {
        let change = Map::from_iter([("field".to_owned(), Value::from(field)), ("value".to_owned(), value)]);
        laws::hold_for(json!({ "entry": [{ "id": "1", "changes": [change] }] }).to_string().as_bytes());
    }

    #[test]
    fn the_laws_hold_for_what_meta_nearly_sends(at: Index, mutations in prop::collection::vec(mutation(), SOME)) {
        let mut root = at.get(&FIXTURES).clone();
        for mutation in mutations {
            mutate(&mut root, mutation);
        }
        laws::hold_for(root.to_string().as_bytes());
    }

    #[test]
    fn the_laws_hold_for_damaged_bytes(at: Index, cut: Index, flips in prop::collection::vec((any::<Index>(), any::<u8>()), SOME)) {
        let mut body = at.get(&FIXTURES).to_string().into_bytes();
        for (at, byte) in flips {
            let at = at.index(body.len());
            body[at] = byte;
        }
        laws::hold_for(&body);
        laws::hold_for(&body[..cut.index(body.len())]);
    }
}

#[test]
fn the_laws_hold_for_every_fixture() {
    for fixture in &*FIXTURES {
        laws::hold_for(fixture.to_string().as_bytes());
    }
}
