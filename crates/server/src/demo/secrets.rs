//! The secrets of a demo: made once, kept beside its database, readable by its owner alone.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::Rng;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use switchboard_crypto::token::random_token;

#[derive(Serialize, Deserialize)]
pub(super) struct Secrets {
    pub(super) master_keys: String,
    pub(super) jwt_secret: String,
    pub(super) app_secret: String,
    pub(super) verify_token: String,
    /// Of the person who signs in.
    pub(super) password: String,
}

impl Secrets {
    pub(super) fn load_or_make(path: &Path) -> anyhow::Result<Self> {
        if path.exists() {
            let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            return serde_json::from_str(&text)
                .with_context(|| format!("{} is damaged; delete its folder to begin anew", path.display()));
        }
        let secrets = Self::make();
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        file.write_all(serde_json::to_string_pretty(&secrets)?.as_bytes())?;
        Ok(secrets)
    }

    fn make() -> Self {
        let token = || random_token().expose_secret().to_owned();
        let mut key = [0_u8; 32];
        rand::rng().fill_bytes(&mut key);
        Self {
            master_keys: format!("demo:{}", STANDARD.encode(key)),
            jwt_secret: token(),
            app_secret: token(),
            verify_token: token(),
            password: format!("demo-{}", &token()[..12]),
        }
    }
}
