"""The tables of boilerplate: what Nordic, German and English news sites put between the paragraphs.

Each kind becomes a rule (see `boilerplate`). A phrase belongs here only if it is unmistakable as a whole
line: where an author could have written it, as prose or as a subheading, it stays out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.clean.lines import END, Phrases, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of boilerplate lines; `name`, `repairs` and `examples` as in `Rule`.

    Attributes:
        phrases: what its lines say.
        shape: or how they look, where their first word does not tell.
        links: whether the list of links below such a line goes with it.
    """

    name: str
    repairs: str
    examples: tuple[tuple[str, str], ...]
    phrases: Phrases | None = None
    shape: Shape | None = None
    links: bool = False


def _between(line: str) -> tuple[str, str]:
    """An example: the line between two paragraphs, and the paragraphs without it."""
    return f"Det blåste.\n\n{line}\n\nSå ble det stille.", "Det blåste.\n\nSå ble det stille."


_NB_WORK: Final = "(?:artikkelen|saken|saka|historien|teksten|innlegget)"
_NB_THING: Final = (
    "(?:annonsen?|reklamen|bildet|bildene|biletet|bilda|videoen|grafikken|kartet|kampen|podkasten|faktaboksen"
    "|faktaruten|innlegget|tabellen|avspilleren|karusellen|galleriet|illustrasjonen|instagram-innlegget)"
)

ADVERTISING: Final = Kind(
    name="advertising",
    repairs="Labels of advertisements, and that the article goes on below one, or below a picture or video.",
    examples=(
        _between("Annonse"),
        _between("Artikkelen fortsetter under annonsen"),
        _between("SAKEN FORTSETTER UNDER VIDEOEN."),
        _between("- Anzeige -"),
    ),
    phrases=Phrases(
        whole=(
            r"annonser?\b",
            r"annonsørinnhold",
            r"(?-i:REKLAME)\b",
            r"reklame:",
            r"(?:betalt|sponset) (?:innhold|annonsørinnhold|annonse)",
            rf"{_NB_WORK} (?:fortsetter|held fram|fortset|fortsett) (?:etter|under|nedanfor) {_NB_THING}",
            rf"fortsetter (?:etter|under) {_NB_THING}",
            r"annonce\b",
            r"annoncer\b",
            r"annonceindhold",
            r"sponsoreret indhold",
            r"(?:artiklen|teksten|historien|sagen) fortsætter (?:efter|under)"
            r" (?:annoncen|reklamen|billedet|videoen|grafikken|kortet|opslaget)",
            r"annons\b",
            r"annonsinnehåll",
            r"sponsrat innehåll",
            r"(?:artikeln|texten) fortsätter (?:efter|under|nedanför)"
            r" (?:annonsen|reklamen|bilden|videon|grafiken|klippet|kartan|inlägget)",
            r"mainos\b",
            r"(?:juttu|artikkeli|teksti) jatkuu (?:mainoksen|kuvan|videon|grafiikan) (?:jälkeen|alla"
            r"|alapuolella)",
            r"auglýsing(?:ar)?\b",
            r"(?:fréttin|greinin) heldur áfram (?:fyrir neðan|undir)"
            r" (?:auglýsingu|auglýsinguna|mynd|myndina|myndband|myndbandið)",
            r"anzeigen?\b",
            r"werbung\b",
            r"(?:dieser|der) artikel (?:geht|wird) (?:nach|unter) (?:der|dem|dieser)"
            r" (?:anzeige|werbung|bild|video) (?:weiter|fortgesetzt)",
            r"(?:lesen sie )?nach der anzeige weiter(?:lesen)?",
            r"advertisements?\b",
            r"advertorial\b",
            r"(?:sponsored|paid|partner) content",
            r"(?:the |this )?(?:article|story) continues (?:below|after)"
            r"(?: (?:the |this )?(?:advertisement|ad|image|photo|picture|video|gallery|graphic|map))?",
            r"continue reading (?:below|after) (?:the |this )?(?:advertisement|ad)\b",
        )
    ),
)

