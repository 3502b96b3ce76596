use actix_web::{
    HttpResponse,
    body::SizedStream,
    get,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ContentEncoding},
    web::{Bytes, Data, Path},
};
use futures_util::{Stream, stream};
use switchboard_accounts::Error;
use switchboard_store::TenantId;
use uuid::Uuid;

use crate::http::{AppState, Authenticated, Problem};

/// Fetch an archive
///
/// An owner's alone.
#[utoipa::path(tag = "tenant", params(("id" = Uuid, Path)), responses(
    (status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip"),
    (status = 409, description = "`export_not_ready`: it is still being made, has failed, or its time is over",
        body = Problem, content_type = "application/problem+json"),
))]
#[get("/api/tenant/export/{id}/download")]
pub(super) async fn download_export(
    state: Data<AppState>,
    Authenticated(principal): Authenticated,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let export = state.accounts.open_export(&principal, *id).await?;
    let day: String = export.requested_at.to_rfc3339().chars().take("2026-01-31".len()).collect();
    let size = u64::try_from(export.bytes).unwrap_or(0);
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"switchboard-{day}.zip\"")))
        // It is compressed already.
        .insert_header(ContentEncoding::Identity)
        .body(SizedStream::new(size, Box::pin(pieces(state, principal.tenant, export.id)))))
}

/// The archive, a piece at a time. Where reading fails, it ends too early: no client takes it for whole.
fn pieces(state: Data<AppState>, tenant: TenantId, id: Uuid) -> impl Stream<Item = Result<Bytes, Error>> {
    stream::try_unfold(0, move |seq| {
        let state = state.clone();
        async move {
            let piece = state.accounts.export_piece(tenant, id, seq).await?;
            Ok(piece.map(|piece| (Bytes::from(piece), seq + 1)))
        }
    })
}
