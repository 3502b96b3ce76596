//! Reading happens in a process of its own, for what people upload may be made to harm whoever reads it. The process is
//! this program once more, with a document on its standard input and nothing else: no settings, no files, no network,
//! little memory, little time. Whatever becomes of it, the one that serves goes on.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use switchboard_store::TenantId;
use tokio::{io::AsyncWriteExt, process::Command};

use super::{
    Document, Format, Unreadable,
    places::{Held, Places},
    read,
};

/// The command that [`answer`] serves, and its arguments: the format, and what whoever sent it says of its characters.
pub const COMMAND: &str = "read-document";
/// So many are read at once, each of another tenant; others wait.
const AT_ONCE: usize = 2;
/// For one document, from the moment its process is there.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of the processor, in seconds: what waits for its turn on a busy machine is not given up for it.
const PROCESSOR: u64 = 15;
/// In bytes.
const MEMORY: u64 = 384 * 1024 * 1024;
/// Standard input, output and error: with no other descriptor there is no file and no socket to be had.
const DESCRIPTORS: u64 = 3;

/// What a process says of its document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Read(Document),
    Unreadable(Unreadable),
}

/// Reads documents. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reader {
    program: PathBuf,
    places: Arc<Places>,
}

/// A document's place among those that are read one after another.
#[derive(Debug)]
pub struct Place {
    program: PathBuf,
    held: Held,
}

impl Reader {
    /// `program`: Switchboard's own, which answers [`COMMAND`].
    pub fn new(program: PathBuf) -> Self {
        Self { program, places: Arc::new(Places::new(AT_ONCE)) }
    }

    /// A place for a document of somebody who can come back. `None`: too many wait, of this tenant or of all.
    pub fn place(&self, tenant: TenantId) -> Option<Place> {
        Some(self.place_of(self.places.try_take(tenant)?))
    }

    /// A place however many wait, for a document of the crawler, which has few at a time.
    pub(crate) fn wait(&self, tenant: TenantId) -> Place {
        self.place_of(self.places.take(tenant))
    }

    fn place_of(&self, held: Held) -> Place {
        Place { program: self.program.clone(), held }
    }
}

impl Place {
    /// Reads a document when it is its turn. `charset`: what whoever sent it says that it is written in.
    ///
    /// # Errors
    /// [`Unreadable::TooHard`] for what takes too much of anything, and where the process could not be had.
    pub async fn read(self, format: Format, bytes: Vec<u8>, charset: Option<&str>) -> Result<Document, Unreadable> {
        let asked = async { tokio::time::timeout(PATIENCE, self.ask(format, bytes, charset)).await };
        let told = self.held.in_turn(asked).await;
        match told.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
            Ok(Answer::Read(document)) => Ok(document),
            Ok(Answer::Unreadable(why)) => Err(why),
            Err(error) => {
                tracing::warn!(%error, ?format, "a document was not read");
                Err(Unreadable::TooHard)
            }
        }
    }

    async fn ask(&self, format: Format, bytes: Vec<u8>, charset: Option<&str>) -> io::Result<Answer> {
        let mut child = Command::new(&self.program)
            .arg(COMMAND)
            .arg(format.as_str())
            .args(charset)
            .env_clear()
            // Else the allocator takes a gigabyte ahead, and what is taken is counted.
            .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut stdin = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        // A process that ends early says why on its output, or nothing.
        let (_, output) = tokio::join!(
            async move {
                let sent = stdin.write_all(&bytes).await;
                drop(stdin);
                sent
            },
            child.wait_with_output()
        );
        let output = output?;
        if !output.status.success() {
            return Err(io::Error::other(output.status.to_string()));
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// Answers [`COMMAND`]: gives up what a reader does not need, reads the document on standard input and tells what it says.
///
/// # Errors
/// Where it could not be confined; then nothing has been read.
pub fn answer(format: Format, charset: Option<&str>) -> io::Result<()> {
    confine()?;
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let answer = match read(format, &bytes, charset) {
        Ok(document) => Answer::Read(document),
        Err(why) => Answer::Unreadable(why),
    };
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &answer)?;
    stdout.flush()
}

fn confine() -> io::Result<()> {
    for (resource, limit) in
        [(Resource::Cpu, PROCESSOR), (Resource::Data, MEMORY), (Resource::Core, 0), (Resource::Nofile, DESCRIPTORS)]
    {
        setrlimit(resource, Rlimit { current: Some(limit), maximum: Some(limit) })?;
    }
    Ok(())
}