READ_ALSO: Final = Kind(
    name="read_also",
    repairs="Links to other articles, and the list of them under such a heading.",
    examples=(
        _between("Les også: Slik sikrer du båten"),
        _between("Les også:\n• Slik sikrer du båten\n• Fergen ligger til kai"),
        _between("Läs mer: Så säkrar du båten"),
        _between("Lesen Sie auch: So sichern Sie Ihr Boot"),
    ),
    links=True,
    phrases=Phrases(
        whole=(
            r"les (?:også|òg|mer|meir)(?: (?:om saken|om saka|her))?\b",
            r"læs (?:også|mere|mer)(?: (?:om sagen|her))?\b",
            r"läs (?:också|även|mer|mera)(?: (?:om detta|här))?\b",
            r"lue (?:myös|lisää)\b",
            r"(?:lestu|lesið|sjá) (?:einnig|líka)\b",
            r"lesa meira\b",
            r"lesen sie (?:auch|mehr)(?: (?:hier|dazu|zum thema))?\b",
            r"mehr (?:zum thema|dazu)\b",
            r"lies auch\b",
            r"read (?:also|more|next)\b",
            r"also read\b",
            r"(?:se|hør) også\b",
            r"relaterte (?:saker|artikler)\b",
            r"relaterede artikler\b",
            r"relaterade artiklar\b",
            r"related (?:stories|articles)\b",
            r"more on this story\b",
            r"les[e]? flere saker(?: her)?\b",
        ),
        opening=(
            r"les (?:også|òg|mer|meir|alt|flere)(?: (?:om|på|i|hos) [^:]{1,60})?: ?{rest}",
            r"(?:se|hør|læs) (?:også|òg|mere|mer|video)(?: (?:om|på|i) [^:]{1,60})?: ?{rest}",
            r"läs (?:också|även|mer|mera)(?: (?:om|på|i|hos) [^:]{1,60})?: ?{rest}",
            r"(?:se även|se också|lyssna också): ?{rest}",
            r"(?:lue|katso|kuuntele) (?:myös|lisää): ?{rest}",
            r"(?:lestu|lesið|sjá|horfðu) (?:einnig|líka)(?: á)?: ?{rest}",
            r"lesa meira: ?{rest}",
            r"(?:lesen sie|lies) (?:auch|mehr)(?: zum thema)?: ?{rest}",
            r"(?:mehr|auch) (?:zum thema|dazu|interessant): ?{rest}",
            r"(?:read|see|watch) (?:also|more|next)(?: on [^:]{1,60})?: ?{rest}",
            r"(?:also read|related story|related article|more on this): ?{rest}",
            r"(?:related|relatert): ?{title}",
            r"les (?:også|òg) {title}",
            r"(?:læs også|läs också|läs även|lue myös|lesen sie auch|read also|also read) {title}",
            r"(?:les mer om|læs mere om|läs mer om) [^.]{1,120} (?:her|här)\b",
        ),
    ),
)

SHARING: Final = Kind(
    name="sharing",
    repairs="Prompts to share the article, to tip the paper off and to follow it elsewhere.",
    examples=(
        _between("Del på Facebook Del på Twitter Del på e-post"),
        _between("Følg oss på Instagram!"),
        _between("Artikel teilen"),
        _between("Share this article"),
    ),
    phrases=Phrases(
        whole=(
            r"del (?:på|via|med) {network}",
            r"del (?:artikkelen|saken|saka|artiklen|denne (?:artikkelen|saken|artikel)|innlegget|lenken?"
            r"|lenkje)"
            r"(?: (?:på|via|med) {network})?\b",
            r"send (?:på|via|som) (?:e-?post|e-?mail|mail|sms)\b",
            r"(?:kopier|kopiér) (?:lenken?|lenkje|link|linket)\b",
            r"lenke(?:n)? (?:er )?kopiert\b",
            r"(?:skriv|print) ut (?:artikkelen|saken)\b",
            r"tips (?:oss|en venn|ein ven|redaksjonen)\b",
            r"har du (?:et )?(?:tips|nyhetstips)(?: til oss)?\? ?(?:(?:tips|kontakt|send) oss(?: her)?)?",
            r"dela (?:på|via|med) {network}",
            r"dela (?:artikeln|den här artikeln|artikel|länken)\b",
            r"kopiera länk(?:en)?\b",
            r"tipsa (?:oss|en vän|redaktionen)\b",
            r"jaa (?:facebookissa|twitterissä|whatsappissa|linkedinissä|sähköpostilla|artikkeli|juttu)\b",
            r"deila (?:á {network}|frétt(?:inni)?|greininni|þessari frétt)\b",
            r"(?:auf|über|per) {network} teilen",
            r"(?:diesen )?(?:artikel|beitrag) (?:teilen|drucken|versenden|weiterempfehlen)\b",
            r"teilen (?:auf|über|per) {network}",
            r"link kopieren\b",
            r"share (?:on|via|by|with|to) {network}",
            r"share (?:this(?: (?:article|story|page|post))?|the (?:article|story))(?: (?:on|via)"
            r" {network})?\b",
            r"(?:copy|email|print) (?:this )?(?:link|article|story)(?: to clipboard)?\b",
            r"tweet this\b",
            r"følg (?:oss|os) (?:på|via|i) {network}(?:(?:,| og| and|,? och) {network})*",
            r"følg (?:oss|os)\b",
            r"följ oss (?:på|i) {network}(?:(?:,| och) {network})*",
            r"seuraa meitä (?:{network}issa|somessa|facebookissa|instagramissa|twitterissä)\b",
            r"fylg(?:stu|ist) með okkur á {network}",
            r"(?:folgen|folge|folgt) (?:sie )?uns (?:auf|bei) {network}(?:(?:,| und) {network})*",
            r"follow us (?:on|at) {network}(?:(?:,| and|, and) {network})*",
        ),
        opening=(
            r"(?:følg|följ|lik) (?:oss|os|[\w.]{2,30}|[\w.]{2,30} [\w.]{2,30}) på {network}"
            r"(?: (?:for|og|för|och) [^.]{1,120})?",
            r"(?:like|follow) (?:us|[\w.]{2,30}|[\w.]{2,30} [\w.]{2,30}) on {network}(?: (?:for|and|to)"
            r" [^.]{1,120})?",
        ),
    ),
)

