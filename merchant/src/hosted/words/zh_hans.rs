//! Chinese, simplified.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "zh-Hans",
    dir: "ltr",
    months: ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
    day: "{month}{day}日",
    first: "1",
    your_account: "您的账户",
    your_bank: "您的银行",
    reconnect: "重新连接{bank}",
    hello: "{name}，您好：",
    broken: "{bank}已停止向{shop}共享{account}。在您重新连接之前，无法用该账户付款。",
    number_ended: "{bank}的{account}已无法付款。重新连接后，{shop}即可再次使用。",
    number_ends: "{date}之后，{bank}的{account}将无法付款，除非您为{shop}重新连接。",
    how: "大约需要一分钟。您在{bank}登录；{shop}不会看到您的密码。",
    choose: "请在那里选择同一账户：{account}。",
    button: "重新连接{bank}",
    or_open: "或打开此网址：",
    until: "链接在{date}前有效，仅限一次，且仅限此账户。请勿转发。",
    unexpected: "没有料到这封邮件？不必理会，什么都不会改变。{shop}从不通过邮件索要密码。",
    no_script: "重新连接需要 JavaScript。请启用后再次打开链接，或向{shop}求助。",
    back: "返回{shop}",
    again: "重新开始",
    done: ["{bank}已连接", "此链接已完成使命，您无需再做什么。"],
    used: ["此链接已使用过", "链接只能使用一次。{account}需要用新链接重新连接。"],
    expired: ["此链接已过期", "链接只在几天内有效。{account}没有任何变化。"],
    send_new: "向 {address} 发送新链接",
    sent_new: [
        "请查看您的邮箱",
        "{shop}会向 {address} 发送新链接，两天内最多一次。如未收到，说明不久前已发送过，请使用那一个。",
    ],
    unknown: ["此链接无效", "网址可能不完整。请再次打开邮件并点击按钮，或登录{shop}。"],
    help: "{shop}的帮助",
};
