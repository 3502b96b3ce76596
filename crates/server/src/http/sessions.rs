//! Where a person is signed in.

mod end;
mod end_others;
mod list;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list::list).service(end_others::end_others).service(end::end);
}