_NB_LETTER: Final = (
    r"(?:(?:vårt?|våre|vort|vores|det daglige|dagens|ukentlige) )?(?:gratis )?\w{0,20}"
    r"(?:nyhets|nyheits|nyheds)brev(?:et|ene|a)?"
)

NEWSLETTERS: Final = Kind(
    name="newsletters",
    repairs="Prompts to subscribe to a newsletter.",
    examples=(
        _between("Abonner på nyhetsbrevet vårt"),
        _between("Meld deg på nyhetsbrevet vårt, og få nyhetene rett i innboksen."),
        _between("Sign up for our newsletter"),
    ),
    phrases=Phrases(
        whole=(
            r"nyhetsbrev: (?:meld deg på|få) .{1,80}",
            r"(?:meld deg på|påmelding til) nyhetsbrev(?:et)?\b",
        ),
        opening=(
            rf"(?:abonner|abonnér|abonnere) (?:gratis )?på {_NB_LETTER}(?: (?:vårt?|våre|vort|vores))?"
            r"(?: (?:her|i dag|gratis)|,? (?:og|for|så) {rest})?",
            rf"(?:meld deg|meld dig) (?:gratis )?(?:på|inn på|til) {_NB_LETTER}(?: (?:vårt?|våre|fra [\w"
            rf" .-]{{2,40}}))?"
            r"(?: (?:her|i dag|gratis|nå|no)|[,:]? (?:og|for|så|her) {rest})?",
            rf"(?:tilmeld|skriv) dig (?:gratis )?(?:på|op til|til)? ?{_NB_LETTER}"
            r"(?: (?:her|i dag|gratis)|,? (?:og|så) {rest})?",
            rf"få {_NB_LETTER}(?: (?:vårt|fra [\w .-]{{2,40}}))? (?:rett |direkte |gratis )?"
            r"(?:i|til|på) (?:din |di )?(?:innboks(?:en)?|e-?post(?:en)?|indbakke|mail)(?: din)?(?: {rest})?",
            r"(?:anmäl dig|prenumerera|skriv upp dig) (?:gratis )?(?:till|på) (?:vårt |våra |[\w]{2,20}"
            r" )?nyhetsbrev(?:et)?"
            r"(?: (?:här|idag|gratis)|,? (?:och|så) {rest})?",
            r"tilaa (?:[\w]{2,20}(?:n|mme) )?uutiskirje(?:emme)?(?: {rest})?",
            r"skráðu þig á póstlista(?:nn)?(?: {rest})?",
            r"(?:jetzt |hier )?(?:den |unseren |kostenlosen )?newsletter (?:abonnieren|bestellen)(?:"
            r" {rest})?",
            r"(?:melden sie sich|abonnieren sie)(?: hier| jetzt| kostenlos)* (?:für |zu )?(?:unseren?|den) "
            r"(?:kostenlosen )?[\w-]{0,20}newsletter(?: (?:an|und) ?{rest}| an)?",
            r"(?:sign up|subscribe|register) (?:now |here |today )?(?:for|to) (?:our|the|your) "
            r"(?:free |daily |weekly |morning |[\w]{2,20} )*(?:newsletters?|mailing list|e-?mail"
            r" updates)(?: {rest})?",
            r"get (?:our|the|your) (?:free |daily |weekly )*newsletters?(?: {rest})?",
        ),
    ),
)

