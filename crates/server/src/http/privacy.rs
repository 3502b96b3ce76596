//! What Meta wants of every app for the sake of people's privacy: callbacks for those who take a permission back or have
//! their data deleted, a page that tells how a deletion stands, and a privacy policy.

mod data_deletion;
mod deauthorize;
mod deletion_status;
mod html;
mod policy;
mod signed;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(deauthorize::deauthorize)
        .service(data_deletion::delete_data)
        .service(deletion_status::status)
        .service(policy::policy);
}
