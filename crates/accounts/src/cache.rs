use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_store::Millis;

/// Entries kept at most.
const ENTRIES: usize = 10_000;

/// A small map that forgets. Its time is the caller's, so that tests can move it.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    life: Duration,
    entries: Mutex<HashMap<K, (V, Millis)>>,
}

impl<K: Eq + Hash, V: Copy> Cache<K, V> {
    pub(crate) fn new(life: Duration) -> Self {
        Self { life, entries: Mutex::default() }
    }

    pub(crate) fn get(&self, key: &K, now: Millis) -> Option<V> {
        self.lock().get(key).filter(|(_, until)| *until > now).map(|(value, _)| *value)
    }

    pub(crate) fn put(&self, key: K, value: V, now: Millis) {
        let mut entries = self.lock();
        if entries.len() >= ENTRIES {
            entries.retain(|_, (_, until)| *until > now);
        }
        // Full of fresh entries: begin anew rather than grow. Each costs one query to find again.
        if entries.len() >= ENTRIES {
            entries.clear();
        }
        entries.insert(key, (value, now + self.life));
    }

    pub(crate) fn forget(&self, mut what: impl FnMut(&K, &V) -> bool) {
        self.lock().retain(|key, (value, _)| !what(key, value));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (V, Millis)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_lives_as_long_as_promised() {
        let cache = Cache::new(Duration::from_millis(10));
        cache.put("a", 1, Millis(100));
        assert_eq!(cache.get(&"a", Millis(109)), Some(1));
        assert_eq!(cache.get(&"a", Millis(110)), None);
    }

    #[test]
    fn what_is_forgotten_is_gone_and_the_rest_stays() {
        let cache = Cache::new(Duration::from_millis(10));
        cache.put("a", 1, Millis(0));
        cache.put("b", 2, Millis(0));
        cache.forget(|key, _| *key == "a");
        assert_eq!((cache.get(&"a", Millis(0)), cache.get(&"b", Millis(0))), (None, Some(2)));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let cache = Cache::new(Duration::from_millis(10));
        for i in 0..3 * ENTRIES {
            cache.put(i, (), Millis(0));
        }
        assert!(cache.lock().len() <= ENTRIES);
    }
}
