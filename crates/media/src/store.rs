//! Where files are kept: a folder, or any store that speaks S3.

use std::{
    fmt,
    ops::Range,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::{
    GetOptions, ObjectStore, ObjectStoreExt as _, aws::AmazonS3Builder, buffered::BufWriter, local::LocalFileSystem,
    path::Path, prefix::PrefixStore,
};
use sha2::{Digest as _, Sha256};
use switchboard_store::TenantId;
use tokio::io::AsyncWriteExt as _;
use url::Url;
use uuid::Uuid;

/// What is smaller leaves in one piece; what is larger in pieces of this size. S3 takes none smaller.
const PIECE: usize = 5 * 1024 * 1024;
const PIECES_AT_ONCE: usize = 2;
/// What is written to see whether it can be.
const TRIED: &[u8] = b"switchboard doctor";
/// A half-written file that is older than this was left by a process that died.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// Which file: nothing that anybody else named is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub tenant: TenantId,
    pub media: Uuid,
}

impl Key {
    fn path(self) -> Path {
        Path::from(format!("{}/{}", self.tenant.0.simple(), self.media.simple()))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum MediaStoreError {
    #[error("MEDIA_STORE must be file:///a/folder or s3://bucket/prefix")]
    Address,
    #[error("the folder {0} for files cannot be made: {1}")]
    Folder(PathBuf, #[source] std::io::Error),
    #[error("there is no such file")]
    NotFound,
    #[error("a file cannot be {0}: {1}")]
    Unusable(&'static str, #[source] Box<MediaStoreError>),
    /// Trying again may help.
    #[error("the store of files failed: {0}")]
    Failed(String),
}

impl From<object_store::Error> for MediaStoreError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<std::io::Error> for MediaStoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// All files of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct MediaStore {
    store: Arc<dyn ObjectStore>,
    /// Where it is a folder.
    folder: Option<PathBuf>,
}

impl fmt::Debug for MediaStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaStore").field("store", &self.store.to_string()).finish_non_exhaustive()
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// In bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl MediaStore {
    /// Opens `file:///folder`, which is made if need be, or `s3://bucket/prefix`, whose keys, region and address come from
    /// the variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, … of the environment.
    pub fn open(address: &Url) -> Result<Self, MediaStoreError> {
        match address.scheme() {
            "file" => Self::in_folder(&address.to_file_path().map_err(|()| MediaStoreError::Address)?),
            "s3" => Self::in_bucket(AmazonS3Builder::from_env(), address),
            _ => Err(MediaStoreError::Address),
        }
    }

    fn in_folder(folder: &FilePath) -> Result<Self, MediaStoreError> {
        std::fs::create_dir_all(folder).map_err(|error| MediaStoreError::Folder(folder.to_owned(), error))?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder.to_owned()) })
    }

    fn in_bucket(builder: AmazonS3Builder, address: &Url) -> Result<Self, MediaStoreError> {
        let bucket = address.host_str().ok_or(MediaStoreError::Address)?;
        let store = builder.with_bucket_name(bucket).build()?;
        let prefix = address.path().trim_matches('/');
        let store: Arc<dyn ObjectStore> =
            if prefix.is_empty() { Arc::new(store) } else { Arc::new(PrefixStore::new(store, prefix)) };
        Ok(Self { store, folder: None })
    }

    /// Whether processes on other machines see the same files.
    pub fn is_shared(&self) -> bool {
        self.folder.is_none()
    }

    /// Whether files can be written, read and deleted.
    pub async fn check(&self) -> Result<(), MediaStoreError> {
        let key = Key { tenant: TenantId(Uuid::nil()), media: Uuid::nil() };
        let unusable = |what| move |error| MediaStoreError::Unusable(what, Box::new(error));
        self.store_whole(key, TRIED).await.map_err(unusable("written"))?;
        let read = match self.read(key, None).await {
            Ok(reading) => reading.into_bytes().await,
            Err(error) => Err(error),
        };
        // Whatever came of it, nothing is to be left.
        let deleted = self.delete(key).await;
        if read.map_err(unusable("read"))? != TRIED {
            return Err(unusable("read")(MediaStoreError::Failed("it is not what was written".to_owned())));
        }
        deleted.map_err(unusable("deleted"))
    }

    async fn store_whole(&self, key: Key, bytes: &'static [u8]) -> Result<(), MediaStoreError> {
        let mut writing = self.write(key);
        writing.push(Bytes::from_static(bytes)).await?;
        writing.finish().await.map(|_| ())
    }

    /// Begins a file. Nobody sees anything of it until it is finished.
    pub fn write(&self, key: Key) -> Writing {
        let writer = BufWriter::with_capacity(Arc::clone(&self.store), key.path(), PIECE);
        Writing { writer: writer.with_max_concurrency(PIECES_AT_ONCE), digest: Sha256::new(), size: 0 }
    }

    /// Opens a file, or a part of it.
    pub async fn read(&self, key: Key, range: Option<Range<u64>>) -> Result<Reading, MediaStoreError> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        let found = self.store.get_opts(&key.path(), options).await?;
        Ok(Reading { size: found.meta.size, range: found.range.clone(), stream: found.into_stream().boxed() })
    }

    /// Deletes a file; one that is not there is no error.
    pub async fn delete(&self, key: Key) -> Result<(), MediaStoreError> {
        match self.store.delete(&key.path()).await.map_err(MediaStoreError::from) {
            Err(MediaStoreError::NotFound) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Deletes all files of a tenant.
    pub async fn delete_all(&self, tenant: TenantId) -> Result<(), MediaStoreError> {
        let folder = Path::from(tenant.0.simple().to_string());
        let files = self.store.list(Some(&folder)).map_ok(|file| file.location).boxed();
        self.store.delete_stream(files).try_for_each(|_| std::future::ready(Ok(()))).await?;
        Ok(())
    }

    /// Removes what a process that died has left half-written in the folder. Blocks; how many files went.
    pub fn tidy(&self, now: SystemTime) -> usize {
        let Some(folder) = &self.folder else { return 0 };
        let files = |folder: &FilePath| std::fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
        let left = files(folder).flat_map(|tenant| files(&tenant).collect::<Vec<_>>()).filter(|file| {
            // What is being written has a name with a number sign; finished files have not.
            let is_part = file.file_name().is_some_and(|name| name.to_string_lossy().contains('#'));
            let written = file.metadata().and_then(|meta| meta.modified()).ok();
            is_part && written.and_then(|at| now.duration_since(at).ok()).is_some_and(|age| age > LEFT_BEHIND)
        });
        left.filter(|file| std::fs::remove_file(file).is_ok()).count()
    }
}

/// A file being written.
pub struct Writing {
    writer: BufWriter,
    digest: Sha256,
    size: u64,
}

impl fmt::Debug for Writing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writing").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Writing {
    /// How much has been written, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// After an error there will be no file, and there is nothing left to call.
    pub async fn push(&mut self, bytes: Bytes) -> Result<(), MediaStoreError> {
        self.digest.update(&bytes);
        self.size += bytes.len() as u64;
        let pushed = self.writer.put(bytes).await;
        if pushed.is_err() {
            // S3 would keep what has arrived, and nobody would see it. What failed says more than that this does, too.
            let _ = self.writer.abort().await;
        }
        Ok(pushed?)
    }

    /// The file is there when this returns.
    pub async fn finish(mut self) -> Result<StoredFile, MediaStoreError> {
        self.writer.shutdown().await?;
        Ok(StoredFile { size: self.size, sha256: hex::encode(self.digest.finalize()) })
    }

    /// There will be no file.
    pub async fn abort(mut self) -> Result<(), MediaStoreError> {
        Ok(self.writer.abort().await?)
    }
}

