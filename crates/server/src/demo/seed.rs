//! A tenant with something to say, made through the API as anybody would make one.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

pub(super) const EMAIL: &str = "ayse@bakery.example";
/// Who runs the demo's installation.
pub(super) const ADMIN_EMAIL: &str = "ada@platform.example";
/// A mail takes a moment.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
const MAIL_LOOKS: u32 = 200;

const INSTRUCTIONS: &str = "You answer for Corner Bakery, a small bakery in Kadıköy, Istanbul. Be warm and short. \
    Never promise a cake for the same day. Orders are confirmed by a person.";

/// Questions with their answers, in the three languages the bakery's customers write in.
const KNOWLEDGE: &[(&str, &str)] = &[
    (
        "What are your opening hours? What time do you open and close?",
        "We are open every day from 7:00 to 20:00, on Sundays from 8:00 to 18:00.",
    ),
    (
        "Where are you? What is your address?",
        "Moda Caddesi 12, Kadıköy, Istanbul, two minutes from the Moda ferry pier.",
    ),
    ("Do you deliver?", "Yes, within Kadıköy and Üsküdar, free for orders above 500 TL and 60 TL below."),
    ("How much is a sourdough loaf?", "A sourdough loaf is 120 TL, a half one 65 TL."),
    (
        "Do you have gluten-free bread?",
        "Yes: buckwheat bread, baked on Tuesdays and Fridays. Please order it a day before.",
    ),
    (
        "Can I order a birthday cake?",
        "Gladly. We need two days. Tell us how many people it is for and the flavour: chocolate, vanilla or raspberry.",
    ),
    ("Do you have vegan products?", "Our sourdough, simit, olive focaccia and apple strudel are vegan."),
    ("How can I pay?", "Cash, card or bank transfer. For deliveries by card at the door."),
    (
        "Çalışma saatleriniz nedir? Kaçta açılıyorsunuz, kaçta kapanıyorsunuz?",
        "Her gün 07.00–20.00, pazar günleri 08.00–18.00 arası açığız.",
    ),
    ("Neredesiniz? Adresiniz nedir?", "Moda Caddesi 12, Kadıköy, İstanbul. Moda iskelesine iki dakika."),
    (
        "Eve servis yapıyor musunuz? Teslimat var mı?",
        "Evet, Kadıköy ve Üsküdar içine. 500 TL üzeri siparişlerde ücretsiz, altında 60 TL.",
    ),
    ("Ekşi mayalı ekmek ne kadar?", "Ekşi mayalı ekmek 120 TL, yarım ekmek 65 TL."),
    (
        "Doğum günü pastası sipariş edebilir miyim?",
        "Tabii. İki gün önceden haber verin; kaç kişilik olduğunu ve çikolatalı, vanilyalı ya da frambuazlı olacağını yazın.",
    ),
    (
        "ما هي ساعات العمل؟ متى تفتحون ومتى تغلقون؟",
        "نحن نعمل كل يوم من السابعة صباحًا حتى الثامنة مساءً، ويوم الأحد من الثامنة حتى السادسة.",
    ),
    ("أين أنتم؟ ما هو العنوان؟", "شارع مودا 12، كاديكوي، إسطنبول، على بعد دقيقتين من رصيف مودا."),
    ("هل لديكم توصيل؟", "نعم، داخل كاديكوي وأوسكودار، مجانًا للطلبات التي تزيد على 500 ليرة."),
];

/// Makes the tenants at the first start; later starts find them.
pub(super) async fn seed(base_url: &str, simulator_url: &str, password: &str) -> anyhow::Result<()> {
    let api = Api { base_url: base_url.to_owned(), http: Client::builder().build()?, token: None };
    bakery(&api, simulator_url, password).await?;
    platform(&api, simulator_url, password).await
}

/// Whoever runs the installation works for a tenant like everybody, and answers nobody there.
async fn platform(api: &Api, simulator_url: &str, password: &str) -> anyhow::Result<()> {
    let credentials = json!({ "email": ADMIN_EMAIL, "password": password });
    if api.call(Method::POST, "/api/auth/login", Some(&credentials)).await?.0.is_success() {
        return Ok(());
    }
    let tenant =
        json!({ "tenant_name": "Platform team", "name": "Ada Platform", "email": ADMIN_EMAIL, "password": password });
    api.expect(Method::POST, "/api/auth/signup", Some(&tenant)).await?;
    // The mail to somebody who may run the installation asks for a new password.
    let token = token_from_mail(simulator_url, ADMIN_EMAIL).await?;
    let chosen = json!({ "token": token, "password": password });
    api.expect(Method::POST, "/api/auth/password/reset", Some(&chosen)).await?;
    Ok(())
}

async fn bakery(api: &Api, simulator_url: &str, password: &str) -> anyhow::Result<()> {
    let credentials = json!({ "email": EMAIL, "password": password });
    if api.call(Method::POST, "/api/auth/login", Some(&credentials)).await?.0.is_success() {
        return Ok(());
    }
    let tenant = json!({ "tenant_name": "Corner Bakery", "name": "Ayşe Usta", "email": EMAIL, "password": password });
    let signed_up = api.expect(Method::POST, "/api/auth/signup", Some(&tenant)).await?;
    let token = signed_up["access_token"].as_str().context("no access token")?.to_owned();
    let api = Api { base_url: api.base_url.clone(), http: api.http.clone(), token: Some(token) };
    let bots = api.expect(Method::GET, "/api/bots", None).await?;
    let bot = bots["items"][0]["id"].as_str().context("the tenant has no bot")?.to_owned();
    let settings = json!({ "name": "Bakery assistant", "instructions": INSTRUCTIONS, "reply_delay_ms": 1_500 });
    api.expect(Method::PATCH, &format!("/api/bots/{bot}"), Some(&settings)).await?;
    for (question, answer) in KNOWLEDGE {
        let item = json!({ "type": "qa", "question": question, "answer": answer });
        api.expect(Method::POST, &format!("/api/bots/{bot}/knowledge"), Some(&item)).await?;
    }
    let token = token_from_mail(simulator_url, EMAIL).await?;
    api.expect(Method::POST, "/api/auth/verify-email", Some(&json!({ "token": token }))).await?;
    Ok(())
}

/// From the link in the mail, as its reader follows it.
async fn token_from_mail(simulator_url: &str, email: &str) -> anyhow::Result<String> {
    let mailbox = Api { base_url: simulator_url.to_owned(), http: Client::builder().build()?, token: None };
    for _ in 0..MAIL_LOOKS {
        let mails = mailbox.expect(Method::GET, &format!("/sim/mails?to={email}"), None).await?;
        let text = mails["items"][0]["text"].as_str().unwrap_or_default();
        if let Some(token) = text.split("#token=").nth(1).and_then(|rest| rest.split_whitespace().next()) {
            return Ok(token.to_owned());
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    bail!("the mail that proves {email} has not come")
}

struct Api {
    base_url: String,
    http: Client,
    token: Option<String>,
}

impl Api {
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<(StatusCode, Value)> {
        let mut request = self.http.request(method, format!("{}{path}", self.base_url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        Ok((response.status(), response.json().await.unwrap_or_default()))
    }

    async fn expect(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let (status, answer) = self.call(method, path, body).await?;
        if !status.is_success() {
            bail!("{path} answered {status}: {answer}");
        }
        Ok(answer)
    }
}
