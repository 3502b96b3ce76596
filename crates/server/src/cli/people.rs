use std::process::ExitCode;

use clap::{Args, Subcommand};
use switchboard_store::{Clock, Scope, SystemClock, person};

use crate::config::Settings;

/// `switchboard people`
#[derive(Debug, Args)]
pub(super) struct People {
    #[command(subcommand)]
    command: PeopleCommand,
}

#[derive(Debug, Subcommand)]
enum PeopleCommand {
    /// Note that an e-mail address is its person's, where no mail is sent that could prove it. `PLATFORM_ADMINS` counts
    /// for proved addresses alone. Switchboard may serve meanwhile.
    Confirm(Confirm),
}

#[derive(Debug, Args)]
struct Confirm {
    /// As they signed up with it.
    email: String,
    #[command(flatten)]
    settings: Settings,
}

impl People {
    pub(super) fn settings(&self) -> &Settings {
        let PeopleCommand::Confirm(confirm) = &self.command;
        &confirm.settings
    }

    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let PeopleCommand::Confirm(Confirm { email, settings }) = self.command;
        let db = settings.database().open().await?;
        let mut tx = db.write(Scope::System).await?;
        let mut conn = tx.conn();
        let Some(person) = person::by_email(&mut conn, email.trim()).await? else {
            println!("nobody has signed up with {email}");
            return Ok(ExitCode::FAILURE);
        };
        person::email_verified(&mut conn, person.id, SystemClock.now()).await?;
        tx.commit().await?;
        db.close().await;
        println!("{} is proved to be {}'s", person.email, person.name);
        Ok(ExitCode::SUCCESS)
    }
}
