//! All businesses, for whoever runs the installation.

mod audit;
mod delete;
mod deletion;
mod deletions;
mod end_visit;
mod get;
mod impersonate;
mod list;
mod resume;
mod suspend;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use wire::{DeletionBody, VisitBody};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(get::get)
        .service(suspend::suspend)
        .service(resume::resume)
        .service(delete::delete)
        .service(deletion::deletion)
        .service(deletions::deletions)
        .service(impersonate::impersonate)
        .service(end_visit::end_visit)
        .service(audit::audit);
}
