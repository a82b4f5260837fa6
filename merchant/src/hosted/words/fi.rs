//! Finnish.

use super::Words;

pub(super) const WORDS: Words = Words {
    lang: "fi",
    dir: "ltr",
    months: [
        "tammikuuta",
        "helmikuuta",
        "maaliskuuta",
        "huhtikuuta",
        "toukokuuta",
        "kesäkuuta",
        "heinäkuuta",
        "elokuuta",
        "syyskuuta",
        "lokakuuta",
        "marraskuuta",
        "joulukuuta",
    ],
    day: "{day}. {month}",
    first: "1",
    your_account: "tilisi",
    your_bank: "pankkisi",
    reconnect: "Yhdistä uudelleen: {bank}",
    hello: "Hei {name},",
    broken: "{bank} ei enää jaa tiliä ({account}), eikä {shop} voi käyttää sitä. Maksut tililtä eivät toimi ennen kuin yhdistät sen uudelleen.",
    number_ended: "Maksut tililtä ovat pysähtyneet: {account} ({bank}). Kun yhdistät tilin uudelleen, {shop} voi taas käyttää sitä.",
    number_ends: "Maksut tililtä ({account}, {bank}) toimivat {date} asti. {shop} voi käyttää tiliä sen jälkeen vain, jos yhdistät sen uudelleen.",
    how: "Siihen menee noin minuutti. Kirjaudut pankkiin ({bank}); {shop} ei koskaan näe salasanaasi.",
    choose: "Valitse siellä sama tili: {account}.",
    button: "Yhdistä uudelleen: {bank}",
    or_open: "Tai avaa tämä osoite:",
    until: "Linkki toimii {date} asti, yhden kerran ja vain tälle tilille. Älä anna sitä eteenpäin.",
    unexpected: "Etkö odottanut tätä? Älä tee mitään, niin mikään ei muutu. {shop} ei koskaan kysy salasanaa sähköpostitse.",
    no_script: "Yhdistämiseen tarvitaan JavaScript. Ota se käyttöön ja avaa linkki uudelleen. Apua antaa {shop}.",
    back: "Takaisin: {shop}",
    again: "Aloita alusta",
    done: ["{bank} on yhdistetty", "Linkki on tehnyt tehtävänsä. Muuta ei tarvitse tehdä."],
    used: [
        "Linkki on jo käytetty",
        "Linkki toimii yhden kerran. {account} on yhdistettävä taas uudella linkillä.",
    ],
    expired: [
        "Linkki on vanhentunut",
        "Linkki toimii vain muutaman päivän. {account}: mikään ei ole muuttunut.",
    ],
    send_new: "Lähetä uusi linkki: {address}",
    sent_new: [
        "Katso sähköpostisi",
        "{shop} lähettää uuden linkin osoitteeseen {address}, enintään yhden kahdessa päivässä. Jos sitä ei tule, linkki lähetettiin vähän aiemmin: käytä sitä.",
    ],
    unknown: [
        "Linkki ei toimi",
        "Ehkä osa osoitteesta puuttuu. Avaa viesti uudelleen ja paina sen painiketta, tai kirjaudu sisään: {shop}.",
    ],
    help: "Ohjeet: {shop}",
};
