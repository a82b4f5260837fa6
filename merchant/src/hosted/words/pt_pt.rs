//! Portuguese as in Portugal.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "pt-PT",
    dir: "ltr",
    months: [
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ],
    day: "{day} de {month}",
    first: "1",
    your_account: "a sua conta",
    your_bank: "o seu banco",
    reconnect: "Voltar a ligar {bank}",
    hello: "Olá, {name},",
    broken: "{bank} deixou de partilhar {account} com {shop}. Os pagamentos dessa conta só voltam a funcionar quando a voltar a ligar.",
    number_ended: "Os pagamentos de {account} em {bank} pararam. Volte a ligar a conta para que {shop} possa usá-la de novo.",
    number_ends: "Depois de {date}, os pagamentos de {account} em {bank} deixam de funcionar se não voltar a ligar a conta para {shop}.",
    how: "Demora cerca de um minuto. Entra em {bank}; {shop} nunca vê a sua palavra-passe.",
    choose: "Escolha aí a mesma conta: {account}.",
    button: "Voltar a ligar {bank}",
    or_open: "Ou abra este endereço:",
    until: "A hiperligação funciona até {date}, uma única vez e só para esta conta. Não a partilhe.",
    unexpected: "Não esperava esta mensagem? Não faça nada, e nada muda. {shop} nunca pede uma palavra-passe por e-mail.",
    no_script: "Para voltar a ligar é preciso JavaScript. Ative-o e abra a hiperligação de novo, ou peça ajuda a {shop}.",
    back: "Voltar a {shop}",
    again: "Começar de novo",
    done: ["{bank}: conta ligada", "Esta hiperligação cumpriu a sua função. Não há mais nada a fazer."],
    used: [
        "Esta hiperligação já foi usada",
        "Uma hiperligação funciona uma única vez. {account}: é preciso uma nova para voltar a ligar a conta.",
    ],
    expired: [
        "Esta hiperligação expirou",
        "Uma hiperligação funciona só durante alguns dias. {account}: nada mudou.",
    ],
    send_new: "Enviar uma nova hiperligação para {address}",
    sent_new: [
        "Veja o seu e-mail",
        "{shop} envia uma nova hiperligação para {address}, no máximo uma de dois em dois dias. Se nenhuma chegar, foi enviada uma pouco antes: use essa.",
    ],
    unknown: [
        "Esta hiperligação não funciona",
        "Talvez falte uma parte do endereço. Abra o e-mail de novo e prima o botão, ou entre em {shop}.",
    ],
    help: "Ajuda de {shop}",
};
