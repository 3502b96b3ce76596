//! What mails say, in each language.

use switchboard_store::Language::{self, Arabic, English, Turkish};

/// The parts of a mail. Its link comes after `body`, under `button`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) body: String,
    pub(super) button: String,
    pub(super) footer: String,
}

fn words(subject: impl Into<String>, greeting: String, body: impl Into<String>, button: &str, footer: &str) -> Words {
    let (button, footer) = (button.to_owned(), footer.to_owned());
    Words { subject: subject.into(), greeting, body: body.into(), button, footer }
}

fn greeting(language: Language, name: &str) -> String {
    match language {
        English => format!("Hello {name},"),
        Turkish => format!("Merhaba {name},"),
        Arabic => format!("مرحبًا {name}،"),
    }
}

pub(super) fn verify_email(language: Language, name: &str) -> Words {
    let hello = greeting(language, name);
    match language {
        English => words(
            "Confirm your e-mail address",
            hello,
            "please confirm that this is your address. The link works once, for 24 hours.",
            "Confirm address",
            "If you have not signed up for Switchboard, ignore this mail.",
        ),
        Turkish => words(
            "E-posta adresinizi doğrulayın",
            hello,
            "lütfen bu adresin size ait olduğunu doğrulayın. Bağlantı 24 saat boyunca, bir kez çalışır.",
            "Adresi doğrula",
            "Switchboard'a kaydolmadıysanız bu e-postayı dikkate almayın.",
        ),
        Arabic => words(
            "أكّد عنوان بريدك الإلكتروني",
            hello,
            "يُرجى تأكيد أن هذا العنوان لك. يعمل الرابط مرة واحدة خلال 24 ساعة.",
            "تأكيد العنوان",
            "إذا لم تسجّل في Switchboard فتجاهل هذه الرسالة.",
        ),
    }
}

pub(super) fn reset_password(language: Language, name: &str) -> Words {
    let hello = greeting(language, name);
    match language {
        English => words(
            "Choose a new password",
            hello,
            "somebody asked for a new password for your account. The link works once, for one hour.",
            "Choose a new password",
            "If it was not you, ignore this mail: your password stays as it is.",
        ),
        Turkish => words(
            "Yeni bir parola seçin",
            hello,
            "hesabınız için yeni bir parola istendi. Bağlantı bir saat boyunca, bir kez çalışır.",
            "Yeni parola seç",
            "Bunu siz istemediyseniz bu e-postayı dikkate almayın: parolanız değişmez.",
        ),
        Arabic => words(
            "اختر كلمة مرور جديدة",
            hello,
            "طُلبت كلمة مرور جديدة لحسابك. يعمل الرابط مرة واحدة خلال ساعة.",
            "اختيار كلمة مرور جديدة",
            "إذا لم تطلب ذلك فتجاهل هذه الرسالة، وستبقى كلمة مرورك كما هي.",
        ),
    }
}

/// To somebody whose address the settings name as one of those who run the installation.
pub(super) fn prove_admin(language: Language, name: &str) -> Words {
    let hello = greeting(language, name);
    match language {
        English => words(
            "Prove your address with a new password",
            hello,
            "somebody signed up with your address, which may run this installation of Switchboard. Choose a password of \
             your own to prove that it is yours; what was set up for the account before ends. The link works once, for one \
             hour.",
            "Choose a password",
            "If it was not you, choose one all the same: then nobody else has yours.",
        ),
        Turkish => words(
            "Adresinizi yeni bir parolayla doğrulayın",
            hello,
            "bu Switchboard kurulumunu yönetebilen adresinizle kayıt yapıldı. Adresin size ait olduğunu doğrulamak için \
             kendinize bir parola seçin; hesap için daha önce ayarlananlar geçersiz olur. Bağlantı bir saat boyunca, bir kez \
             çalışır.",
            "Parola seç",
            "Kaydı siz yapmadıysanız yine de bir parola seçin: böylece hesabınız başkasının elinde kalmaz.",
        ),
        Arabic => words(
            "أثبت ملكية عنوانك بكلمة مرور جديدة",
            hello,
            "سجّل أحدهم بعنوانك الذي يحق له إدارة هذا التثبيت من Switchboard. اختر كلمة مرور خاصة بك لإثبات أن العنوان لك؛ \
             وينتهي كل ما أُعدّ للحساب من قبل. يعمل الرابط مرة واحدة خلال ساعة.",
            "اختيار كلمة مرور",
            "إذا لم تكن أنت من سجّل فاختر كلمة مرور على أي حال، كي لا يملك حسابك أحد غيرك.",
        ),
    }
}

