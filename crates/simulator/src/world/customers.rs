//! The people who write to businesses. Each business knows them under ids of its own.

use std::collections::{HashMap, VecDeque};

use super::World;
use crate::ids;
use crate::sync::lock;

/// How many are remembered; the oldest are forgotten first.
const CUSTOMERS_KEPT: usize = 200_000;

/// One customer as one business knows them.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    /// The business-scoped user id (BSUID).
    pub(crate) user_id: String,
    /// Digits; absent when only the user id is known.
    pub(crate) phone: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) username: Option<String>,
    /// The phone is kept from the business, as for users with a username.
    pub(crate) hides_phone: bool,
}

/// All of them, by business and user id.
#[derive(Default)]
pub(crate) struct Customers {
    known: HashMap<(String, String), Customer>,
    order: VecDeque<(String, String)>,
    /// Phones whose user id was set by hand instead of derived.
    by_phone: HashMap<(String, String), String>,
}

impl Customers {
    fn get(&self, business_id: &str, user_id: &str) -> Option<&Customer> {
        self.known.get(&(business_id.to_owned(), user_id.to_owned()))
    }

    fn user_id_of(&self, business_id: &str, phone: &str) -> String {
        self.by_phone
            .get(&(business_id.to_owned(), phone.to_owned()))
            .cloned()
            .unwrap_or_else(|| ids::user_id(business_id, phone))
    }

    fn remember(&mut self, business_id: &str, customer: Customer) {
        let key = (business_id.to_owned(), customer.user_id.clone());
        if let Some(phone) = &customer.phone {
            let by_phone = (business_id.to_owned(), phone.clone());
            if ids::user_id(business_id, phone) != customer.user_id {
                self.by_phone.insert(by_phone, customer.user_id.clone());
            }
        }
        if self.known.insert(key.clone(), customer).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > CUSTOMERS_KEPT
            && let Some(oldest) = self.order.pop_front()
            && let Some(gone) = self.known.remove(&oldest)
            && let Some(phone) = gone.phone
        {
            self.by_phone.remove(&(oldest.0, phone));
        }
    }
}

/// What a message tells about who sent it.
#[derive(Default)]
pub(crate) struct Introduction {
    pub(crate) phone: Option<String>,
    pub(crate) user_id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) hides_phone: bool,
}

impl World {
    /// The customer behind a phone. Any phone may be on WhatsApp, so there always is one.
    pub(crate) fn customer_by_phone(&self, business_id: &str, phone: &str) -> Customer {
        let customers = lock(&self.customers);
        let user_id = customers.user_id_of(business_id, phone);
        customers.get(business_id, &user_id).cloned().unwrap_or(Customer {
            user_id,
            phone: Some(phone.to_owned()),
            name: None,
            username: None,
            hides_phone: false,
        })
    }

    /// The customer behind a user id, which only those have who wrote to this business.
    pub(crate) fn customer_by_user_id(&self, business_id: &str, user_id: &str) -> Option<Customer> {
        lock(&self.customers).get(business_id, user_id).cloned()
    }

    /// Takes note of who writes, and keeps what was known before where nothing new is said.
    pub(crate) fn meet(&self, business_id: &str, said: Introduction) -> Customer {
        let mut customers = lock(&self.customers);
        let user_id = said.user_id.unwrap_or_else(|| {
            let phone = said.phone.as_deref().unwrap_or_default();
            customers.user_id_of(business_id, phone)
        });
        let before = customers.get(business_id, &user_id).cloned();
        let (phone, name, username) = before.map_or((None, None, None), |it| (it.phone, it.name, it.username));
        let customer = Customer {
            user_id,
            phone: said.phone.or(phone),
            name: said.name.or(name),
            username: said.username.or(username),
            hides_phone: said.hides_phone,
        };
        customers.remember(business_id, customer.clone());
        customer
    }
}
