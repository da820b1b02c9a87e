"""The sections of an abstract in MEDLINE text, which runs labels and sentences together: "… METHODS: …"."""

import re

from pubsearch.record import Section

# What stands between the beginning, or the end of a sentence, and a colon: "… (P<0.05). MAIN RESULTS: …".
_LABEL = re.compile(r"(?:^|(?<=[.?!)\]%] ))([A-Z][A-Za-z&/,'() -]*[A-Za-z)]): ")
# Any of these makes it a label where it is in capitals ("DNA: " is none), and nothing but these where it is not.
_WORDS = frozenset(
    re.findall(
        "[A-Z]+",
        """AIM AIMS ANALYSIS ANIMALS APPROACH AUDIENCE AVAILABILITY BACKGROUND BACKGROUNDS CASE CHARACTERISTICS
        CONCLUSION CONCLUSIONS CONTEXT COUNSELING COVERED CRITERIA DESCRIPTION DESIGN DIAGNOSIS DISCUSSION
        DISSEMINATION EVIDENCE EXTRACTION FINDINGS FUNDING HYPOTHESIS IMPLICATIONS IMPORTANCE INFORMATION
        INTERPRETATION INTERVENTION INTERVENTIONS INTRODUCTION LIMITATIONS MANAGEMENT MATERIAL MATERIALS MEASURE
        MEASUREMENTS MEASURES MESSAGES METHOD METHODOLOGY METHODS MOTIVATION OBJECTIVE OBJECTIVES OBSERVATIONS OPINION
        OUTCOME OUTCOMES OUTLOOK PARTICIPANTS PATIENTS PROBLEM PROCEDURE PROCEDURES PURPOSE PURPOSES QUESTION
        QUESTIONS RATIONALE RECOMMENDATIONS REGISTRATION RELEVANCE REPORT REPORTS RESULT RESULTS REVIEW REVIEWERS
        SAMPLE SELECTION SETTING SETTINGS SIGNIFICANCE SOURCES STRATEGY SUBJECTS SUMMARY SYNTHESIS
        TESTING UNLABELLED""",
    )
)
_GLUE = frozenset(("AND", "OF", "THE", "FOR", "IN", "MAIN", "STUDY", "KEY"))


def sections(abstract: str) -> tuple[Section, ...]:
    """The abstract cut at its labels; a label that is in doubt stays in the text before it. Categories are empty."""
    found, label, start = [], "", 0
    for match in _LABEL.finditer(abstract):
        # "Results: " may stand in any text, and is a label in one that began with a label of that kind.
        structured = match.start() == 0 or (label != "" and not label.isupper())
        if _is_label(match[1], structured):
            found.append(Section(label, "", abstract[start : match.start()].strip(" ")))
            label, start = match[1], match.end()
    found.append(Section(label, "", abstract[start:].strip(" ")))
    return tuple(section for section in found if section.text)


def _is_label(text: str, structured: bool) -> bool:
    words = set(re.findall("[A-Z]+", text.upper()))
    return bool(words & _WORDS) and (text.isupper() or (structured and words <= _WORDS | _GLUE))
