//! An archive of all that a tenant has: a ZIP of JSON lines, one file for each kind of thing.
//!
//! It is made in the background, a page of rows at a time, and kept in the database in pieces, so that it needs little
//! memory and any replica can hand it out. A try that dies is begun anew by whoever takes it up.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::json;
use switchboard_store::{
    Error as StoreError, ExportState, Millis, Scope, TenantId, crash_point, export_rows,
    export_rows::{ExportKind, Place},
    new_id, tenant_export,
    tenant_export::{Progress, TenantExport},
};
use uuid::Uuid;
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{Accounts, Error, Principal, Result, audit, tenant_deletion::require_owner};

/// How long an archive can be fetched.
pub const EXPORT_KEPT: Duration = Duration::from_hours(7 * 24);
/// Rows read at a time.
const PAGE: i64 = 500;
/// In bytes, about.
const PIECE: usize = 1024 * 1024;
/// Pieces deleted in one transaction.
const PIECES_AT_ONCE: i64 = 16;
/// Without news, another takes it up after this.
const LEASE: Duration = Duration::from_secs(30);
const TRIES: i64 = 3;
const BETWEEN_TRIES: Duration = Duration::from_secs(10);
/// Archives that are listed.
const SHOWN: i64 = 20;

impl Accounts {
    /// Asks for an archive. Only an owner may, in person, and only one is made at a time.
    pub async fn request_export(&self, principal: &Principal) -> Result<TenantExport> {
        require_owner(principal)?;
        let by = principal.person.ok_or(Error::PersonRequired)?;
        let (tenant, now) = (principal.tenant, self.now());
        let id = new_id(now);
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        tenant_export::insert(&mut conn, tenant, id, by, now).await.map_err(|error| match error {
            StoreError::Duplicate { .. } => Error::ExportRunning,
            error => error.into(),
        })?;
        let target = Some(id.to_string());
        audit::record(&mut conn, principal.into(), now, "tenant.export_requested", target, json!({})).await?;
        let export = tenant_export::get(&mut conn, tenant, id).await?.ok_or(Error::NotFound("export"))?;
        tx.commit().await?;
        Ok(export)
    }

    /// The newest first.
    pub async fn exports(&self, principal: &Principal) -> Result<Vec<TenantExport>> {
        require_owner(principal)?;
        let mut tx = self.db.read(Scope::Tenant(principal.tenant)).await?;
        Ok(tenant_export::list(&mut tx.conn(), principal.tenant, SHOWN).await?)
    }

    /// An archive that is about to be fetched.
    pub async fn open_export(&self, principal: &Principal, id: Uuid) -> Result<TenantExport> {
        require_owner(principal)?;
        let (tenant, now) = (principal.tenant, self.now());
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let mut conn = tx.conn();
        let export = tenant_export::get(&mut conn, tenant, id).await?.ok_or(Error::NotFound("export"))?;
        if export.state != ExportState::Ready || export.expires_at.is_none_or(|at| at <= now) {
            return Err(Error::ExportNotReady);
        }
        let target = Some(id.to_string());
        audit::record(&mut conn, principal.into(), now, "tenant.export_downloaded", target, json!({})).await?;
        tx.commit().await?;
        Ok(export)
    }

    /// A piece of an archive, counted from 0; `None`: there are no more.
    pub async fn export_piece(&self, tenant: TenantId, id: Uuid, seq: i64) -> Result<Option<Vec<u8>>> {
        let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
        Ok(tenant_export::chunk(&mut tx.conn(), tenant, id, seq).await?)
    }

