"""The language of a text that names none. py3langid reads 97 languages; ours are told first."""

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

TELLS = 300
"""Characters from the beginning that tell the language: nine thousand texts were told alike by two
thousand, which took three times as long. With two hundred English begins to pass for its kin."""


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)


def guess_language(text: str, among: frozenset[str]) -> str:
    """ISO 639 code of the text, of two letters or three: one of `among` unless the text is clearly
    in another language."""
    code, _ = _identifier().classify(text[:TELLS])
    if code in among:
        return str(code)
    neighbour = {"bg": "ru", "mk": "ru", "be": "ru", "gl": "es", "ca": "es", "sr": "ru"}.get(
        str(code)
    )
    return neighbour if neighbour in among else str(code)