_WALL: Final = (
    r"(?=.*\b(?:nettsted|nettside|nettstad|hjemmeside|webside|website|web ?site|site|webbplats|sajt|sivusto"
    r"|vefsíðu|vefnum|brukeroppleving|brukeropplevelse|brugeroplevelse|användarupplevelse|opplevelse"
    r"|samtykk|godta|aksepter|accepter|godkänn|hyväksy|samþykk|einwillig|zustimm|nutzung|erlebnis"
    r"|experience|consent|accept|agree|personvern|privacy|datenschutz))"
)

COOKIES: Final = Kind(
    name="cookies",
    repairs="Notices about cookies, and the buttons below them.",
    examples=(
        _between("Vi bruker informasjonskapsler for å gi deg en bedre brukeropplevelse. Godta alle"),
        _between("Wir verwenden Cookies, um die Nutzung der Website zu verbessern."),
        _between("Godta alle | Bare nødvendige | Innstillinger for informasjonskapsler"),
    ),
    phrases=Phrases(
        whole=(
            r"(?:godta|aksepter|avvis|avslå|godkjenn)(?:er)? (?:alle|alt)(?: (?:informasjonskapsler"
            r"|cookies))?\b",
            r"(?:bare|kun) nødvendige(?: (?:informasjonskapsler|cookies))?\b",
            r"(?:innstillinger|indstillinger) for (?:informasjonskapsler|cookies)\b",
            r"administrer (?:informasjonskapsler|cookies|samtykke)\b",
            r"(?:accepter|tillad|afvis|acceptera|avvisa|godkänn) (?:alle|alla)(?: (?:cookies|kakor))?\b",
            r"hyväksy (?:kaikki )?(?:evästeet|kaikki)\b",
            r"samþykkja (?:allar )?(?:vafrakökur|allt)\b",
            r"alle(?: cookies)? (?:akzeptieren|ablehnen)\b",
            r"cookie-?(?: )?(?:settings|einstellungen|innstillinger|indstillinger|inställningar|policy"
            r"|erklæring)\b",
            r"(?:accept|reject|allow) (?:all|cookies|all cookies)\b",
            r"manage (?:cookies|consent|cookie preferences)\b",
        ),
        opening=(
            rf"(?:vi|me) (?:bruker|brukar|nyttar|benytter|anvender|använder) (?:\w+ (?:og|och) )?"
            rf"(?:informasjonskapsler|informasjonskapslar|cookies|kakor|cookie-filer){_WALL}{{rest}}",
            r"(?:denne|dette|den här|vår) (?:nettsiden|nettstedet|nettstaden|siden|hjemmeside"
            r"|webbplatsen|sajten) "
            r"(?:bruker|brukar|nyttar|benytter|anvender|använder) (?:informasjonskapsler"
            r"|informasjonskapslar|cookies"
            r"|kakor)(?: ?{rest})?",
            r"ved å (?:fortsette|bruke|klikke) .{0,80}(?:godtar|aksepterer|samtykker) du .{0,80}"
            r"(?:informasjonskapsler|cookies)(?: ?{rest})?",
            r"ved at (?:fortsætte|bruge|klikke) .{0,80}(?:accepterer|samtykker) du .{0,80}cookies(?:"
            r" ?{rest})?",
            r"genom att (?:fortsätta|använda|klicka) .{0,80}(?:accepterar|godkänner|samtycker) du .{0,80}"
            r"(?:cookies|kakor)(?: ?{rest})?",
            rf"(?:käytämme|sivusto käyttää|tämä sivusto käyttää) evästeitä{_WALL}{{rest}}",
            r"(?:við notum|þessi vefur notar|vefurinn notar) (?:vafrakökur|kökur)(?: ?{rest})?",
            rf"(?:wir|diese website|unsere website|diese seite) (?:verwenden|nutzen|verwendet|nutzt"
            rf"|setzen|benutzt)"
            rf" cookies{_WALL}{{rest}}",
            rf"(?:we|we and our partners) use cookies{_WALL}{{rest}}",
            r"(?:this|our) (?:website|site|web site) uses cookies(?: ?{rest})?",
            r"by (?:continuing|using|clicking|browsing) .{0,120}you (?:agree|accept|consent)"
            r" .{0,80}cookies(?: ?{rest})?",
        ),
    ),
)

