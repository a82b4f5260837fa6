//! Chinese, traditional.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "zh-Hant",
    dir: "ltr",
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    day: "{month}{day}日",
    first: "1",
    your_account: "您的帳戶",
    your_bank: "您的銀行",
    reconnect: "重新連結{bank}",
    hello: "{name}，您好：",
    broken: "{bank}已停止與{shop}分享{account}。在您重新連結之前，無法用此帳戶付款。",
    number_ended: "{bank}的{account}已無法付款。重新連結後，{shop}即可再次使用。",
    number_ends: "{date}之後，{bank}的{account}將無法付款，除非您為{shop}重新連結。",
    how: "大約需要一分鐘。您在{bank}登入；{shop}不會看到您的密碼。",
    choose: "請在那裡選擇同一個帳戶：{account}。",
    button: "重新連結{bank}",
    or_open: "或開啟此網址：",
    until: "此網址在{date}前有效，僅限一次，且僅限此帳戶。請勿轉寄。",
    unexpected: "沒有料到這封郵件？不必理會，什麼都不會改變。{shop}從不透過郵件索取密碼。",
    no_script: "重新連結需要 JavaScript。請啟用後再次開啟此網址，或向{shop}求助。",
    back: "返回{shop}",
    again: "重新開始",
    done: ["{bank}已連結", "這個網址已完成任務，您無需再做什麼。"],
    used: ["這個網址已使用過", "每個網址只能使用一次。{account}需要用新的網址重新連結。"],
    expired: ["這個網址已過期", "網址只在幾天內有效。{account}沒有任何變化。"],
    send_new: "寄送新網址到 {address}",
    sent_new: [
        "請查看您的信箱",
        "{shop}會寄送新網址到 {address}，兩天內最多一次。如未收到，表示不久前已寄送過，請使用那一個。",
    ],
    unknown: ["這個網址無效", "網址可能不完整。請再次開啟郵件並按下按鈕，或登入{shop}。"],
    help: "{shop}的說明",
};
