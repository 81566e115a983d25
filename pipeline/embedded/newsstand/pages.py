"""Articles as web pages, in the layouts that papers have, with all that surrounds an article."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from pipeline.embedded.newsstand.press import slug_of, tongue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.embedded.newsstand.press import Paper, Story, Tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What a layout draws from."""

    paper: Paper
    story: Story
    words: Tongue
    base: str


def page(paper: Paper, story: Story, *, base: str, others: Sequence[Story]) -> str:
    """The page of a story. `base`: scheme and authority; `others`: stories that it links to."""
    words = tongue(paper.language)
    draw = _LAYOUTS[paper.layout]
    head, body = draw(_View(paper=paper, story=story, words=words, base=base))
    following = _second(others[0], words) if paper.layout == "two" and others else ""
    return _frame(
        paper,
        words,
        title=f"{story.title} | {paper.title}",
        head=head,
        main=body + _paywall(story, words) + _boxes(words, others) + following + _comments(words, story),
        others=others,
        seed=story.guid,
        base=base,
    )


def front(paper: Paper, stories: Sequence[Story], *, base: str, feed: str, feed_type: str) -> str:
    """The front page: the latest stories, and where the feed is."""
    words = tongue(paper.language)
    teasers = "".join(
        f'<div class="teaser"><h2><a href="{escape(s.path)}">{escape(s.title)}</a></h2>'
        f"<p>{escape(s.lead)}</p></div>\n"
        for s in stories
    )
    link = f'<link rel="alternate" type="{feed_type}" title="{escape(paper.title)}" href="{escape(feed)}">\n'
    return _frame(
        paper,
        words,
        title=paper.title,
        head=link + '<meta property="og:type" content="website">\n',
        main=f'<div class="front">{teasers}</div>',
        others=stories[:4],
        seed="front",
        base=base,
    )


def _frame(
    paper: Paper,
    words: Tongue,
    *,
    title: str,
    head: str,
    main: str,
    others: Sequence[Story],
    seed: str,
    base: str,
) -> str:
    menu = "".join(f'<li><a href="/{slug_of(entry)}">{escape(entry)}</a></li>' for entry in words.menu)
    most_read = "".join(
        f'<li><a href="{escape(s.path)}">{escape(s.title)}</a></li>' for s in reversed(others)
    )
    meta_charset = "" if "unsaid-charset" in paper.traits else _charset(paper)
    return f"""<!DOCTYPE html>
<html lang="{paper.language}">
<head>
{meta_charset}<title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}<style>{_STYLE}</style>
<script>{_script(seed)}</script>
</head>
<body class="site">
<div id="cookie-banner" class="cookie-consent" role="dialog"><p>{escape(words.words["cookies"])}</p>
<button type="button">OK</button></div>
<header class="site-header"><a class="logo" href="/">{escape(paper.title)}</a>
<nav class="main-menu"><ul>{menu}</ul></nav></header>
<main>
{main}
</main>
<aside class="sidebar"><h2>{escape(words.words["most_read"])}</h2><ol>{most_read}</ol>
<div class="newsletter-box"><p>{escape(words.words["newsletter"])}</p>
<form action="/newsletter"><input type="email" name="e"><button>OK</button></form></div></aside>
<footer class="site-footer"><p>{escape(words.words["about"])}</p>
<ul>{menu}</ul><p>© {escape(paper.title)} <a href="{base}/">{escape(base)}</a></p></footer>
<script>{_script(seed + "end")}</script>
</body>
</html>
"""


def _graph(view: _View) -> tuple[str, str]:
    """JSON-LD in an @graph, plain semantic markup."""
    paper, story, words, base = view.paper, view.story, view.words, view.base
    organisation = {"@type": "NewsMediaOrganization", "@id": f"{base}/#us", "name": paper.title, "url": base}
    article = {
        "@type": "NewsArticle",
        "@id": f"{base}{story.path}#article",
        "headline": story.title,
        "description": story.lead,
        "datePublished": story.published.isoformat(),
        "dateModified": story.changed.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "articleSection": story.section,
        "keywords": list(story.tags),
        "inLanguage": story.language,
        "isAccessibleForFree": not story.paywalled,
        "mainEntityOfPage": {"@type": "WebPage", "@id": base + story.path},
        "publisher": {"@id": f"{base}/#us"},
    }
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [{"@type": "ListItem", "position": 1, "name": story.section}],
    }
    graph = {"@context": "https://schema.org", "@graph": [organisation, crumbs, article]}
    text = json.dumps(graph, ensure_ascii=False, indent=1).replace("</", "<\\/")
    head = _open_graph(paper, story, base) + f'<script type="application/ld+json">\n{text}\n</script>\n'
    return head, _plain_article(story, words)