PHOTO_CREDITS: Final = Kind(
    name="photo_credits",
    repairs="Credit lines of pictures, and captions that end in one.",
    examples=(
        _between("Foto: Kari Nordmann / NTB"),
        _between("Fergen ved kai i går. (Foto: Kari Nordmann)"),
        _between("Bild: Privat"),
        _between("(Photo by Jane Doe/Getty Images)"),
    ),
    phrases=Phrases(
        whole=(
            r"foto(?:graf|s|grafi|grafie)? ?: ?{name}",
            r"foto (?:og|och|und|/|&) (?:tekst|text|video|grafikk) ?: ?{name}",
            r"(?:arkiv|illustrasjons|illustrations|presse|symbol|drone|fly)foto(?:graf)? ?: ?{name}",
            r"(?:arkivfoto|illustrasjonsfoto|illustrasjonsbilde|illustrationsfoto|symbolbild|symbolfoto"
            r"|arkivbild)\b",
            r"(?:bilde|bilete|billede|bild|bilder|bildet) ?: ?{name}",
            r"(?:kuva|kuvat|valokuva) ?: ?{name}",
            r"(?:mynd|myndir|ljósmynd) ?[:/] ?{name}",
            r"(?:photo|photos|photograph|photographer|image|picture) ?: ?{name}",
            r"(?:photo|photograph|image|picture|foto) (?:by|courtesy of|credit:?|av|af|von) {name}",
            r"(?:illustrasjon|illustration|grafikk|grafik|graphic|tegning|montasje|faksimile|skjermdump"
            r"|skärmdump"
            r"|skærmbillede|screenshot|bildequelle|bildquelle|bildrechte|bildnachweis) ?: ?{name}",
            r"© ?{name}",
            r"(?:bilde|bild|billede|image|photo) \d{1,3} (?:av|af|von|of) \d{1,3}\b",
            r"vis alle bilder\b",
        ),
        # An office or a company of a few words, and no end of a sentence: "Foto: Bjørkvik avis".
        opening=(
            r"(?:foto|arkivfoto|illustrasjonsfoto|pressefoto|bilde|bild|kuva|photo) ?: ?{capital}[\w.'’&@-]*+"
            r"(?: [\w'’&@-]{1,20}){0,3}\)?\Z",
        ),
    ),
    shape=Shape(
        # A caption: at most three sentences, and no dialogue. A credit without brackets may stand at the end
        # of prose, where it came loose from a picture.
        r"(?![–—«\"“-])(?!(?>[^.!?]*+[.!?]++){4})[^(\[]{3,}[(\[](?:(?:arkiv|Arkiv|illustrasjons"
        r"|Illustrasjons)?"
        r"(?:[Ff]oto|[Pp]hoto|FOTO|PHOTO|Bilde?|Kuva|Mynd|Ljósmynd|Illustrasjon|Grafikk)(?:(?: by|:) ?|"
        r" ?/ ?){name})"
        r"[)\]]*+",
        mark="[Ff]oto|[Pp]hoto|OTO|Bild|Kuva|ynd|Illustrasjon|Grafikk",
    ),
)

PUBLICATION_LINES: Final = Kind(
    name="publication_lines",
    repairs="When the article was published and updated, as a line of its own.",
    examples=(
        _between("Publisert: 12. mars 2019 kl. 08:14 Oppdatert: 12. mars 2019 kl. 11:02"),
        _between("Sist oppdatert 3. mai 2018"),
        _between("Stand: 12.03.2019, 08:14 Uhr"),
    ),
    phrases=Phrases(
        whole=(
            r"(?:publisert|publiserte|oppdatert|opprettet|endret|sist (?:oppdatert|endret|endra)|først"
            r" publisert"
            r"|skrevet|lagt ut)(?: av [\w .-]{2,40})?(?: den| av)? ?:? ?{date}",
            r"(?:publiceret|offentliggjort|opdateret|sidst opdateret|oprettet)(?: den)? ?:? ?{date}",
            r"(?:publicerad|publicerat|uppdaterad|uppdaterat|senast uppdaterad|skapad)(?: den)? ?:? ?{date}",
            r"(?:julkaistu|päivitetty|muokattu) ?:? ?{date}",
            r"(?:birt|uppfært|síðast uppfært)(?: þann)? ?:? ?{date}",
            r"(?:veröffentlicht|aktualisiert|zuletzt aktualisiert|stand|erstellt|publiziert)(?: am)? ?:?"
            r" ?{date}",
            r"(?:published|updated|last updated|last modified|first published|posted|created)(?: on| at)?"
            r" ?:? ?{date}",
            r"lesetid:? ?(?:ca\.? )?\d{1,3} min(?:utt(?:er)?)?\b",
            r"lästid:? ?(?:ca\.? )?\d{1,3} min(?:uter)?\b",
            r"læsetid:? ?(?:ca\.? )?\d{1,3} min(?:utter)?\b",
            r"lesezeit:? ?(?:ca\.? )?\d{1,3} min(?:uten?)?\b",
            r"reading time:? ?\d{1,3} min(?:utes?)?\b",
        )
    ),
)

