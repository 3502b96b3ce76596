use switchboard_store::{Language, Scope, person};

use crate::{Accounts, Error, Me, Principal, Result, sign_up::check_name};

/// What is to become different. `None`: stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub language: Option<Language>,
}

impl Accounts {
    /// Changes how a person is called and written to, in all of their tenants.
    pub async fn change_profile(&self, principal: &Principal, change: ProfileChange) -> Result<Me> {
        let person = principal.person.ok_or(Error::PersonRequired)?;
        let name = change.name.map(|name| check_name("name", &name)).transpose();
        let name = name.map_err(|error| Error::Invalid(vec![error]))?;
        let mut tx = self.db.write(Scope::Tenant(principal.tenant)).await?;
        let mut conn = tx.conn();
        if let Some(name) = name {
            person::set_name(&mut conn, person, &name).await?;
        }
        if let Some(language) = change.language {
            person::set_language(&mut conn, person, language).await?;
        }
        tx.commit().await?;
        self.me(principal).await
    }
}
