//! Turkish.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "tr",
    dir: "ltr",
    months: [
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
        "Aralık",
    ],
    day: "{day} {month}",
    first: "1",
    your_account: "hesabınız",
    your_bank: "bankanız",
    reconnect: "Yeniden bağla: {bank}",
    hello: "Merhaba {name},",
    broken: "{bank} artık bu hesabı paylaşmıyor: {account}. {shop} hesabı, siz yeniden bağlayana kadar ödemelerde kullanamaz.",
    number_ended: "Bu hesaptan yapılan ödemeler durdu: {account} ({bank}). Yeniden bağlarsanız {shop} hesabı tekrar kullanabilir.",
    number_ends: "Bu hesaptan ödemeler {date} tarihine kadar çalışır: {account} ({bank}). {shop} hesabı sonra da kullanabilsin diye yeniden bağlayın.",
    how: "Yaklaşık bir dakika sürer. Bankada oturum açarsınız ({bank}); {shop} parolanızı hiçbir zaman görmez.",
    choose: "Orada aynı hesabı seçin: {account}.",
    button: "Yeniden bağla: {bank}",
    or_open: "Ya da bu adresi açın:",
    until: "Bağlantı {date} tarihine kadar, bir kez ve yalnızca bu hesap için çalışır. Kimseyle paylaşmayın.",
    unexpected: "Bunu beklemiyor muydunuz? Bir şey yapmayın; hiçbir şey değişmez. {shop} e-postayla asla parola istemez.",
    no_script: "Yeniden bağlamak için JavaScript gerekir. Açıp bağlantıyı yeniden deneyin. Yardım: {shop}.",
    back: "Geri dön: {shop}",
    again: "Baştan başla",
    done: ["{bank}: hesap bağlandı", "Bu bağlantı işini yaptı. Yapmanız gereken başka bir şey yok."],
    used: [
        "Bu bağlantı kullanılmış",
        "Bir bağlantı bir kez çalışır. {account}: hesabın yeni bir bağlantıyla yeniden bağlanması gerekiyor.",
    ],
    expired: [
        "Bu bağlantının süresi doldu",
        "Bir bağlantı yalnızca birkaç gün çalışır. {account}: hiçbir şey değişmedi.",
    ],
    send_new: "Yeni bağlantı gönder: {address}",
    sent_new: [
        "E-postanıza bakın",
        "{shop} şu adrese yeni bir bağlantı gönderir: {address}. En fazla iki günde bir. Gelmezse kısa süre önce bir tane gönderilmiştir: onu kullanın.",
    ],
    unknown: [
        "Bu bağlantı çalışmıyor",
        "Belki adresin bir parçası eksik. E-postayı yeniden açıp düğmesine basın ya da giriş yapın: {shop}.",
    ],
    help: "Yardım: {shop}",
};