def _microdata(view: _View) -> tuple[str, str]:
    """schema.org as microdata in the markup, nothing in the head but the canonical link."""
    story, words, base = view.story, view.words, view.base
    authors = ", ".join(
        f'<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        f'<span itemprop="name">{escape(name)}</span></span>'
        for name in story.authors
    )
    body = f"""<div itemscope itemtype="https://schema.org/NewsArticle" class="story">
<p class="kicker" itemprop="articleSection">{escape(story.section)}</p>
<h1 itemprop="headline">{escape(story.title)}</h1>
<p class="ingress" itemprop="description">{escape(story.lead)}</p>
<div class="meta">{words.words["by"]} {authors} · <time itemprop="datePublished" \
datetime="{story.published.isoformat()}">{escape(words.date_of(story.published))}</time>
<meta itemprop="dateModified" content="{story.changed.isoformat()}">
<meta itemprop="keywords" content="{escape(", ".join(story.tags))}">
<meta itemprop="isAccessibleForFree" content="{"False" if story.paywalled else "True"}"></div>
{_figure(story, words)}
<div itemprop="articleBody">
{_body(story)}
</div></div>
"""
    return f'<link rel="canonical" href="{base}{escape(story.path)}">\n', body


def _meta(view: _View) -> tuple[str, str]:
    """Everything in meta tags; the markup says little."""
    paper, story, words, base = view.paper, view.story, view.words, view.base
    tags = "".join(f'<meta property="article:tag" content="{escape(t)}">\n' for t in story.tags)
    authors = "".join(f'<meta name="author" content="{escape(a)}">\n' for a in story.authors)
    head = (
        _open_graph(paper, story, base)
        + f'<meta property="article:published_time" content="{story.published.isoformat()}">\n'
        + f'<meta property="article:modified_time" content="{story.changed.isoformat()}">\n'
        + f'<meta property="article:section" content="{escape(story.section)}">\n'
        + tags
        + authors
    )
    body = f"""<h1>{escape(story.title)}</h1>
<p class="standfirst"><strong>{escape(story.lead)}</strong></p>
{_CONTENT}{_figure(story, words)}
{_body(story)}
{_END}"""
    return head, body


def _inside(view: _View) -> tuple[str, str]:
    """As `_meta`; title and lead stand in the same element as the text."""
    head, body = _meta(view)
    return head, f'<div class="content">{body.replace(_CONTENT, "").removesuffix(_END)}{_END}'


def _article(view: _View) -> tuple[str, str]:
    """A bare <article> with a <time>; no structured data at all."""
    story, words, base = view.story, view.words, view.base
    return f'<link rel="canonical" href="{base}{escape(story.path)}">\n', _plain_article(story, words)


