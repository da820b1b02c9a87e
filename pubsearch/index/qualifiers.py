"""MeSH's qualifiers (subheadings) by their two letters (https://www.nlm.nih.gov/mesh/qualifiers.html)."""

# What NLM has retired (manpower, radiography …) stands in records that were saved before.
_TABLE = """
    AA analogs & derivatives
    AB abnormalities
    AD administration & dosage
    AE adverse effects
    AG agonists
    AH anatomy & histology
    AI antagonists & inhibitors
    AN analysis
    BI biosynthesis
    BL blood
    BS blood supply
    CF cerebrospinal fluid
    CH chemistry
    CI chemically induced
    CL classification
    CN congenital
    CO complications
    CS chemical synthesis
    CT contraindications
    CY cytology
    DE drug effects
    DF deficiency
    DG diagnostic imaging
    DH diet therapy
    DI diagnosis
    DT drug therapy
    DU diagnostic use
    EC economics
    ED education
    EH ethnology
    EM embryology
    EN enzymology
    EP epidemiology
    ES ethics
    ET etiology
    GD growth & development
    GE genetics
    HI history
    IM immunology
    IN injuries
    IP isolation & purification
    IR innervation
    IS instrumentation
    LJ legislation & jurisprudence
    MA manpower
    ME metabolism
    MI microbiology
    MO mortality
    MT methods
    NU nursing
    OG organization & administration
    PA pathology
    PC prevention & control
    PD pharmacology
    PH physiology
    PK pharmacokinetics
    PO poisoning
    PP physiopathology
    PS parasitology
    PX psychology
    PY pathogenicity
    RA radiography
    RE radiation effects
    RH rehabilitation
    RI radionuclide imaging
    RT radiotherapy
    SC secondary
    SD supply & distribution
    SE secretion
    SN statistics & numerical data
    ST standards
    SU surgery
    TD trends
    TH therapy
    TM transmission
    TO toxicity
    TR transplantation
    TU therapeutic use
    UL ultrastructure
    UR urine
    US ultrasonography
    UT utilization
    VE veterinary
    VI virology
"""

QUALIFIERS: dict[str, str] = dict(line.split(maxsplit=1) for line in _TABLE.strip().splitlines())
