//! Spanish.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "es",
    dir: "ltr",
    months: [
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre", "diciembre",
    ],
    day: "{day} de {month}",
    first: "1",
    your_account: "su cuenta",
    your_bank: "su banco",
    reconnect: "Vuelva a conectar {bank}",
    hello: "Hola, {name}:",
    broken: "{bank} ha dejado de compartir {account} con {shop}. Los pagos desde esa cuenta no funcionarán hasta que vuelva a conectarla.",
    number_ended: "Los pagos desde {account} en {bank} se han detenido. Vuelva a conectar la cuenta para que {shop} pueda usarla de nuevo.",
    number_ends: "Después del {date}, los pagos desde {account} en {bank} dejarán de funcionar si no vuelve a conectar la cuenta con {shop}.",
    how: "Se tarda alrededor de un minuto. Usted inicia sesión en {bank}; {shop} nunca ve su contraseña.",
    choose: "Elija allí la misma cuenta: {account}.",
    button: "Volver a conectar {bank}",
    or_open: "O abra esta dirección:",
    until: "El enlace funciona hasta el {date}, una sola vez y solo para esta cuenta. No lo comparta.",
    unexpected: "¿No esperaba este mensaje? No haga nada y nada cambiará. {shop} nunca pide una contraseña por correo.",
    no_script: "Para volver a conectar hace falta JavaScript. Actívelo y abra el enlace otra vez, o pida ayuda a {shop}.",
    back: "Volver a {shop}",
    again: "Empezar de nuevo",
    used: ["{bank} está conectado", "Este enlace ya ha cumplido su función. No tiene que hacer nada más."],
    expired: ["Este enlace ha caducado", "Un enlace solo funciona unos días. Nada ha cambiado en {account}."],
    send_new: "Enviar un enlace nuevo a {address}",
    sent_new: [
        "Mire en su buzón",
        "{shop} envía un enlace nuevo a {address}, como máximo uno cada dos días. Si no llega ninguno, se envió otro poco antes: use ese.",
    ],
    unknown: [
        "Este enlace no funciona",
        "Quizá falte una parte de la dirección. Abra el correo otra vez y pulse su botón, o inicie sesión en {shop}.",
    ],
    help: "Obtener ayuda de {shop}",
};