/// A file, or a part of it, being read.
pub struct Reading {
    /// Of the whole file, in bytes.
    pub size: u64,
    /// Which part comes.
    pub range: Range<u64>,
    stream: futures_util::stream::BoxStream<'static, object_store::Result<Bytes>>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("size", &self.size).field("range", &self.range).finish_non_exhaustive()
    }
}

impl Reading {
    /// All of it, in memory.
    pub async fn into_bytes(self) -> Result<Vec<u8>, MediaStoreError> {
        let together = |mut all: Vec<u8>, chunk: Bytes| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        };
        self.into_stream().try_fold(Vec::new(), together).await
    }

    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, MediaStoreError>> + Send + 'static {
        self.stream.map_err(MediaStoreError::from)
    }
}

#[cfg(test)]
mod tests {
    use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

    use super::*;

    fn key() -> Key {
        Key { tenant: TenantId(Uuid::from_u128(1)), media: Uuid::from_u128(2) }
    }

    async fn contents(store: &MediaStore, range: Option<Range<u64>>) -> Result<Vec<u8>, MediaStoreError> {
        let reading = store.read(key(), range).await?;
        let chunks: Vec<Bytes> = reading.into_stream().try_collect().await?;
        Ok(chunks.concat())
    }

    fn in_folder() -> (tempfile::TempDir, MediaStore) {
        let folder = tempfile::tempdir().unwrap();
        let address = Url::from_directory_path(folder.path().join("media")).unwrap();
        let store = MediaStore::open(&address).unwrap();
        (folder, store)
    }

