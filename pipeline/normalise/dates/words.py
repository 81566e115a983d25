"""Words of dates: months, weekdays, and days told from the day they were written on."""

from __future__ import annotations

from typing import Final

_MONTHS: Final = (
    # English; Bokmål, Nynorsk, Danish, Swedish, Icelandic; Finnish; German, Dutch; French; Spanish,
    # Portuguese, Italian; Turkish; Russian, Ukrainian. Not Polish and Croatian, where one `listopada` is
    # November and the other October.
    "jan january januar januari janúar tammikuuta tammikuu jänner jän janvier janv enero ene janeiro gennaio"
    " gen ocak января січня",
    "feb february februar februari febrúar helmikuuta helmikuu feber febr februarie février févr fév febrero"
    " fevereiro fev febbraio şubat февраля лютого",
    "mar march mars marts maaliskuuta maaliskuu märz mär maart mrt marzo março mart марта березня",
    "apr april apríl huhtikuuta huhtikuu avril avr abril abr aprile nisan апреля квітня",
    "may mai maj maí toukokuuta toukokuu mei mayo maio maggio mag mayıs мая травня",
    "jun june juni júní kesäkuuta kesäkuu juin junio junho giugno giu haziran июня червня",
    "jul july juli júlí heinäkuuta heinäkuu juillet juil julio julho luglio lug temmuz июля липня",
    "aug august augusti ágúst elokuuta elokuu augustus août agosto ago ağustos августа серпня",
    "sep sept september syyskuuta syyskuu septembre septiembre setembro settembre set eylül сентября вересня",
    "oct okt october oktober október lokakuuta lokakuu octobre octubre outubro out ottobre ott"
    " ekim октября жовтня",
    "nov november nóvember marraskuuta marraskuu novembre noviembre novembro kasım ноября листопада",
    "dec des dez december desember joulukuuta joulukuu dezember décembre déc diciembre dic dezembro dicembre"
    " aralık декабря грудня",
)
MONTH_OF: Final = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
"""The number of a month, by its name in lower case."""

_WEEKDAYS: Final = (
    # in full, as they stand alone: English; Bokmål, Nynorsk, Danish, Swedish, Icelandic; Finnish; German
    "monday mandag måndag mánudagur maanantai maanantaina montag",
    "tuesday tirsdag tysdag tisdag þriðjudagur tiistai tiistaina dienstag",
    "wednesday onsdag miðvikudagur keskiviikko keskiviikkona mittwoch",
    "thursday torsdag fimmtudagur torstai torstaina donnerstag",
    "friday fredag föstudagur perjantai perjantaina freitag",
    "saturday lørdag laurdag lördag laugardagur lauantai lauantaina samstag sonnabend",
    "sunday søndag sundag söndag sunnudagur sunnuntai sunnuntaina sonntag",
)
WEEKDAY_OF: Final = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
"""The number of a weekday, from 0 for Monday, by its name in lower case."""

DAYS_BACK: Final = {
    **dict.fromkeys(
        (
            *("i dag", "idag", "today", "heute", "tänään", "í dag", "vandaag", "aujourd'hui"),
            *("aujourd’hui", "hoy", "oggi", "hoje", "odne", "otne", "сегодня", "сьогодні"),
            *("nå", "akkurat nå", "nettopp", "just now", "nyss", "just nu", "lige nu", "gerade eben"),
            *("juuri nyt", "now"),
        ),
        0,
    ),
    **dict.fromkeys(
        (
            *("i går", "igår", "yesterday", "gestern", "eilen", "í gær", "gisteren", "hier", "ayer", "ieri"),
            *("ontem", "ikte", "вчера", "вчора"),
        ),
        1,
    ),
    **dict.fromkeys(("i forgårs", "i førgårs", "i förrgår", "vorgestern", "toissapäivänä", "eergisteren"), 2),
}
"""How many days ago it was, by what calls a day from another."""

AGO_BEFORE: Final = ("for", "för", "vor", "fyrir", "il y a", "hace")
AGO_AFTER: Final = ("siden", "sidan", "sedan", "ago", "sitten", "síðan", "geleden", "fa")
ABOUT: Final = ("about", "ca", "ca.", "cirka", "omtrent", "ungefär", "omkring", "etwa", "noin")
ONE: Final = ("en", "ein", "ei", "et", "ett", "a", "an", "one", "einer", "einem", "un", "une", "una")

UNIT_OF: Final = {
    name: unit
    for unit, names in (
        (
            "minute",
            "min mins minutt minutter minut minuter minute minutes minuten minuutti minuuttia mínútu mínútum"
            " minuto minutos minuti",
        ),
        (
            "hour",
            "t time timer tim timme timmar h hour hours hr hrs std stunde stunden tunti tuntia klst"
            " klukkustund klukkustundum uur heure heures hora horas ora ore",
        ),
        (
            "day",
            "d dag dager dagar dage døgn dygn day days tag tage tagen päivä päivää degi dögum dagen jour"
            " jours día días dia dias giorno giorni",
        ),
        (
            "week",
            "uke uker veke veker uge uger vecka veckor week weeks woche wochen viikko viikkoa viku vikum"
            " weken semaine semaines semana semanas settimana settimane",
        ),
        (
            "month",
            "måned måneder månad månader month months monat monats monaten kuukausi kuukautta mánuði mánuðum"
            " maand maanden mois mes meses mese mesi",
        ),
    )
    for name in names.split()
}
"""The unit of time, by its name in lower case, without a full stop."""
