"""PubMed's filters and subsets, [sb], as the queries that they stand for.

Source: https://pubmed.ncbi.nlm.nih.gov/help/#filter-strategies, and for systematic reviews
https://www.nlm.nih.gov/bsd/pubmed_subsets/sysreviews_strategy.html. Names are compared by `index.keys.identifier`.
"""

from pubsearch.index.keys import identifier
from pubsearch.search.languages import LANGUAGES

_SYSTEMATIC = """
    (((systematic review[ti] OR systematic literature review[ti] OR systematic scoping review[ti]
    OR systematic narrative review[ti] OR systematic qualitative review[ti] OR systematic evidence review[ti]
    OR systematic quantitative review[ti] OR systematic meta-review[ti] OR systematic critical review[ti]
    OR systematic mixed studies review[ti] OR systematic mapping review[ti] OR systematic cochrane review[ti]
    OR systematic search and review[ti] OR systematic integrative review[ti]) NOT comment[pt]
    NOT (protocol[ti] OR protocols[ti])) NOT medline[sb])
    OR (cochrane database syst rev[ta] AND review[pt]) OR systematic review[pt]
"""

# The Clinical Queries of Haynes et al.: https://pubmed.ncbi.nlm.nih.gov/help/#clinical-study-category-filters
_CLINICAL = {
    "therapybroad": """
        (clinical[tiab] AND trial[tiab]) OR clinical trials as topic[mh] OR clinical trial[pt] OR random*[tiab]
        OR random allocation[mh] OR therapeutic use[sh]
    """,
    "therapynarrow": """
        randomized controlled trial[pt] OR (randomized[tiab] AND controlled[tiab] AND trial[tiab])
    """,
    "diagnosisbroad": """
        sensitiv*[tiab] OR sensitivity and specificity[mh] OR diagnose[tiab] OR diagnosed[tiab] OR diagnoses[tiab]
        OR diagnosing[tiab] OR diagnosis[tiab] OR diagnostic[tiab] OR diagnosis[mh:noexp]
        OR diagnostic equipment[mh:noexp] OR diagnostic errors[mh:noexp] OR diagnostic imaging[mh:noexp]
        OR diagnostic services[mh:noexp] OR diagnosis, differential[mh:noexp] OR diagnosis[sh:noexp]
    """,
    "diagnosisnarrow": "specificity[tiab]",
    "etiologybroad": """
        risk*[tiab] OR risk*[mh:noexp] OR risk adjustment[mh:noexp] OR risk assessment[mh:noexp]
        OR risk factors[mh:noexp] OR risk management[mh:noexp] OR risk taking[mh:noexp] OR cohort studies[mh]
        OR group[tw] OR groups[tw] OR grouped[tw]
    """,
    "etiologynarrow": """
        (relative[tiab] AND risk*[tiab]) OR relative risk[tw] OR risks[tw] OR cohort studies[mh:noexp]
        OR (cohort[tiab] AND study[tiab]) OR (cohort[tiab] AND studies[tiab])
    """,
    "prognosisbroad": """
        incidence[mh:noexp] OR mortality[mh] OR follow up studies[mh:noexp] OR prognos*[tw] OR predict*[tw]
        OR course*[tw]
    """,
    "prognosisnarrow": "prognos*[tiab] OR (first[tiab] AND episode[tiab]) OR cohort[tiab]",
    "clinicalpredictionguidesbroad": """
        predict*[tiab] OR predictive value of tests[mh] OR score[tiab] OR scores[tiab] OR scoring system[tiab]
        OR scoring systems[tiab] OR observ*[tiab] OR observer variation[mh]
    """,
    "clinicalpredictionguidesnarrow": "validation[tiab] OR validate[tiab]",
}