UPDATE_NOTICES: Final = Kind(
    name="update_notices",
    repairs="That the article is being written on.",
    examples=(
        _between("Saken oppdateres."),
        _between("Artikeln uppdateras."),
        _between("This is a developing story. Check back for updates."),
    ),
    phrases=Phrases(
        whole=(
            r"(?:denne )?(?:saken|saka|artikkelen|nyheten|meldingen) (?:oppdateres|blir oppdatert|vert"
            r" oppdatert"
            r"|er under oppdatering)(?: (?:fortløpende|fortløpande|løpende))?\b",
            r"(?:artiklen|historien|sagen|nyheden) (?:opdateres|bliver opdateret)(?: løbende)?\b",
            r"(?:artikeln|texten|nyheten) (?:uppdateras|kommer att uppdateras)(?: löpande)?\b",
            r"(?:juttua|uutista|artikkelia) päivitetään\b",
            r"fréttin (?:verður|hefur verið) uppfærð\b",
            r"(?:dieser artikel|der artikel|die meldung|dieser text) wird (?:laufend |fortlaufend "
            r"|ständig )?aktualisiert\b",
            r"(?:this (?:story|article|page) (?:is being|will be) updated(?: (?:shortly|as more"
            r" .{1,60}))?)\b",
            r"(?:this is a (?:breaking|developing) (?:news )?story)\b",
            r"(?:please )?check back for updates\b",
            r"refresh for updates\b",
            r"more (?:to follow|details soon)\b",
            r"mehr in kürze\b",
        )
    ),
    shape=Shape(
        rf"[\w.-]{{2,30}} oppdaterer (?:fortløpende )?saken(?: fortløpende)?{END}",
        mark="oppdaterer",
    ),
)

COMMENTS: Final = Kind(
    name="comments",
    repairs="Invitations to comment, and rules for doing so.",
    examples=(
        _between("Skriv en kommentar"),
        _between("Kommentarer (12)"),
        _between("Hva mener du? Si din mening i kommentarfeltet!"),
    ),
    phrases=Phrases(
        whole=(
            r"(?:vis|les|skjul|se) (?:alle )?kommentar(?:er|ene|ar|ane)(?: ?\(\d+\))?(?! )",
            r"kommentarer ?\(\d+\)",
            r"(?:skriv|legg igjen|legg inn) (?:en |ein |din )?kommentar(?: her)?\b",
            r"kommenter (?:artikkelen|saken|saka|artiklen)(?: her)?\b",
            r"kommentarfeltet er (?:nå )?(?:stengt|åpent|lukket)\b",
            r"(?:hva|kva) (?:mener|meiner|synes|syns) du\? (?:si|skriv|del) (?:din|di) mening"
            r"(?: (?:i kommentarfeltet|her|nedenfor|under))?\b",
            r"(?:si|del) (?:din|di) mening i kommentarfeltet(?: (?:under|nedenfor))?\b",
            r"(?:diskuter|debatter) (?:saken|artikkelen)(?: her)?\b",
            r"(?:skriv|læg|efterlad) en kommentar\b",
            r"(?:skriv|lämna) en kommentar\b",
            r"kommentera (?:artikeln|inlägget)\b",
            r"(?:kirjoita|jätä) kommentti\b",
            r"(?:skrifa|skildu eftir) (?:athugasemd|ummæli)\b",
            r"kommentare ?\(\d+\)",
            r"(?:schreiben sie|hinterlassen sie|schreibe) (?:einen|ihren) kommentar\b",
            r"kommentar (?:schreiben|verfassen)\b",
            r"(?:leave|write|post|add) a (?:comment|reply)\b",
            r"comments ?\(\d+\)",
            r"(?:view|show|read|see) (?:all )?comments(?: ?\(\d+\))?(?! )",
            r"comments (?:are|have been) (?:closed|disabled)(?: (?:for|on) this (?:article|story|post))?\b",
            r"join the (?:conversation|discussion)\b",
            r"what do you think\? (?:let us know|tell us|share your (?:thoughts|views))"
            r" .{0,60}comments(?: .{1,40})?",
        )
    ),
    shape=Shape(
        rf"\d{{1,5}} (?:[Kk]ommentar(?:er|ar|e)?|kommentaria|[Cc]omments?){END}",
        mark="omment",
    ),
)

