"""The vocabulary of markup and of boilerplate, in the languages that news are written in.

Words of markup are those of class names, ids, roles and the like (`body_blocks.words_of`), lower case.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.extract.page.body_blocks import named

NOT_BODY: Final = named(
    """
    related relateds recommended recommendation recommendations recirculation recirc relaterte relatert verwandt
    newsletter newsletters nyhetsbrev
    share sharing shares sharebar sharer social socials sociallinks compartir partage teilen dela del
    promo promos promotion
    advert adverts advertisement advertising ad ads adslot adbox sponsor sponsored werbung anzeige annonse annons
    publicidad publicite pubblicita reklame reklama mainos
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
    subscribe subscription paywall login author authors search widget alert
    player video audio gallery
    """
)
"""Found on wrappers too: no part of the article only where there is little prose in it."""

COMMENTS: Final = named(
    """
    comment comments disqus respond commentlist kommentar kommentare kommentarer comentarios commentaires
    """
)

ON_PARAGRAPHS: Final = named(
    """
    caption captions credit credits byline bylines copyright author timestamp date meta advertisement related tags
    share disclaimer newsletter
    """
)
"""The words that count on a paragraph itself: `paywall`, `teaser`, `hidden` there say how the body is shown."""

LEAD: Final = named(
    """
    lead standfirst intro summary dek deck subtitle subhead subheading subheadline subline description abstract
    ingress preamble chapo entradilla vorspann sapo spot teaser excerpt strapline sommario occhiello tagline sub manchet
    """
)
"""What the paragraph between the headline and the body is called."""

_CALL: Final = re.compile(
    r"""(?:
      (?:read|see|also\s+read|read\s+also|more|related|watch|listen|recommended|don'?t\s+miss)\b[^.]{0,20}:
    | (?:read\s+(?:more|also|next)|see\s+also|also\s+read|related(?:\s+(?:stories|articles?|content|news))?$)
    | les\s+(?:også|mer|mere|meir|saken)\b | læs\s+(?:også|mere)\b | läs\s+(?:också|mer|även)\b
    | lue\s+(?:myös|lisää)\b
    | (?:lesen\s+sie\s+(?:auch|hier|mehr)|lies\s+(?:auch|mehr)|mehr\s+(?:zum\s+thema|dazu)|auch\s+interessant
      |lesetipp)\b
    | (?:lire\s+aussi|à\s+lire|voir\s+aussi|lee\s+(?:también|más)|leer\s+más|te\s+puede\s+interesar
      |leggi\s+anche|leia\s+(?:também|mais))\b
    | (?:lees\s+(?:ook|meer)|czytaj\s+(?:też|także)|zobacz\s+też|читайте\s+(?:также|також))\b
    | (?:sign\s+up|subscribe|follow\s+us|click\s+here|join\s+our|download\s+(?:our|the)\s+app)\b
    | (?:get|receive)\s+(?:the\s+|our\s+)?(?:latest|[\w\s]{0,30}newsletter) | got\s+a\s+(?:story|tip)\b | have\s+(?:you\s+got\s+)?a\s+(?:story|tip)\b
    | for\s+more\s+(?:stories|news|information\s+on\s+this)\b | to\s+(?:read|get)\s+more\b
    | follow\s+(?:[\w.@'’]+\s+){1,4}on\s+(?:twitter|facebook|x|instagram|google|whatsapp|telegram|tiktok)\b
    | (?:folgen?|folge)\s+(?:sie\s+)?uns\b | s[ií]gue(?:nos|a)\b | suivez[- ]nous | følg\s+oss | följ\s+oss | seguici\s+su
    | (?:noticias?|notas?|artículos?)\s+relacionad[ao]s? | articoli\s+correlati | articles?\s+(?:connexes|liés)
    | \(?(?:additional\s+)?reporting\s+by\b | \(?editing\s+by\b
    | auf\s+dieser\s+seite: | mehr\s+(?:zu|über|aus)\s+[^.]{3,60}(?::|lesen\s+sie|finden\s+sie)
    | advert(?:isement)?$ | anzeige$ | annonse$ | annons$ | werbung$ | publicidad$ | publicité$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT: Final = re.compile(
    r"""(?:
      (?:photo(?:graph)?|image|picture|foto|fotos|bild|bilde|bilder|billede|kuva|video|imagen|crédito|credit)s?
      (?:\s+(?:credit|by|courtesy|av|af|von|par|por))?\s*[:/©]
    | bildrechte | bildquelle | (?:quelle|source|fuente|kilde|källa): | © | \(c\)\s | copyright\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


_CONSENT: Final = re.compile(
    r"""recaptcha | privacy\s+policy | terms\s+(?:of\s+(?:use|service)|(?:and|&)\s+conditions) | datenschutz | externe[rnms]?\s+inhalt
    | damit\s+einverstanden,\s+dass | stimme\s+zu | requires\s+javascript | enable\s+(?:javascript|cookies)
    | personvern | samtykke | politica\s+de\s+privacidad | política\s+de\s+privacidad | empfohlener\s+redaktioneller
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_consent(text: str) -> bool:
    """Whether a paragraph speaks of cookies, embedded content or terms, not of news."""
    return len(text) < 400 and _CONSENT.search(text) is not None


def is_call(text: str) -> bool:
    """Whether a paragraph sends the reader elsewhere: `Read more: ...`, `Les også ...`, `Sign up for ...`."""
    return len(text) <= 250 and _CALL.match(text.lstrip("»›>•-–—*+▶►→[( ")) is not None


def is_credit(text: str) -> bool:
    """Whether a short line names who made a picture or who owns the text."""
    return len(text) < 120 and _CREDIT.match(text) is not None