    #[tokio::test]
    async fn a_file_of_any_size_comes_back_whole_and_in_parts() {
        let (_folder, store) = in_folder();
        for size in [0, 11, PIECE - 1, 2 * PIECE + 7] {
            let bytes: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let mut writing = store.write(key());
            for chunk in bytes.chunks(100_000) {
                writing.push(Bytes::copy_from_slice(chunk)).await.unwrap();
            }
            let stored = writing.finish().await.unwrap();
            assert_eq!((stored.size, stored.sha256), (size as u64, hex::encode(Sha256::digest(&bytes))));
            assert!(contents(&store, None).await.unwrap() == bytes, "{size}");
        }
        let part = contents(&store, Some(100..205)).await.unwrap();
        assert_eq!(part, (100..205_u32).map(|at| u8::try_from(at % 251).unwrap()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn what_was_given_up_leaves_nothing() {
        let (folder, store) = in_folder();
        for size in [11, 2 * PIECE] {
            let mut writing = store.write(key());
            writing.push(Bytes::from(vec![1; size])).await.unwrap();
            writing.abort().await.unwrap();
            assert!(matches!(contents(&store, None).await, Err(MediaStoreError::NotFound)), "{size}");
        }
        let tenant = folder.path().join("media").join(key().tenant.0.simple().to_string());
        assert_eq!(std::fs::read_dir(tenant).map_or(0, Iterator::count), 0);
    }

    #[tokio::test]
    async fn a_deleted_file_is_gone_and_deleting_it_again_is_no_error() {
        let (_folder, store) = in_folder();
        let mut writing = store.write(key());
        writing.push(Bytes::from_static(b"hello")).await.unwrap();
        writing.finish().await.unwrap();
        store.delete(key()).await.unwrap();
        store.delete(key()).await.unwrap();
        assert!(matches!(contents(&store, None).await, Err(MediaStoreError::NotFound)));
    }

    #[tokio::test]
    async fn what_a_dead_process_left_half_written_goes_after_a_day() {
        let (folder, store) = in_folder();
        let tenant = folder.path().join("media/tenant");
        std::fs::create_dir_all(&tenant).unwrap();
        std::fs::write(tenant.join("whole"), "x").unwrap();
        std::fs::write(tenant.join("half#1"), "x").unwrap();
        let now = std::fs::metadata(tenant.join("half#1")).unwrap().modified().unwrap();
        assert_eq!(store.tidy(now), 0, "it may still be being written");
        assert_eq!(store.tidy(now + LEFT_BEHIND + Duration::from_secs(1)), 1);
        assert!(tenant.join("whole").exists());
    }

    #[tokio::test]
    async fn a_store_is_tried_out_and_nothing_of_it_is_left() {
        let (folder, store) = in_folder();
        store.check().await.unwrap();
        let tenant = folder.path().join("media").join(Uuid::nil().simple().to_string());
        assert_eq!(std::fs::read_dir(&tenant).unwrap().count(), 0);
        // A file where the tenant's folder should be.
        std::fs::remove_dir(&tenant).unwrap();
        std::fs::write(&tenant, "x").unwrap();
        let told = store.check().await.unwrap_err().to_string();
        assert!(told.starts_with("a file cannot be written: "), "{told}");
    }

    #[tokio::test]
    async fn a_bucket_that_may_be_written_and_not_read_is_told_of() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = MockServer::start().await;
        // Several are deleted by one POST, and one is, too.
        for (method, status) in [("PUT", 200), ("GET", 403), ("POST", 200)] {
            let answer = ResponseTemplate::new(status).insert_header("etag", "\"1\"");
            let answer = answer.set_body_string("<DeleteResult></DeleteResult>");
            Mock::given(matchers::method(method)).respond_with(answer).expect(1).mount(&server).await;
        }
        let store = MediaStore::in_bucket(bucket_at(&server), &"s3://files".parse().unwrap()).unwrap();
        let told = store.check().await.unwrap_err().to_string();
        assert!(told.starts_with("a file cannot be read: "), "{told}");
    }

    fn bucket_at(server: &MockServer) -> AmazonS3Builder {
        AmazonS3Builder::new()
            .with_endpoint(server.uri())
            .with_allow_http(true)
            .with_region("eu-central-1")
            .with_access_key_id("id")
            .with_secret_access_key("secret")
    }

    #[tokio::test]
    async fn a_bucket_is_spoken_to_as_s3_is() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = MockServer::start().await;
        let path = format!("/files/switchboard/{}/{}", key().tenant.0.simple(), key().media.simple());
        Mock::given(matchers::method("PUT"))
            .and(matchers::path(&path))
            .and(matchers::header_exists("authorization"))
            .and(matchers::body_string("hello"))
            .respond_with(ResponseTemplate::new(200).insert_header("etag", "\"1\""))
            .expect(1)
            .mount(&server)
            .await;
        let found = ResponseTemplate::new(206)
            .insert_header("etag", "\"1\"")
            .insert_header("last-modified", "Wed, 25 Nov 2026 00:00:00 GMT")
            .insert_header("content-range", "bytes 1-3/5")
            .set_body_string("ell");
        Mock::given(matchers::method("GET"))
            .and(matchers::path(&path))
            .and(matchers::header("range", "bytes=1-3"))
            .respond_with(found)
            .expect(1)
            .mount(&server)
            .await;
        let store = MediaStore::in_bucket(bucket_at(&server), &"s3://files/switchboard/".parse().unwrap()).unwrap();
        assert!(store.is_shared());
        let mut writing = store.write(key());
        writing.push(Bytes::from_static(b"hello")).await.unwrap();
        writing.finish().await.unwrap();
        assert_eq!(contents(&store, Some(1..4)).await.unwrap(), b"ell");
    }

    #[tokio::test]
    async fn what_a_bucket_takes_half_of_is_given_up_there() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = MockServer::start().await;
        let begun = "<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>";
        for (method, answer, times) in [
            ("POST", ResponseTemplate::new(200).set_body_string(begun), 1..=1),
            ("PUT", ResponseTemplate::new(403), 1..=9),
            ("DELETE", ResponseTemplate::new(204), 1..=1),
        ] {
            Mock::given(matchers::method(method)).respond_with(answer).expect(times).mount(&server).await;
        }
        let store = MediaStore::in_bucket(bucket_at(&server), &"s3://files".parse().unwrap()).unwrap();
        let mut writing = store.write(key());
        // What fails is told with what comes later.
        let piece = Bytes::from(vec![1; PIECE]);
        while writing.push(piece.clone()).await.is_ok() {
            assert!(writing.size() < 9 * PIECE as u64, "no piece is taken");
        }
        let requests = server.received_requests().await.unwrap();
        let given_up = requests.iter().find(|it| it.method.as_str() == "DELETE").unwrap();
        assert_eq!(given_up.url.query(), Some("uploadId=7"));
    }

    #[test]
    fn other_addresses_are_refused() {
        for address in ["https://bucket/x", "s3:///prefix", "ftp://x/y"] {
            assert!(matches!(MediaStore::open(&address.parse().unwrap()), Err(MediaStoreError::Address)), "{address}");
        }
    }
}