_TYPES = """
    Adaptive Clinical Trial; Address; Autobiography; Bibliography; Biography; Case Reports; Classical Article;
    Clinical Conference; Clinical Study; Clinical Trial; Clinical Trial, Phase I; Clinical Trial, Phase II;
    Clinical Trial, Phase III; Clinical Trial, Phase IV; Clinical Trial Protocol; Clinical Trial, Veterinary;
    Collected Work; Comment; Comparative Study; Congress; Consensus Development Conference;
    Consensus Development Conference, NIH; Controlled Clinical Trial; Corrected and Republished Article; Dataset;
    Dictionary; Directory; Duplicate Publication; Editorial; Electronic Supplementary Materials; English Abstract;
    Equivalence Trial; Evaluation Study; Expression of Concern; Festschrift; Government Publication; Guideline;
    Historical Article; Interactive Tutorial; Interview; Introductory Journal Article; Journal Article; Lecture;
    Legal Case; Legislation; Letter; Meta-Analysis; Multicenter Study; Network Meta-Analysis; News; Newspaper Article;
    Observational Study; Observational Study, Veterinary; Overall; Patient Education Handout; Periodical Index;
    Personal Narrative; Portrait; Practice Guideline; Preprint; Pragmatic Clinical Trial; Published Erratum;
    Randomized Controlled Trial; Randomized Controlled Trial, Veterinary; Retraction of Publication; Review;
    Scientific Integrity Review; Scoping Review; Technical Report; Twin Study; Validation Study; Video-Audio Media;
    Webcast
"""

TYPES = {identifier(name): f"{name.strip()}[pt]" for name in _TYPES.split(";")}
"""PubMed's publication types, which are filters too."""

QUERIES: dict[str, str] = {
    **TYPES,
    "humans": "humans[mh]",
    "human": "humans[mh]",
    "animals": "animals[mh:noexp]",
    "animal": "animals[mh:noexp]",
    "female": "female[mh]",
    "male": "male[mh]",
    "allchild": "infant[mh] OR child[mh] OR adolescent[mh]",
    "newborn": "infant, newborn[mh]",
    "allinfant": "infant[mh]",
    "infant": "infant[mh:noexp]",
    "preschoolchild": "child, preschool[mh]",
    "child": "child[mh:noexp]",
    "adolescent": "adolescent[mh]",
    "alladult": "adult[mh]",
    "youngadult": "young adult[mh]",
    "adult": "adult[mh:noexp]",
    "middleagedaged": "middle aged[mh] OR aged[mh]",
    "middleaged": "middle aged[mh]",
    "aged": "aged[mh]",
    "80andover": "aged, 80 and over[mh]",
    "systematic": _SYSTEMATIC,
    "systematicreview": _SYSTEMATIC,
    "systematicreviews": _SYSTEMATIC,
    "excludepreprints": "all[sb] NOT preprint[pt]",
    # What the record says: of free full texts PubMed knows more than those in PMC.
    "freefulltext": "pubmed pmc[sb]",
    "ffrft": "pubmed pmc[sb]",
    "pmc": "pubmed pmc[sb]",
    "coreclinicaljournals": "aim[sb]",
    "coreclinical": "aim[sb]",
    "aim": "jsubsetaim[sb]",
    "dental": "jsubsetd[sb]",
    "dentaljournals": "jsubsetd[sb]",
    "nursing": "jsubsetn[sb]",
    "nursingjournals": "jsubsetn[sb]",
    "retractedpublication": "retracted[sb]",
    "hascorrectedrepublishedin": "hascorrectedandrepublishedin[sb]",
    "hascorrectedrepublishedfrom": "hascorrectedandrepublishedfrom[sb]",
    **_CLINICAL,
} | {identifier(name): f"{code}[la]" for code, name in LANGUAGES.items()}

_STORED = """
    all medline inprocess indatareview publisher pubmednotmedline oldmedline pubmedpmc pubmedbooks retracted
    hasabstract hasstructuredabstract hasnonenglishabstract haskeyword hascois hasdatabanklist
    hascommentin hascommenton hascorrectedandrepublishedin hascorrectedandrepublishedfrom hasassociatedpublication
    hasassociateddataset haserratumin haserratumfor hasexpressionofconcernin hasexpressionofconcernfor
    hasoriginalreportin haspartialretractionin haspartialretractionof hasrepublishedin hasrepublishedfrom
    hasretractedandrepublishedin hasretractedandrepublishedfrom
    hasretractionin hasretractionof hassummaryforpatientsin hasupdatein hasupdateof
"""
STORED = frozenset(_STORED.split())
"""Names of what `index.keys` says of a record itself."""

STORED_BEGINNINGS = ("jsubset", "pubstatus")

UNTAGGED = frozenset(name for name in (*STORED, *QUERIES) if name.startswith("has"))
"""Filters that PubMed knows without a tag too, as in NOT hasretractionin."""
