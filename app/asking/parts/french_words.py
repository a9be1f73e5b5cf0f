"""French words of measure, for questions that compare."""

from __future__ import annotations

MEASURES = {
    "cher": "Combien coûte",
    "chère": "Combien coûte",
    "âgé": "Quel âge a",
    "âgée": "Quel âge a",
    "vieux": "Quel âge a",
    "vieille": "Quel âge a",
    "jeune": "Quel âge a",
    "grand": "Quelle taille a",
    "grande": "Quelle taille a",
    "petit": "Quelle taille a",
    "petite": "Quelle taille a",
    "lourd": "Combien pèse",
    "lourde": "Combien pèse",
    "léger": "Combien pèse",
    "long": "Quelle longueur a",
    "longue": "Quelle longueur a",
}
SMALL = frozenset(("jeune", "petit", "petite", "léger"))
AGES = frozenset(("âgé", "âgée", "vieux", "vieille", "jeune"))
