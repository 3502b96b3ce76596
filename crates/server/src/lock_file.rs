//! SQLite belongs to one process: a second one would not hear the first's wake-ups and would work on the same turns.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use anyhow::{Context, bail};

/// Holds the lock until it is dropped. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct LockFile(#[expect(dead_code, reason = "held for its lock")] File);

impl LockFile {
    /// Locks the file `<database>.lock`.
    pub(crate) fn beside(database: &Path) -> anyhow::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let path = Path::new(&name);
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.with_context(|| format!("{} cannot be opened", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                bail!("another process is using {}: SQLite is for one; several share PostgreSQL", database.display())
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("{} cannot be locked", path.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_locked_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("switchboard.db");
        let first = LockFile::beside(&database).unwrap();
        let refusal = LockFile::beside(&database).unwrap_err();
        assert!(refusal.to_string().contains("another process"), "{refusal}");
        drop(first);
        assert!(LockFile::beside(&database).is_ok());
    }
}
