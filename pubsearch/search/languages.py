"""The languages of PubMed's records (https://www.nlm.nih.gov/bsd/language_table.html): MARC code → English name."""

_TABLE = """
    afr Afrikaans, alb Albanian, amh Amharic, ara Arabic, arm Armenian, aze Azerbaijani, ben Bengali, bos Bosnian,
    bul Bulgarian, cat Catalan, chi Chinese, cze Czech, dan Danish, dut Dutch, eng English, epo Esperanto, est Estonian,
    fin Finnish, fre French, geo Georgian, ger German, gla Scottish Gaelic, gre Greek, heb Hebrew, hin Hindi,
    hrv Croatian, hun Hungarian, ice Icelandic, ind Indonesian, ita Italian, jpn Japanese, kin Kinyarwanda, kor Korean,
    lat Latin, lav Latvian, lit Lithuanian, mac Macedonian, mal Malayalam, mao Maori, may Malay, mul Multiple languages,
    nor Norwegian, per Persian, pol Polish, por Portuguese, pus Pushto, rum Romanian, rus Russian, san Sanskrit,
    slo Slovak, slv Slovenian, spa Spanish, srp Serbian, swe Swedish, tha Thai, tur Turkish, ukr Ukrainian,
    und Undetermined, urd Urdu, vie Vietnamese, wel Welsh
"""

LANGUAGES: dict[str, str] = dict(pair.split(maxsplit=1) for pair in _TABLE.strip().split(","))
