//! Korean.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "ko",
    dir: "ltr",
    months: ["1월", "2월", "3월", "4월", "5월", "6월", "7월", "8월", "9월", "10월", "11월", "12월"],
    day: "{month} {day}일",
    first: "1",
    your_account: "이용 중인 계좌",
    your_bank: "이용 중인 은행",
    reconnect: "{bank} 다시 연결",
    hello: "{name} 님, 안녕하세요.",
    broken: "{bank}의 {account} 공유가 중단되었습니다. 다시 연결할 때까지 {shop}에서 이 계좌로 결제할 수 없습니다.",
    number_ended: "{bank}의 {account} 결제가 중단되었습니다. 다시 연결하면 {shop}에서 다시 사용할 수 있습니다.",
    number_ends: "{date}이 지나면 {bank}의 {account} 결제가 중단됩니다. {shop}에서 계속 사용하려면 다시 연결하세요.",
    how: "1분 정도 걸립니다. 로그인은 {bank}에서 하며, {shop}에는 비밀번호가 보이지 않습니다.",
    choose: "같은 계좌를 선택하세요: {account}",
    button: "{bank} 다시 연결",
    or_open: "또는 이 주소를 여세요:",
    until: "링크는 {date}까지 한 번만, 이 계좌에만 사용할 수 있습니다. 다른 사람에게 전달하지 마세요.",
    unexpected: "예상하지 못한 메일인가요? 아무것도 하지 않으면 아무것도 바뀌지 않습니다. {shop}에서는 메일로 비밀번호를 묻지 않습니다.",
    no_script: "다시 연결하려면 JavaScript가 필요합니다. 켠 뒤 링크를 다시 열거나 {shop}에 도움을 요청하세요.",
    back: "{shop}(으)로 돌아가기",
    again: "처음부터 다시",
    done: ["{bank} 연결됨", "이 링크는 할 일을 마쳤습니다. 더 할 일은 없습니다."],
    used: [
        "이미 사용한 링크입니다",
        "링크는 한 번만 사용할 수 있습니다. {account}: 새 링크로 다시 연결해야 합니다.",
    ],
    expired: [
        "링크가 만료되었습니다",
        "링크는 며칠 동안만 사용할 수 있습니다. {account}: 바뀐 것은 없습니다.",
    ],
    send_new: "{address}(으)로 새 링크 보내기",
    sent_new: [
        "메일을 확인하세요",
        "{shop}에서 {address}(으)로 새 링크를 보냅니다. 이틀에 한 번까지입니다. 오지 않으면 조금 전에 보낸 링크가 있으니 그것을 사용하세요.",
    ],
    unknown: [
        "링크가 작동하지 않습니다",
        "주소의 일부가 빠졌을 수 있습니다. 메일을 다시 열어 버튼을 누르거나 {shop}에 로그인하세요.",
    ],
    help: "{shop} 도움말",
};
