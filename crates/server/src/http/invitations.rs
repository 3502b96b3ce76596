//! Invitations to work for the business.

mod accept;
mod create;
mod list;
mod offer;
mod resend;
mod revoke;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list)
        .service(create::create)
        .service(offer::read)
        .service(accept::accept)
        .service(resend::resend)
        .service(revoke::revoke);
}
