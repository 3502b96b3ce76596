use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use futures_util::TryStreamExt;
use switchboard_accounts::Permission;
use switchboard_bots::{
    knowledge,
    reading::{Format, Unreadable},
};
use switchboard_store::{Scope, bot};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{wire::KnowledgeBody, writer};
use crate::http::{AppState, Authenticated, FieldError, Problem, file_form::file_of};

/// Until a file is here.
const COMING: Duration = Duration::from_mins(5);
/// When somebody comes back who found too many waiting.
const LATER: Duration = Duration::from_secs(10);

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "for the document: the form is read as it comes")]
struct KnowledgeForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Teach a bot from a file
///
/// A PDF, Word (.docx), text, Markdown, CSV or HTML file of at most ten megabytes and a million characters. The next answer
/// knows it; of a CSV table it knows each row under the names of its columns. It is read in a process of its own, with
/// limits on time and memory; one at a time of a tenant, and few may wait.
#[utoipa::path(tag = "knowledge", params(("id" = Uuid, Path, description = "The bot's id")),
    request_body(content = inline(KnowledgeForm), content_type = "multipart/form-data"), responses(
        (status = 201, description = "The item", body = KnowledgeBody),
        (status = 422, description = "`file_unsupported`, `file_empty`, `file_damaged`, `file_locked`, `file_too_hard`, \
            `file_binary`, `file_too_long`: it cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`knowledge_full`: the bot knows as much as it can", body = Problem,
            content_type = "application/problem+json"),
    ))]
#[post("/api/bots/{id}/knowledge/files")]
pub(super) async fn create_file(
    state: Data<AppState>,
    who: Authenticated,
    bot_id: Path<Uuid>,
    form: Multipart,
) -> Result<HttpResponse, Problem> {
    let principal = who.require(Permission::ManageBots)?;
    let tenant = principal.tenant;
    let mut tx = state.db.read(Scope::Tenant(tenant)).await?;
    bot::get(&mut tx.conn(), tenant, *bot_id).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    // Before anything is in memory.
    let place = state.pages.reader.place(tenant);
    let place = place.ok_or_else(|| Problem::unavailable(LATER).detail("many files are being read: try again"))?;
    let (name, format, bytes) = in_time(form, COMING).await?;
    let document = place.read(format, bytes, None).await.map_err(refused)?;
    let mut tx = state.db.write(Scope::Tenant(tenant)).await?;
    let conn = &mut tx.conn();
    let now = state.clock.now();
    let added = knowledge::add_file(conn, now, writer(principal), tenant, *bot_id, &name, document).await?;
    let body = KnowledgeBody::load(conn, tenant, *bot_id, added.id).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(body))
}

fn refused(error: Unreadable) -> Problem {
    let mut problem = Problem::unprocessable(error.code(), format!("The file {error}."));
    problem.errors = Some(vec![FieldError { field: "file".into(), message: error.to_string() }]);
    problem
}

/// The file of a form, which must be here whole within `coming`: until then it holds a place that others wait for.
async fn in_time(form: Multipart, coming: Duration) -> Result<(String, Format, Vec<u8>), Problem> {
    let late = |_| Problem::malformed("the file did not come in time");
    tokio::time::timeout(coming, read(form)).await.map_err(late)?
}

async fn read(mut form: Multipart) -> Result<(String, Format, Vec<u8>), Problem> {
    let (field, name) = file_of(&mut form).await?;
    let name = name.ok_or_else(|| Problem::invalid("file", "needs a name"))?;
    let format = Format::of_name(&name).map_err(refused)?;
    Ok((name, format, all_of(field).await?))
}

/// The body's limit is the file's.
async fn all_of(mut field: Field) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(|_| Problem::malformed("the file did not come whole"))? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use actix_web::{
        error::PayloadError,
        http::header::{self, HeaderMap, HeaderValue},
        web::Bytes,
    };
    use futures_util::{StreamExt as _, stream};
    use rstest::rstest;

    use super::*;

    /// Whoever sends this, and then nothing more.
    fn begun(form: &'static str) -> Multipart {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=edge"));
        let sent = stream::iter([Ok::<_, PayloadError>(Bytes::from_static(form.as_bytes()))]);
        Multipart::new(&headers, sent.chain(stream::pending()))
    }

    #[rstest]
    #[case::nothing("")]
    #[case::another_part("--edge\r\ncontent-disposition: form-data; name=\"note\"\r\n\r\nFor you")]
    #[case::half_a_file("--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nRye")]
    #[tokio::test]
    async fn what_does_not_come_is_not_waited_for(#[case] form: &'static str) {
        let read = in_time(begun(form), Duration::from_millis(1)).await;
        let told = read.err().and_then(|problem| problem.detail);
        assert_eq!(told.as_deref(), Some("the file did not come in time"));
    }
}
