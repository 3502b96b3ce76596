use std::sync::Arc;

use secrecy::SecretString;
use switchboard_crypto::password::{self, Verdict};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// At a time. Each takes 19 MiB and a processor; more would slow the rest of the program down, not hashing up.
const CONCURRENT: usize = 2;

/// Hashes passwords off the threads that serve requests, a few at a time.
#[derive(Debug, Clone)]
pub(crate) struct Hasher(Arc<Semaphore>);

impl Default for Hasher {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(CONCURRENT)))
    }
}

impl Hasher {
    pub(crate) async fn hash(&self, password: &SecretString) -> Result<String> {
        let password = password.clone();
        self.run(move || password::hash(&password)).await?.map_err(|_| Error::Internal("the password cannot be hashed"))
    }

    /// As slow without a hash, so that the time of an answer does not tell who has an account.
    pub(crate) async fn verify(&self, password: &SecretString, phc: Option<String>) -> Result<Verdict> {
        let password = password.clone();
        self.run(move || {
            if let Some(phc) = phc {
                return password::verify(&password, &phc);
            }
            password::verify_nothing(&password);
            Verdict::Mismatch
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let permit = Arc::clone(&self.0).acquire_owned().await.expect("the semaphore is never closed");
        // The permit goes along: a request that is given up must not let another one in while its hash still runs.
        let job = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        job.await.map_err(|_| Error::Internal("hashing a password failed"))
    }
}
