"""Whether two readings say the same: the same words, or a country by its name, its people or a place with its name."""

from __future__ import annotations

import re

from app.asking.topic import fold

# Each line one country: its names, and its people's.
_COUNTRIES = """
united states, united states of america, usa, us, america, american, alabama, alaska, arizona, arkansas, california, \
colorado, connecticut, delaware, florida, hawaii, idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, \
maryland, massachusetts, michigan, minnesota, mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey, \
new mexico, new york, north carolina, north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, \
south carolina, south dakota, tennessee, texas, utah, vermont, virginia, washington, west virginia, wisconsin, wyoming
united kingdom, uk, great britain, britain, british, england, english, scotland, scottish, wales, welsh, northern ireland
ireland, irish
canada, canadian, ontario, quebec, alberta, british columbia, manitoba, nova scotia
australia, australian, queensland, tasmania
new zealand, new zealander
france, french
germany, german, west germany, east germany
austria, austrian
switzerland, swiss
italy, italian
spain, spanish
portugal, portuguese
netherlands, holland, dutch
belgium, belgian
luxembourg, luxembourger
denmark, danish
sweden, swedish
norway, norwegian
finland, finnish
iceland, icelandic
poland, polish
czech republic, czechia, czech
slovakia, slovak
hungary, hungarian
romania, romanian
bulgaria, bulgarian
serbia, serbian
croatia, croatian
slovenia, slovene, slovenian
bosnia, bosnian, bosnia and herzegovina
greece, greek
turkey, turkish
cyprus, cypriot
russia, russian, soviet union, soviet
ukraine, ukrainian
belarus, belarusian
estonia, estonian
latvia, latvian
lithuania, lithuanian
georgian
armenia, armenian
azerbaijan, azerbaijani
iran, iranian, persia, persian
iraq, iraqi
israel, israeli
lebanon, lebanese
syria, syrian
egypt, egyptian
morocco, moroccan
algeria, algerian
tunisia, tunisian
nigeria, nigerian
ghana, ghanaian
kenya, kenyan
ethiopia, ethiopian
south africa, south african
india, indian
pakistan, pakistani
bangladesh, bangladeshi
sri lanka, sri lankan
nepal, nepalese, nepali
china, chinese
hong kong
taiwan, taiwanese
japan, japanese
south korea, korea, korean, south korean
vietnam, vietnamese
thailand, thai
malaysia, malaysian
indonesia, indonesian
philippines, filipino, philippine
mexico, mexican
brazil, brazilian
argentina, argentine, argentinian
chile, chilean
peru, peruvian
colombia, colombian
venezuela, venezuelan
cuba, cuban
jamaica, jamaican
"""
_COUNTRY_OF = {
    name.strip(): number
    for number, line in enumerate(_COUNTRIES.strip().splitlines())
    for name in line.split(",")
}
_ANY = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _COUNTRY_OF), key=len, reverse=True))})(?!\w)")


def countries(said: str) -> frozenset[int]:
    """The countries that a text names, as lines of the table."""
    folded = fold(said).replace("u.s.a.", "usa").replace("u.s.", "us").replace("u.k.", "uk")
    return frozenset(_COUNTRY_OF[match] for match in _ANY.findall(folded))


def alike(one: str, other: str) -> bool:
    """Of places the country counts, where both name one; else the words, all of one of them in the other."""
    both = countries(one), countries(other)
    if all(both):
        return bool(both[0] & both[1])
    words = [set(re.findall(r"\w+", fold(said))) for said in (one, other)]
    return bool(words[0] and words[1]) and (words[0] <= words[1] or words[1] <= words[0])
