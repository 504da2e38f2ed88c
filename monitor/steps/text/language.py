"""The language of a text that names none. py3langid reads 97 languages; ours are told first."""

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)


def guess_language(text: str, among: frozenset[str]) -> str:
    """ISO 639 code of the text, of two letters or three: one of `among` unless the text is clearly
    in another language."""
    code, _ = _identifier().classify(text[:2000])
    if code in among:
        return str(code)
    neighbour = {"bg": "ru", "mk": "ru", "be": "ru", "gl": "es", "ca": "es", "sr": "ru"}.get(
        str(code)
    )
    return neighbour if neighbour in among else str(code)
