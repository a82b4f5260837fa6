//! French.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "fr",
    dir: "ltr",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    day: "{day} {month}",
    first: "1er",
    your_account: "votre compte",
    your_bank: "votre banque",
    reconnect: "Reconnectez {bank}",
    hello: "Bonjour {name},",
    broken: "{bank} ne partage plus {account} avec {shop}. Les paiements depuis ce compte ne fonctionneront plus tant que vous ne l’aurez pas reconnecté.",
    number_ended: "Les paiements depuis {account} chez {bank} sont interrompus. Reconnectez ce compte pour que {shop} puisse l’utiliser à nouveau.",
    number_ends: "Après le {date}, les paiements depuis {account} chez {bank} ne fonctionneront plus si vous ne reconnectez pas ce compte à {shop}.",
    how: "Cela prend environ une minute. Vous vous identifiez chez {bank} ; {shop} ne voit jamais votre mot de passe.",
    choose: "Choisissez-y le même compte : {account}.",
    button: "Reconnecter {bank}",
    or_open: "Ou ouvrez cette adresse :",
    until: "Le lien fonctionne jusqu’au {date}, une seule fois et pour ce compte uniquement. Ne le transmettez à personne.",
    unexpected: "Vous n’attendiez pas ce message ? Ne faites rien, et rien ne changera. {shop} ne demande jamais de mot de passe par e-mail.",
    no_script: "La reconnexion nécessite JavaScript. Activez-le et rouvrez le lien, ou demandez de l’aide à {shop}.",
    back: "Retour à {shop}",
    again: "Recommencer",
    done: ["{bank} est connecté", "Ce lien a rempli son rôle. Vous n’avez rien d’autre à faire."],
    used: [
        "Ce lien a déjà servi",
        "Un lien ne sert qu’une fois. Il faut reconnecter {account} avec un nouveau lien.",
    ],
    expired: [
        "Ce lien a expiré",
        "Un lien ne fonctionne que quelques jours. Rien n’a changé pour {account}.",
    ],
    send_new: "Envoyer un nouveau lien à {address}",
    sent_new: [
        "Consultez votre messagerie",
        "{shop} envoie un nouveau lien à {address}, au plus un tous les deux jours. Si aucun n’arrive, un lien a été envoyé peu avant : utilisez celui-là.",
    ],
    unknown: [
        "Ce lien ne fonctionne pas",
        "Il manque peut-être une partie de l’adresse. Rouvrez l’e-mail et appuyez sur son bouton, ou identifiez-vous chez {shop}.",
    ],
    help: "Obtenir de l’aide auprès de {shop}",
};
