//! People who asked Meta to have their data deleted. Of no tenant, and says nothing of who it was.

use crate::{
    Conn, Millis, Result,
    db::{Row, execute, fetch, statements},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Row)]
pub struct DeletionRequest {
    pub requested_at: Millis,
    pub completed_at: Option<Millis>,
    /// Accounts whose token was destroyed.
    pub accounts: i64,
}

statements! {
    INSERT = "INSERT INTO deletion_request (code_hash, requested_at, completed_at, accounts) VALUES ($1, $2, $3, $4)";
    GET = "SELECT requested_at, completed_at, accounts FROM deletion_request WHERE code_hash = $1";
}

/// `code_hash`: SHA-256 of the confirmation code.
pub async fn insert(conn: &mut Conn<'_>, code_hash: &[u8], request: &DeletionRequest) -> Result<()> {
    execute!(conn, INSERT; code_hash, request.requested_at, request.completed_at, request.accounts)?;
    Ok(())
}

pub async fn get(conn: &mut Conn<'_>, code_hash: &[u8]) -> Result<Option<DeletionRequest>> {
    fetch!(optional, conn, GET => DeletionRequest; code_hash)
}
