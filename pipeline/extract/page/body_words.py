"""The vocabulary of markup and of boilerplate, in the languages that news are written in.

Words of markup are those of class names, ids, roles and the like (`body_blocks.words_of`), lower case.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.extract.page.body_blocks import named

NOT_BODY: Final = named(
    """
    related relateds recommended recommendation recommendations recirculation recirc relaterte relatert
    verwandt
    newsletter newsletters nyhetsbrev
    share sharing shares sharebar sharer social socials sociallinks compartir partage teilen dela del
    promo promos promotion
    advert adverts advertisement advertising ad ads adslot adbox sponsor sponsored werbung anzeige annonse
    annons publicidad publicite pubblicita reklame reklama mainos
    caption captions credit credits byline bylines bildetekst bildtext billedtekst bildunterschrift
    breadcrumb breadcrumbs
    cookie cookies consent gdpr privacy
    signup sidebar toolbar
    popular trending outbrain taboola
    tags taglist
    nav navigation navbar menu
    bio copyright footer colophon
    timestamp tooltip modal popup overlay banner carousel slideshow
    complementary contentinfo hidden
    teaser teasers disclaimer
    """
)
"""An element called so is no part of the article."""

BOXES: Final = named("infobox factbox faktaboks faktaruta infokasten faktarute")
"""What stands beside the article, however long."""

NOT_BODY_IF_SMALL: Final = named(
    """
    subscribe subscription paywall login author authors search alert
    player video audio gallery
    """
)
"""Found on wrappers too: no part of the article only where there is little prose in it."""

COMMENTS: Final = named(
    "comment comments disqus respond commentlist kommentar kommentare kommentarer comentarios commentaires"
)

ON_PARAGRAPHS: Final = named(
    """
    caption captions credit credits byline bylines copyright author timestamp date meta advertisement related
    tags share disclaimer newsletter
    """
)
"""The words that count on a paragraph itself: `paywall`, `teaser`, `hidden` say how a body is shown."""

LEAD: Final = named(
    """
    lead standfirst intro summary dek deck subtitle subhead subheading subheadline subline description
    abstract ingress preamble chapo entradilla vorspann sapo spot teaser excerpt strapline sommario occhiello
    tagline sub manchet
    """
)
"""What the paragraph between the headline and the body is called."""

_CALLS: Final = (
    # ... : a link, in English
    r"(?:read|see|also\s+read|related|watch|listen|recommended|don'?t\s+miss)\b[^.]{0,20}:",
    r"more(?:\s+(?:on|from|about|in|news|stories|coverage)\b[^.]{0,40})?:",
    r"read\s+(?:more|also|next)\b",
    r"(?:see\s+also|also\s+read)\b",
    r"related(?:\s+(?:stories|articles?|content|news))?$",
    # the same in other languages
    r"les\s+(?:også|mer|mere|meir|saken)\b",
    r"læs\s+(?:også|mere)\b",
    r"läs\s+(?:också|mer|även)\b",
    r"lue\s+(?:myös|lisää)\b",
    r"lesen\s+sie\s+(?:auch|hier|mehr)\b",
    r"lies\s+(?:auch|mehr)\b",
    r"mehr\s+(?:zum\s+thema|dazu)\b",
    r"mehr\s+(?:zu|über|aus)\s+[^.]{3,60}(?::|lesen\s+sie|finden\s+sie)",
    r"(?:auch\s+interessant|lesetipp)\b",
    r"auf\s+dieser\s+seite:",
    r"(?:lire\s+aussi|à\s+lire|voir\s+aussi)\b",
    r"(?:lee\s+(?:también|más)|leer\s+más|te\s+puede\s+interesar)\b",
    r"(?:leggi\s+anche|leia\s+(?:também|mais))\b",
    r"(?:noticias?|notas?|artículos?)\s+relacionad[ao]s?\b",
    r"(?:articoli\s+correlati|articles?\s+(?:connexes|liés))\b",
    r"(?:lees\s+(?:ook|meer)|czytaj\s+(?:też|także)|zobacz\s+też|читайте\s+(?:также|також))\b",
    # to come back, to write, to follow
    r"(?:sign\s+up|subscribe|follow\s+us|click\s+here|join\s+our|download\s+(?:our|the)\s+app)\b",
    r"(?:get|receive)\s+(?:the\s+|our\s+)?(?:latest|[\w\s]{0,30}newsletter)\b",
    r"(?:got|have)\s+(?:you\s+got\s+)?a\s+(?:story|tip)\b",
    r"for\s+more\s+(?:stories|news|information\s+on\s+this)\b",
    r"to\s+(?:read|get)\s+more\b",
    r"follow\s+(?:[\w.@'’]+\s+){1,4}on\s+(?:twitter|facebook|x|instagram|google|whatsapp|telegram|tiktok)\b",
    r"folgen?\s+(?:sie\s+)?uns\b",
    r"(?:s[ií]gue(?:nos|a)|suivez[- ]nous|følg\s+oss|följ\s+oss|seguici\s+su)\b",
    # the same for letters, apps and channels of the paper's own: what is asked, then of what
    r"(?:get|receive|download|join|follow|listen|try)\s[^.!?]{0,50}\bour\b[^.!?]{0,30}"
    r"\b(?:newsletters?|app|podcasts?|channel|page|emails?|notifications)\b",
    r"(?:melde[nt]?|abonnier\w*|registrier\w*|trag(?:en|t)?|hole?n?|holt|lade[nt]?|bestell\w*|erhalte[nt]?|folge[nt]?)"
    r"\s+(?:sie|dich|euch|dir|hier|jetzt|uns|unser\w*)\b[^.!?]{0,60}"
    r"(?:newsletter|\bunser\w*\b[^.!?]{0,30}\b(?:app|podcasts?|kanal|push\S*|whatsapp\S*)\b)",
    r"(?:möchten|wollen|willst|möchtest)\s+(?:sie|du)\b[^?]{0,60}(?:newsletter|auf\s+dem\s+laufenden|informiert)",
    r"(?:hier|jetzt)\s+(?:können\s+sie|kannst\s+du|geht\s+es\s+zu[rm]?)\b[^.!?]{0,40}"
    r"\b(?:newsletter|podcast|app)\b",
    r"hat\s+(?:ihnen|dir)\s+(?:dieser|der)\s+(?:artikel|beitrag|text)\s+gefallen\b",
    r"(?:meld\s+deg|meld\s+dig|tilmeld\s+dig|anmäl\s+dig|abonn[eé]r|prenumerera|registrer\s+deg|skriv\s+opp)\b"
    r"[^.!?]{0,60}(?:nyhetsbrev|nyhedsbrev|podd|podkast|podcast|varsl|vår|vores)",
    r"(?:få|motta|modtag|ta\s+emot|last\s+ned|hent|ladda\s+(?:ner|ned)|hør|lyt|lytt|lyssna|prøv)\b[^.!?]{0,40}"
    r"\b(?:vår[te]?|våre|våra|vores)\b[^.!?]{0,30}(?:nyhetsbrev|nyhedsbrev|app|podd|podkast|podcast|e-avis)",
    r"(?:følg|följ)\s+\S+\s+(?:også\s+|också\s+)?på\s+(?:facebook|instagram|twitter|x|tiktok|snapchat)\b",
    r"(?:tilaa|lataa|kuuntele|seuraa)\b[^.!?]{0,40}(?:uutiskirje|sovellu|podcast|meitä|facebookissa|instagramissa)",
    r"(?:abonnez|inscrivez|recevez|téléchargez|rejoignez|retrouvez|suivez|écoutez)\b[^.!?]{0,50}"
    r"(?:newsletter|\bno(?:tre|s)\b[^.!?]{0,30}\b(?:lettre|appli\w*|podcasts?|chaîne|canal)\b)",
    r"(?:suscr[ií]b\w+|reg[ií]str(?:ate|ese)|recibe\s+(?:cada|gratis|en)|apúntate|descarga|síguenos|únete|escucha)"
    r"\b[^.!?]{0,50}"
    r"(?:newsletter|\bnuestr[ao]s?\b[^.!?]{0,30}\b(?:bolet[ií]n\w*|app|aplicación|canal\w*|podcasts?)\b)",
    r"(?:iscriviti|ricevi|scarica|seguici|segui)\b[^.!?]{0,50}"
    r"(?:newsletter|\bnostr[aoi]\b[^.!?]{0,30}\b(?:app|canale|podcast)\b)",
    r"(?:meld\s+je|schrijf\s+je|abonneer|ontvang|download|volg|luister)\b[^.!?]{0,50}"
    r"(?:nieuwsbrief|\bon(?:ze|s)\b[^.!?]{0,30}\b(?:app|podcasts?|kanaal)\b)",
    # who else had a hand in it
    r"\(?(?:(?:additional\s+)?reporting|editing)\s+by\b",
    # what stands below articles
    r"explore\s+further$",
    r"this\s+(?:article|document|material|story)\s+is\s+(?:subject\s+to\s+)?copyright",
    r"(?:all\s+rights\s+reserved|alle\s+rechte\s+vorbehalten|tous\s+droits\s+réservés|todos\s+los\s+derechos)\b",
    # advertising
    r"(?:advert(?:isement)?|anzeige|annonse|annons|werbung|publicidad|publicité)$",
)
_CALL: Final = re.compile("|".join(_CALLS), re.IGNORECASE)
# Anywhere in a short paragraph that also has a link.
_OFFER: Final = re.compile(
    r"newsletter|nyhetsbrev|nyhedsbrev|uutiskirje"
    r"|click\s+here\s+(?:to|for)|sign(?:ing)?\s+up\s+(?:to|for|here)|subscribe\s+(?:to|now|here|today)"
    r"|(?:hier|jetzt|kostenlos)\s+abonnieren|abonnieren\s+sie|meld\s+deg\s+på|prenumerera\s+på|tilmeld\s+dig"
    r"|iscriviti\s+a|suscr[ií]bete|abonnez[- ]vous|inscrivez[- ]vous",
    re.IGNORECASE,
)
_BULLETS: Final = "»›>•-–—*+▶►→[( "

_CREDIT: Final = re.compile(
    r"(?:photo(?:graph)?|image|picture|foto|fotos|bild|bilde|bilder|billede|kuva|video|imagen|crédito|credit)s?"
    r"(?:\s+(?:credit|by|courtesy|av|af|von|par|por))?\s*[:/©]"
    r"|bildrechte|bildquelle|(?:quelle|source|fuente|kilde|källa):|©|\(c\)\s|copyright\b",
    re.IGNORECASE,
)
_CREDITED: Final = re.compile(
    r"[^.!?\n]{0,140}\s(?:©|\(c\))\s?[^.!?]{2,60}"
    r"|.{0,140}\((?:photo|foto|bild|bilde|kuva|image|picture)s?\s*:[^()]{2,60}\)\.?",
    re.IGNORECASE,
)
"""A caption that ends with its credit: `The bridge © Photographer / Agency`."""
_NAME: Final = r"[A-ZÀ-Þ][\w.'’-]*(?: (?:[A-ZÀ-Þ][\w.'’-]*|v[ao]n|de[rnl]?|d[ia]|l[ae]|a[fv]|zu|i?bn|bin))+"
_BYLINE: Final = re.compile(
    r"(?:(?:By|Von|Av|Af|Par|Por|Di|Door|Eftir)\s|(?:Text|Tekst|Teksti|Texte|Texto|Autor(?:in)?|Author):\s)\s*"
    rf"{_NAME}(?:(?:, | and | & | og | och | und | et | y | e | en | ja ){_NAME})*"
    r"(?:[,|–—-]? ?(?:\d{1,2}[./ ].{0,30}|[A-ZÀ-Þ][\w-]+))?\.?"
)
# Each with what asks for something: the law, and the rows about it, are news.
_CONSENT: Final = re.compile(
    r"recaptcha|(?:our|the\s+google|read|see|agree\s+to\s+the)\s+privacy\s+policy|privacy\s+policy\s+appl"
    r"|(?:agree|accept|apply|our|see)\s+[\w\s]{0,20}terms\s+(?:of\s+(?:use|service)|(?:and|&)\s+conditions)"
    r"|requires\s+javascript|enable\s+(?:javascript|cookies)|(?:uses?|accept|allow)\s+(?:all\s+)?cookies"
    r"|datenschutz-?(?:einstellungen|erklärung|hinweise)|klick\s+für\s+den\s+datenschutz"
    r"|externe[rnms]?\s+inhalte?n?\s+(?:angezeigt|anzeigen|geladen|laden|aktivieren)"
    r"|damit\s+einverstanden,\s+dass|empfohlener\s+redaktioneller|unseren?\s+redakt\w+\s+ausgew"
    r"|(?:vår|les|læs|läs)\s+personvernerklæring|(?:ditt|dit|ditt\s+uttrykkelige)\s+samtyk?ke"
    r"|affiliate[- ]links?"
    r"|(?:nuestra|la\s+nossa|nossa)\s+pol[ií]tica\s+de\s+privacidad",
    re.IGNORECASE,
)


# One of these is in whatever the expression finds: to look for them first takes a tenth of the time.
_CONSENT_STEMS: Final = (
    *("captcha", "privacy", "terms", "javascript", "cookie", "datenschutz", "extern", "einverstanden"),
    *("redakt", "personvern", "samty", "privacidad", "affiliate"),
)


def is_call(text: str, *, linked: bool) -> bool:
    """Whether a paragraph sends the reader elsewhere: `Read more: ...`, `Les også ...`, `Sign up for ...`."""
    if len(text) > 250:
        return False
    return _CALL.match(text.lstrip(_BULLETS)) is not None or (linked and _OFFER.search(text) is not None)


def is_credit(text: str) -> bool:
    """Whether a short line, or a list of them, names who made a picture or who owns the text."""
    if len(text) < 200 and _CREDITED.fullmatch(text):
        return True
    return (
        len(text) < (600 if text.count(": ") > text.count("\n") > 1 else 120)
        and _CREDIT.match(text) is not None
    )


def is_byline(text: str) -> bool:
    """Whether a line says who wrote it, and perhaps when and where, and nothing else."""
    return len(text) < 100 and _BYLINE.fullmatch(text) is not None


def is_consent(text: str) -> bool:
    """Whether a paragraph speaks of cookies, embedded content or terms, not of news."""
    if len(text) >= 400:
        return False
    lower = text.lower()
    return any(stem in lower for stem in _CONSENT_STEMS) and _CONSENT.search(text) is not None