PAYWALL: Final = Kind(
    name="paywall",
    repairs="What stands where an article ends for those who do not pay, and labels of paid articles.",
    examples=(
        _between("Logg inn for å lese hele saken"),
        _between("Denne artikkelen er for abonnenter"),
        _between("Allerede abonnent? Logg inn her"),
        _between("Bli abonnent"),
    ),
    phrases=Phrases(
        whole=(
            r"logg (?:deg )?inn(?: her)? for å (?:lese|få tilgang)(?: (?:hele|heile|resten av|videre"
            r"|vidare|mer))?"
            r"(?: (?:saken|saka|artikkelen|innholdet|til .{1,40}))?\b",
            r"(?:denne|dette|den her) (?:artikkelen|artikkel|saken|saka|innholdet|artikel)"
            r" er (?:kun |bare |forbeholdt |berre |eksklusivt )*(?:for )?(?:våre |vore |vores )?"
            r"(?:abonnenter|abonnentar|betalende lesere)\b",
            r"(?:kun |bare |berre |eksklusivt )?for (?:våre |vores )?(?:abonnenter|abonnentar)\b",
            r"(?:kun|bare|berre|eksklusivt) (?:for )?(?:abonnenter|abonnentar)\b",
            r"(?:bli|bliv) abonnent(?: (?:i dag|nå|no|her|nu|for å lese .{1,40}|og les .{1,40}))?\b",
            r"(?:kjøp|bestill|velg|køb) abonnement(?: (?:her|nå))?\b",
            r"(?:er du )?allerede (?:abonnent|kunde|medlem)\? ?(?:logg inn|log ind)?(?: her)?",
            r"er du abonnent\? ?(?:logg inn|log ind)?(?: her)?",
            r"du må (?:være|vere|logge inn|ha) (?:abonnent|et abonnement|som abonnent)? ?for å (?:lese"
            r"|få) .{1,60}",
            r"(?:les|få tilgang til) (?:hele|heile) (?:saken|saka|artikkelen) med (?:abonnement"
            r"|.{1,20}abonnement)\b",
            r"(?:les|prøv) .{0,40}(?:for|i) .{0,20}(?:kun |bare )?\d{1,4} (?:kr|kroner|krone|uker"
            r"|måneder)\b.{0,40}",
            r"log ind for at læse(?: (?:hele|resten af) artiklen| videre| mere)?\b",
            r"logga in för att (?:läsa|fortsätta)(?: (?:hela|resten av|vidare|hela artikeln|artikeln))*\b",
            r"(?:den här|denna|hela) artikeln? är (?:endast |bara )?(?:för|öppen för) (?:våra |dig som är"
            r" )?prenumerant(?:er)?\b",
            r"(?:endast |bara )?för prenumeranter\b",
            r"(?:endast|bara) för prenumeranter\b",
            r"bli prenumerant(?: (?:idag|nu|här))?\b",
            r"(?:redan|är du redan) prenumerant\? ?(?:logga in)?(?: här)?",
            r"läs hela artikeln (?:med|som) prenumera(?:tion|nt)\b",
            r"kirjaudu (?:sisään )?(?:lukeaksesi|jatkaaksesi)(?: .{1,40})?\b",
            r"(?:vain|tämä (?:artikkeli|juttu|sisältö) on (?:vain )?) ?tilaajille\b",
            r"(?:oletko|etkö ole) jo tilaaja\? ?(?:kirjaudu(?: sisään)?)?",
            r"(?:þessi (?:frétt|grein) er )?(?:aðeins |eingöngu )?fyrir áskrifendur\b",
            r"(?:aðeins|eingöngu) fyrir áskrifendur\b",
            r"gerast áskrifandi\b",
            r"(?:log|sign) in to (?:read|continue)(?: (?:reading|more|the (?:full |rest of the"
            r" )?(?:article|story)))?\b",
            r"subscribe to (?:read|continue)(?: (?:reading|more|the (?:full |rest of the )?(?:article"
            r"|story)))?\b",
            r"this (?:article|story|content) is (?:only |exclusively |available )*(?:for|to) (?:our"
            r" )?subscribers(?: only)?\b",
            r"(?:for )?subscribers only\b",
            r"(?:already|are you already) a (?:subscriber|member)\? ?(?:(?:log|sign) in)?(?: here)?",
            r"(?:to continue reading|to read the full (?:article|story)),? (?:please )?(?:subscribe|log"
            r" in|sign in"
            r"|register).{0,60}",
            r"(?:nur |exklusiv )?für abonnenten\b",
            r"(?:nur|exklusiv) für abonnenten\b",
            r"(?:dieser|der) (?:artikel|inhalt|text) ist (?:nur |exklusiv )?für abonnenten(?: (?:lesbar"
            r"|verfügbar))?\b",
            r"(?:jetzt|hier) abonnieren\b",
            r"(?:jetzt )?weiterlesen mit .{1,40}",
            r"(?:anmelden|einloggen),? um weiterzulesen\b",
            r"sie sind bereits abonnent\? ?.{0,30}",
            r"bereits abonnent\? ?.{0,30}",
        )
    ),
)

