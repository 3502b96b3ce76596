//! Forms with a file.

use actix_multipart::{Field, Multipart};
use futures_util::TryStreamExt as _;
use switchboard_media::clean_name;

use super::Problem;

/// The part named `file`, and what it is called, if it says. What comes before it is passed over.
pub(super) async fn file_of(form: &mut Multipart) -> Result<(Field, Option<String>), Problem> {
    let broken = |_| Problem::malformed("the form with the file cannot be read");
    loop {
        match form.try_next().await.map_err(broken)? {
            Some(field) if field.name() == Some("file") => {
                let name = field.content_disposition().and_then(|it| it.get_filename()).and_then(clean_name);
                return Ok((field, name));
            }
            Some(_) => {}
            None => return Err(Problem::malformed("the form has no part named file")),
        }
    }
}
