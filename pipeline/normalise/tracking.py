"""Query parameters that tell how a reader came, or how the page is shown: never which article it is."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

PREFIXES: Final = (
    *("utm_", "mtm_", "hsa_", "pk_", "piwik_", "matomo_", "itm_", "otm_", "vero_", "guce_", "__hs"),
    *("at_campaign", "at_custom", "at_link_", "at_medium", "at_bbc_", "hmb_", "cx_", "cxrecs_"),
)
"""Beginnings of names, in lower case: Google and Matomo campaigns, HubSpot, AT Internet, Cxense, ..."""

NAMES: Final = frozenset(
    (
        # clicks and shares of social media, of search engines and of advertising
        *("fbclid", "fb_action_ids", "fb_action_types", "fb_ref", "fb_source", "igsh", "igshid"),
        *(
            "action_object_map",
            "action_type_map",
            "action_ref_map",
            "__twitter_impression",
            "ref_src",
            "ref_url",
        ),
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "gs_l"),
        *("_ga", "_gac", "_gl", "ga_source", "ga_medium", "ga_term", "ga_content", "ga_campaign", "ga_place"),
        *("msclkid", "yclid", "ysclid", "_openstat", "twclid", "ttclid", "li_fat_id", "rdt_cid", "epik"),
        *("sccid", "s_kwcid", "ef_id", "dicbo", "tblci", "outbrainclickid", "soc_src", "soc_trk", "echobox"),
        # statistics of publishers
        *(
            "xtor",
            "ns_campaign",
            "ns_mchannel",
            "ns_source",
            "ns_linkname",
            "ns_fee",
            "wt_mc",
            "wt_zmc",
            "wtmc",
        ),
        *("wt.mc_id", "wtrid", "cmpid", "s_cid", "sc_cid", "ncid", "ocid", "mbid", "smid", "smtyp", "icid"),
        *(
            "intcmp",
            "ito",
            "guccounter",
            "srnd",
            "sref",
            "dmcid",
            "ftag",
            "spm",
            "refpartner",
            "nr_email_referer",
        ),
        # newsletters
        *("mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "hsctatracking", "oly_anon_id", "oly_enc_id"),
        *("ss_source", "ss_campaign_id", "ss_email_id", "emci", "emdi", "ceid", "_bta_tid", "_bta_c"),
        # a subscriber lets others read
        *("sharetoken", "gifttoken", "unlocked_article_code"),
        # Google's viewer of AMP pages
        *("usqp", "amp_js_v", "amp_gsa", "amp_ct", "amp_tf", "amp_lite", "amp_kit"),
    )
)
"""Whole names, in lower case."""

PAIRS: Final = frozenset(
    (
        *(("ref", way) for way in ("rss", "facebook", "twitter", "newsletter")),
        *((name, "rss") for name in ("source", "from", "partner", "cmp", "feed")),
        # the AMP page of an article, and the way back from it
        *(("amp", value) for value in ("", "1", "true", "yes", "amp")),
        *((name, "amp") for name in ("outputtype", "output")),
        *(("noamp", value) for value in ("1", "mobile", "available")),
    )
)
"""Names that tell nothing with these values alone."""


def without_tracking(query: str) -> str:
    """The parameters of a query, in their order, that may tell which article it is."""
    return "&".join([pair for pair in query.split("&") if pair and not _is_tracking(pair)])


def _is_tracking(pair: str) -> bool:
    name, _, value = (unquote(pair) if "%" in pair else pair).lower().partition("=")
    name = name.removeprefix("amp;")  # of an address that was taken out of HTML as it stood
    return name in NAMES or name.startswith(PREFIXES) or (name, value) in PAIRS