pub(super) fn password_changed(language: Language, name: &str) -> Words {
    let hello = greeting(language, name);
    match language {
        English => words(
            "Your password was changed",
            hello,
            "the password of your account was changed, and your other sessions were ended.",
            "It was not me",
            "If it was you, there is nothing to do.",
        ),
        Turkish => words(
            "Parolanız değiştirildi",
            hello,
            "hesabınızın parolası değiştirildi ve diğer oturumlarınız sonlandırıldı.",
            "Bunu ben yapmadım",
            "Bunu siz yaptıysanız bir şey yapmanız gerekmez.",
        ),
        Arabic => words(
            "تم تغيير كلمة مرورك",
            hello,
            "تم تغيير كلمة مرور حسابك وإنهاء جلساتك الأخرى.",
            "لم أفعل ذلك",
            "إذا كنت أنت من فعل ذلك فلا يلزمك أي إجراء.",
        ),
    }
}

/// `inviter`: `None` when a program invites.
pub(super) fn invitation(language: Language, inviter: Option<&str>, tenant: &str, email: &str) -> Words {
    let hello = greeting(language, email);
    match language {
        English => words(
            format!("Invitation to {tenant}"),
            hello,
            format!(
                "{} invites you to work with {tenant} on Switchboard. The link works once, for 7 days.",
                inviter.unwrap_or(tenant)
            ),
            "Accept the invitation",
            "If you did not expect this, ignore this mail.",
        ),
        Turkish => words(
            format!("{tenant} daveti"),
            hello,
            format!(
                "{} sizi Switchboard üzerinde {tenant} ile çalışmaya davet ediyor. Bağlantı 7 gün boyunca, bir kez çalışır.",
                inviter.unwrap_or(tenant)
            ),
            "Daveti kabul et",
            "Bunu beklemiyorsanız bu e-postayı dikkate almayın.",
        ),
        Arabic => words(
            format!("دعوة إلى {tenant}"),
            hello,
            format!(
                "يدعوك {} للعمل مع {tenant} على Switchboard. يعمل الرابط مرة واحدة خلال 7 أيام.",
                inviter.unwrap_or(tenant)
            ),
            "قبول الدعوة",
            "إذا لم تكن تتوقع هذه الدعوة فتجاهل هذه الرسالة.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(language: Language) -> [Words; 5] {
        [
            verify_email(language, "N"),
            reset_password(language, "N"),
            prove_admin(language, "N"),
            password_changed(language, "N"),
            invitation(language, Some("I"), "T", "a@b.c"),
        ]
    }

    #[test]
    fn every_mail_says_everything_in_every_language() {
        let english = all(English);
        for language in [Turkish, Arabic] {
            for (translated, english) in all(language).iter().zip(&english) {
                let pairs = [
                    (&translated.subject, &english.subject),
                    (&translated.greeting, &english.greeting),
                    (&translated.body, &english.body),
                    (&translated.button, &english.button),
                    (&translated.footer, &english.footer),
                ];
                for (translated, english) in pairs {
                    assert!(!translated.is_empty() && translated != english, "{language}: {translated}");
                }
            }
        }
    }
}