    /// Makes the archive that has waited longest. `false`: there was none.
    pub async fn make_next_export(&self) -> Result<bool> {
        // Looked at first as a reader: there is mostly nothing.
        let mut tx = self.db.read(Scope::System).await?;
        if !tenant_export::is_due(&mut tx.conn(), self.now()).await? {
            return Ok(false);
        }
        drop(tx);
        let now = self.now();
        let mut tx = self.db.write(Scope::System).await?;
        let claimed = tenant_export::claim(&mut tx.conn(), now, now + LEASE).await?;
        tx.commit().await?;
        let Some(export) = claimed else { return Ok(false) };
        if let Err(error) = self.make(&export).await {
            tracing::error!(%error, tenant = %export.tenant_id, export.id = %export.id, attempt = export.attempts, "an archive could not be made");
            self.give_up_or_wait(&export).await?;
        }
        Ok(true)
    }

    /// Deletes some of an archive whose time is over. `false`: there was none.
    pub async fn sweep_exports(&self) -> Result<bool> {
        let mut tx = self.db.read(Scope::System).await?;
        let Some((tenant, id)) = tenant_export::expired(&mut tx.conn(), self.now()).await? else { return Ok(false) };
        drop(tx);
        self.delete_pieces(tenant, id).await?;
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        tenant_export::delete(&mut tx.conn(), tenant, id).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn make(&self, export: &TenantExport) -> Result<()> {
        let tenant = export.tenant_id;
        // Of a try that died.
        self.delete_pieces(tenant, export.id).await?;
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        let rows = export_rows::count(&mut tx.conn(), tenant).await?;
        tenant_export::set_total(&mut tx.conn(), export, rows).await?;
        tx.commit().await?;
        let mut archive = Archive::begin(self.now());
        for kind in ExportKind::ALL {
            archive.begin_file(kind)?;
            let mut after = Some(Place::default());
            while let Some(place) = after {
                let mut tx = self.db.read(Scope::Tenant(tenant)).await?;
                let page = export_rows::page(&mut tx.conn(), tenant, kind, &place, PAGE).await?;
                drop(tx);
                archive.write(&page.text, page.rows)?;
                if !self.store_pieces(export, kind, &mut archive, PIECE).await? {
                    return Ok(());
                }
                after = page.next;
            }
        }
        archive.end()?;
        if !self.store_pieces(export, ExportKind::Audit, &mut archive, 1).await? {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
        tenant_export::finish(&mut tx.conn(), export, ExportState::Ready, now, now + EXPORT_KEPT).await?;
        Ok(tx.commit().await?)
    }

    /// Stores what there is, if it is at least as much, and how far that is. `false`: another has taken the try over.
    async fn store_pieces(
        &self,
        export: &TenantExport,
        kind: ExportKind,
        archive: &mut Archive,
        at_least: usize,
    ) -> Result<bool> {
        let piece = archive.take(at_least);
        let mut tx = self.db.write(Scope::Tenant(export.tenant_id)).await?;
        let mut conn = tx.conn();
        if let Some((seq, body)) = &piece {
            tenant_export::insert_chunk(&mut conn, export, *seq, body).await?;
        }
        let progress = Progress {
            step: kind.as_str(),
            rows_done: archive.rows,
            bytes: archive.bytes,
            lease_until: self.now() + LEASE,
        };
        if !tenant_export::progress(&mut conn, export, progress).await? {
            return Ok(false);
        }
        tx.commit().await?;
        crash_point("export.page");
        Ok(true)
    }

    async fn give_up_or_wait(&self, export: &TenantExport) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.write(Scope::Tenant(export.tenant_id)).await?;
        let mut conn = tx.conn();
        if export.attempts >= TRIES {
            tenant_export::finish(&mut conn, export, ExportState::Failed, now, now + EXPORT_KEPT).await?;
        } else {
            tenant_export::release(&mut conn, export, now + BETWEEN_TRIES).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn delete_pieces(&self, tenant: TenantId, id: Uuid) -> Result<()> {
        loop {
            let mut tx = self.db.write(Scope::Tenant(tenant)).await?;
            let pieces = tenant_export::delete_chunks(&mut tx.conn(), tenant, id, PIECES_AT_ONCE).await?;
            tx.commit().await?;
            if pieces == 0 {
                return Ok(());
            }
        }
    }
}

/// An archive being written, whose beginning may be taken away already.
struct Archive {
    zip: ZipWriter<zip::write::StreamWriter<Written>>,
    written: Written,
    options: SimpleFileOptions,
    /// The next piece's.
    seq: i64,
    rows: i64,
    bytes: i64,
}

impl Archive {
    fn begin(now: Millis) -> Self {
        let written = Written::default();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            // Whether a file is larger than four gigabytes is known too late.
            .large_file(true)
            .last_modified_time(date_time(now).unwrap_or_default());
        Self { zip: ZipWriter::new_stream(written.clone()), written, options, seq: 0, rows: 0, bytes: 0 }
    }

    fn begin_file(&mut self, kind: ExportKind) -> Result<()> {
        Ok(self.zip.start_file(format!("{}.jsonl", kind.as_str()), self.options)?)
    }

    fn write(&mut self, text: &[u8], rows: i64) -> Result<()> {
        self.rows += rows;
        self.zip.write_all(text).map_err(|_| Error::Internal("the archive cannot be written"))
    }

    fn end(&mut self) -> Result<()> {
        let zip = std::mem::replace(&mut self.zip, ZipWriter::new_stream(Written::default()));
        zip.finish()?;
        Ok(())
    }

    /// What has been written since, with its place, if it is at least as much.
    fn take(&mut self, at_least: usize) -> Option<(i64, Vec<u8>)> {
        let body = self.written.take(at_least)?;
        let seq = self.seq;
        self.seq += 1;
        self.bytes += i64::try_from(body.len()).unwrap_or(i64::MAX);
        Some((seq, body))
    }
}

impl From<ZipError> for Error {
    fn from(_: ZipError) -> Self {
        Self::Internal("the archive cannot be written")
    }
}

/// Where the bytes of an archive gather.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self, at_least: usize) -> Option<Vec<u8>> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (bytes.len() >= at_least.max(1)).then(|| std::mem::take(&mut *bytes))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// As ZIP writes times: from 1980 on, in whole seconds. In UTC here.
fn date_time(at: Millis) -> Option<DateTime> {
    let text = at.to_rfc3339();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
    let small = |from, to| part(from, to).and_then(|number| u8::try_from(number).ok());
    let (month, day) = (small(5, 7)?, small(8, 10)?);
    let (hour, minute, second) = (small(11, 13)?, small(14, 16)?, small(17, 19)?);
    DateTime::from_date_and_time(part(0, 4)?, month, day, hour, minute, second).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    #[test]
    fn an_archive_that_was_taken_away_in_pieces_is_whole() {
        let mut archive = Archive::begin(Millis(1_700_000_000_000));
        let mut taken = Vec::new();
        // What could be packed well would leave in one piece.
        let noise = |n: u64| {
            let numbers = (1..9_u64).map(|k| (n * 8 + k).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29));
            numbers.map(|number| format!("{number:016x}")).collect::<Vec<_>>().concat()
        };
        for kind in [ExportKind::Tenant, ExportKind::Messages] {
            archive.begin_file(kind).unwrap();
            for n in 0..2000 {
                archive.write(format!("{{\"n\":\"{}\"}}\n", noise(n)).as_bytes(), 1).unwrap();
                taken.extend(archive.take(100));
            }
        }
        archive.end().unwrap();
        taken.extend(archive.take(1));
        assert!(taken.len() > 2, "{} pieces", taken.len());
        assert!(taken.iter().map(|(seq, _)| *seq).eq(0..i64::try_from(taken.len()).unwrap()));
        let bytes: Vec<u8> = taken.into_iter().flat_map(|(_, body)| body).collect();
        assert_eq!((archive.rows, archive.bytes), (4000, i64::try_from(bytes.len()).unwrap()));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names: Vec<_> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["tenant.jsonl", "messages.jsonl"]);
        let mut text = String::new();
        zip.by_name("messages.jsonl").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text.lines().count(), 2000);
        assert_eq!(zip.by_name("tenant.jsonl").unwrap().last_modified().unwrap().to_string(), "2023-11-14 22:13:20");
    }
}