READ_ON: Final = Kind(
    name="read_on",
    repairs="Links to the rest of an article that is given in part.",
    examples=(
        _between("Les hele saken"),
        _between("Continue reading →"),
        _between("Läs hela artikeln på avisa.example"),
    ),
    phrases=Phrases(
        whole=(
            r"les (?:hele|heile|resten av) (?:saken|saka|artikkelen|intervjuet|innlegget|kronikken|historien)"
            r"(?: (?:her|(?:hos|på|i) [\w.-]{2,30}(?: [\w.-]{2,30})?))?(?: \(.{1,30}\))?\b",
            r"les (?:videre|vidare)(?: (?:her|på [\w.-]{2,40}))?\b",
            r"læs (?:hele|resten af) (?:artiklen|historien|sagen)(?: (?:her|på [\w.-]{2,40}))?\b",
            r"læs videre(?: her)?\b",
            r"läs (?:hela|resten av) (?:artikeln|texten|intervjun)(?: (?:här|på [\w.-]{2,40}))?\b",
            r"(?:läs vidare|fortsätt läsa)(?: (?:här|på [\w.-]{2,40}))?\b",
            r"(?:lue koko (?:juttu|artikkeli)|jatka lukemista)\b",
            r"lesa (?:alla )?(?:fréttina|greinina|áfram)\b",
            r"(?:jetzt )?weiterlesen(?: (?:auf|bei) [\w.-]{2,40})?\b",
            r"(?:lesen sie )?(?:hier |den ganzen artikel )?weiterlesen\b",
            r"(?:zum|ganzen|den ganzen|den vollständigen) artikel(?: lesen)?(?: (?:auf|bei) [\w.-]{2,40})?\b",
            r"(?:continue|keep) reading(?: (?:at|on) [\w.-]{2,40})?\b",
            r"read (?:the )?(?:full|whole|rest of the|entire|original) (?:story|article|post|interview)"
            r"(?: (?:here|(?:at|on) [\w. -]{2,40}))?\b",
        ),
        opening=(
            r"les (?:hele|heile|resten av) (?:saken|saka|artikkelen|intervjuet|innlegget)(?: (?:her|hos|på|i)"
            r"(?: [\w.-]{2,40})?)?: ?{rest}",
            r"the post .{1,200} appeared first on .{1,60}",
        ),
    ),
)

_AGENCY: Final = (
    r"(?:NTB(?: ?[Ss]canpix)?|NPK|ANB|[Rr]itzau|RITZAU|TT|STT|AFP|AP|Reuters|REUTERS|dpa-AFX|dpa|DPA|APA"
    r"|SID|KNA|epd"
    r"|Bloomberg|Xinhua|TASS|EFE|ANSA|PA|UPI)"
)
# The others are words and names of something else too ("AP" is a party).
_BARE_AGENCY: Final = r"(?:NTB(?: ?[Ss]canpix)?|NPK|Ritzau|RITZAU|STT|AFP|Reuters|REUTERS|dpa)"
_SLUG: Final = rf"(?:© ?)?{_AGENCY}(?: ?[/–-] ?{_AGENCY}| ?/ ?\w+)*"

AGENCY_SLUGS: Final = Kind(
    name="agency_slugs",
    repairs="Marks of news agencies and lines of place and agency, where they stand alone: not before prose.",
    examples=(_between("(©NTB)"), _between("OSLO (NTB):"), _between("/ritzau/"), _between("NTB-AFP")),
    shape=Shape(
        rf"(?:(?:[A-ZÆØÅÄÖÜ][\w.-]*(?:[ /][A-ZÆØÅÄÖÜ][\w.-]*){{0,3}},? ?)?(?:\({_SLUG}\)|/{_SLUG}/"
        rf"|\[{_SLUG}\])"
        rf"|© ?{_SLUG}|{_BARE_AGENCY}(?: ?[/–-] ?{_AGENCY})*){END}",
        mark=_AGENCY,
    ),
)

KINDS: Final = (
    ADVERTISING,
    READ_ALSO,
    SHARING,
    NEWSLETTERS,
    COOKIES,
    COMMENTS,
    AGENCY_SLUGS,
    PHOTO_CREDITS,
    PUBLICATION_LINES,
    UPDATE_NOTICES,
    READ_ON,
    PAYWALL,
)
"""In the order in which they are taken out. The last two say that a text is cut off where they are its
last lines, so they are looked for when nothing else stands below them."""