def _soup(view: _View) -> tuple[str, str]:
    """Divs in divs with meaningless classes; paragraphs in divs of their own, boxes between them."""
    paper, story, words, base = view.paper, view.story, view.words, view.base
    deep, out = '<div class="x1"><div class="x2"><div><div class="x7">' * 3, "</div></div></div></div>" * 3
    texts = enumerate(map(escape, story.paragraphs))
    blocks = [f'<div class="c-{i % 3}"><div><p>{text}</p></div></div>' for i, text in texts]
    box = f'<form action="/n"><p>{escape(words.words["newsletter"])}</p><input name="e"></form>'
    blocks.insert(len(blocks) // 2, f'<div class="x9"><div>{box}</div></div>')
    head = _open_graph(paper, story, base) + (
        f'<meta name="date" content="{story.published.isoformat()}">\n'
        f'<meta name="author" content="{escape(", ".join(story.authors))}">\n'
    )
    body = f"""{deep}<div class="h"><h1><span>{escape(story.title)}</span></h1></div>
<div class="x3"><div><b>{escape(story.lead)}</b></div></div>
<div class="x4"><span>{words.words["by"]} {escape(", ".join(story.authors))}</span>
<span>{escape(words.date_of(story.published))}</span></div>
<div class="x5">{"".join(blocks)}</div>{out}
"""
    return head, body


def _undated(view: _View) -> tuple[str, str]:
    """No date anywhere."""
    paper, story, base = view.paper, view.story, view.base
    body = f"""<article><h1>{escape(story.title)}</h1><p class="lead">{escape(story.lead)}</p>
{_body(story)}</article>
"""
    return _open_graph(paper, story, base), body


_CONTENT = '<div class="content">\n'
_END = "</div>\n"
_LAYOUTS = {
    "graph": _graph,
    "microdata": _microdata,
    "meta": _meta,
    "inside": _inside,
    "article": _article,
    "soup": _soup,
    "two": _graph,
    "undated": _undated,
}


def _plain_article(story: Story, words: Tongue) -> str:
    updated = ""
    if story.updated is not None:
        updated = (
            f' {words.words["updated"]} <time class="updated" datetime="{story.updated.isoformat()}">'
            f"{escape(words.date_of(story.updated))}</time>"
        )
    authors = ", ".join(f'<a rel="author" class="author" href="/a">{escape(a)}</a>' for a in story.authors)
    return f"""<article class="article">
<header><p class="section"><a href="/{slug_of(story.section)}">{escape(story.section)}</a></p>
<h1>{escape(story.title)}</h1>
<p class="lead">{escape(story.lead)}</p>
<p class="byline">{words.words["by"]} {authors}</p>
<p class="dates">{words.words["published"]} <time class="published" datetime="{story.published.isoformat()}">\
{escape(words.date_of(story.published))}</time>{updated}</p></header>
{_figure(story, words)}
<div class="article-body">
{_body(story)}
</div>
<div class="share"><span>{escape(words.words["share"])}</span> <a href="#f">F</a> <a href="#m">M</a></div>
</article>
"""


def _second(story: Story, words: Tongue) -> str:
    """Another article under the first, as pages that scroll on and on have it."""
    return f'<h2 class="next">{escape(words.words["next"])}</h2>\n{_plain_article(story, words)}'


def _open_graph(paper: Paper, story: Story, base: str) -> str:
    return f"""<link rel="canonical" href="{base}{escape(story.path)}">
<meta name="description" content="{escape(story.lead)}">
<meta property="og:type" content="article">
<meta property="og:site_name" content="{escape(paper.title)}">
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:description" content="{escape(story.lead)}">
<meta property="og:url" content="{base}{escape(story.path)}">
<meta property="og:image" content="{base}/images/{story.code}.jpg">
"""


def _body(story: Story) -> str:
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in story.paragraphs)


def _figure(story: Story, words: Tongue) -> str:
    caption = escape(words.words["photo"].format(place=story.place))
    return (
        f'<figure><img src="/images/{story.code}.jpg" alt="{caption}" width="960" height="540">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _paywall(story: Story, words: Tongue) -> str:
    return (
        f'<div class="paywall"><p>{escape(words.words["subscribe"])}</p></div>\n' if story.paywalled else ""
    )


def _boxes(words: Tongue, others: Sequence[Story]) -> str:
    cards = "".join(
        f'<li class="card"><a href="{escape(s.path)}"><h3>{escape(s.title)}</h3>'
        f"<p>{escape(s.lead)}</p></a></li>\n"
        for s in others
    )
    return (
        f'<section class="related"><h2>{escape(words.words["related"])}</h2><ul>{cards}</ul></section>\n'
        if others
        else ""
    )


def _comments(words: Tongue, story: Story) -> str:
    entries = "".join(
        f'<li class="comment"><p class="who">leser{n}</p><p>{escape(words.words["comment"])}</p></li>'
        for n in range(story.code % 4)
    )
    return f'<section id="comments"><h2>{escape(words.words["comments"])}</h2><ol>{entries}</ol></section>\n'


def _charset(paper: Paper) -> str:
    said = {"utf-8-said": "utf-8", "latin-1-said": "iso-8859-1"}
    name = next((said[t] for t in said if t in paper.traits), paper.encoding)
    return f'<meta charset="{name}">\n'


_STYLE = "".join(f".x{n}{{margin:{n}px;padding:{n % 7}px;color:#{n:03x}}}" for n in range(1, 120))


def _script(seed: str) -> str:
    """As much script as a small paper has: about 6 kB that mean nothing."""
    noise = "".join(hashlib.sha256(f"{seed}{n}".encode()).hexdigest() for n in range(96))
    return f"window.measure=window.measure||[];measure.push({{k:'{noise}'}});"
