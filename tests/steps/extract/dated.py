"""Sixty short texts with days in them, and the days that a person reads out of each: when the
act takes effect, when comments close. Written before the code that reads them; none is bent to it.
"""

from dataclasses import dataclass
from datetime import date

TOLD = date(2026, 3, 10)
"""When all of them were published: a Tuesday."""


@dataclass(frozen=True, slots=True)
class Dated:
    language: str
    title: str
    text: str
    effective: date | None = None
    comments: date | None = None


CASES = (
    # --- English
    Dated(
        "en",
        "State Duma passes crypto mining bill in third reading",
        "The law takes effect on 1 July 2026.",
        date(2026, 7, 1),
    ),
    Dated(
        "en",
        "Russian law on crypto exchanges signed",
        "It will enter into force on September 1, 2026, with a transition period for banks.",
        date(2026, 9, 1),
    ),
    Dated(
        "en",
        "Bank of Russia proposes rules for crypto trading",
        "From 1 July 2026 only licensed brokers would be allowed to sell cryptocurrency.",
        date(2026, 7, 1),
    ),
    Dated(
        "en",
        "Bank of Russia publishes draft rules on stablecoins",
        "Comments are accepted until 15 April 2026.",
        None,
        date(2026, 4, 15),
    ),
    Dated(
        "en",
        "Finance Ministry puts crypto tax bill up for public discussion",
        "The consultation closes on April 3, and the rules are to apply from January 1, 2027.",
        date(2027, 1, 1),
        date(2026, 4, 3),
    ),
    Dated(
        "en",
        "Mining ban in force in Irkutsk region",
        "The ban took effect on 1 March.",
        date(2026, 3, 1),
    ),
    Dated(
        "en",
        "Russian government bans crypto mining in three regions",
        "The ban starts on 1 November and lasts until 15 March 2031.",
        date(2026, 11, 1),
    ),
    Dated(
        "en",
        "State Duma adopts crypto payments bill in first reading",
        "The bill amends the law on digital financial assets, which took effect on 1 January 2021.",
    ),
    Dated(
        "en",
        "Federation Council approves law on crypto custody",
        "It becomes effective ten days after publication.",
    ),
    Dated(
        "en",
        "Russian law on digital currency signed",
        "The document comes into force in 90 days.",
        date(2026, 6, 8),
    ),
    Dated(
        "en",
        "Bank of Russia allows crypto trading for qualified investors",
        "The new rules apply from next month.",
        date(2026, 4, 1),
    ),
    Dated(
        "en",
        "Finance Ministry drafts crypto tax",
        "Under the draft law, miners would pay the new rate from next year.",
        date(2027, 1, 1),
    ),
    Dated(
        "en",
        "Government approves crypto exchange bill",
        "The law is expected to come into force in the first quarter of 2027.",
        date(2027, 1, 1),
    ),
    Dated(
        "en",
        "Crypto mining register postponed",
        "The rules, which were to take effect on 1 July 2026, are postponed to 1 January 2027.",
        date(2027, 1, 1),
    ),
    Dated(
        "en",
        "Law on cross-border crypto payments signed, takes effect on 1 September 2026",
        "The law was passed by the State Duma on 24 February 2026.",
        date(2026, 9, 1),
    ),
    Dated(
        "en",
        "State Duma passes crypto trading bill in second reading",
        "Deputies meet again on 24 March to vote in third reading.",
    ),
    Dated(
        "en",
        "EU adopts sanctions package against Russian crypto exchanges",
        "The transaction ban applies as of 24 May 2026.",
        date(2026, 5, 24),
    ),
    Dated(
        "en",
        "Bank of Russia consults on crypto limits for banks",
        "Feedback on the consultation paper can be sent to the regulator by 30 April.",
        None,
        date(2026, 4, 30),
    ),
    Dated(
        "en",
        "Upper house backs crypto seizure law",
        "The law, passed by the lower house on 3 March, will take effect on 1 June 2026.",
        date(2026, 6, 1),
    ),
    Dated(
        "en",
        "Crypto mining law comes into force in Russia",
        "The law comes into force today.",
        date(2026, 3, 10),
    ),
    Dated(
        "en",
        "State Duma passes crypto exchange law in third reading",
        "Most of the law takes effect on 1 July 2026, the section on custody on 1 January 2027.",
        date(2026, 7, 1),
    ),
    Dated(
        "en",
        "Ministry of Finance proposes crypto trading licences",
        "A discussion of the draft runs from 12 March to 9 April 2026.",
        None,
        date(2026, 4, 9),
    ),
    Dated(
        "en",
        "Russian central bank proposes ban on crypto payments",
        "The regulator has warned of risks since 2017, and Russians bought $2bn of coins in 2025.",
    ),
    Dated(
        "en",
        "Law on miners' reports signed",
        "Starting July 2026, miners must report their coins to the tax service every month.",
        date(2026, 7, 1),
    ),
    Dated(
        "en",
        "State Duma adopts crypto advertising ban in second reading",
        "If adopted, it would enter into force on 01.09.2026.",
        date(2026, 9, 1),
    ),
    # --- Russian
    Dated(
        "ru",
        "Госдума приняла законопроект о майнинге в третьем чтении",
        "Закон вступит в силу с 1 июля 2026 года.",
        date(2026, 7, 1),
    ),
    Dated(
        "ru",
        "Подписан закон о криптобиржах",
        "Документ вступает в силу 1 сентября 2026 г., отдельные нормы начнут действовать позже.",
        date(2026, 9, 1),
    ),
    Dated(
        "ru",
        "Банк России предложил правила торговли криптовалютой",
        "С 1 июля 2026 года покупать криптовалюту можно будет только через посредников.",
        date(2026, 7, 1),
    ),
    Dated(
        "ru",
        "ЦБ опубликовал проект указания о криптовалютах",
        "Замечания и предложения принимаются до 15 апреля.",
        None,
        date(2026, 4, 15),
    ),
    Dated(
        "ru",
        "Минфин вынес на общественное обсуждение законопроект о налоге на майнинг",
        "Обсуждение продлится до 3 апреля 2026 года, вступить в силу закон должен с 2027 года.",
        date(2027, 1, 1),
        date(2026, 4, 3),
    ),
    Dated(
        "ru",
        "Запрет на майнинг в Иркутской области вступил в силу",
        "Запрет действует с 1 марта.",
        date(2026, 3, 1),
    ),
    Dated(
        "ru",
        "Правительство запретило майнинг криптовалют в трех регионах",
        "Запрет вводится с 1 ноября и будет действовать до 15 марта 2031 года.",
        date(2026, 11, 1),
    ),
    Dated(
        "ru",
        "Госдума приняла в первом чтении законопроект о криптоплатежах",
        "Поправки вносятся в закон о цифровых активах, вступивший в силу 1 января 2021 года.",
    ),
    Dated(
        "ru",
        "Совет Федерации одобрил закон о криптовалютах",
        "Он вступит в силу по истечении 10 дней после дня официального опубликования.",
    ),
    Dated(
        "ru",
        "Подписан закон о цифровой валюте",
        "Закон вступит в силу через 90 дней.",
        date(2026, 6, 8),
    ),
    Dated(
        "ru",
        "Банк России разрешил банкам операции с криптовалютой",
        "Новые правила заработают со следующего месяца.",
        date(2026, 4, 1),
    ),
    Dated(
        "ru",
        "Минфин подготовил законопроект о налогообложении криптовалют",
        "Новые ставки предлагается ввести с начала следующего года.",
        date(2027, 1, 1),
    ),
    Dated(
        "ru",
        "Правительство одобрило законопроект о криптобиржах",
        "Ожидается, что закон вступит в силу в первом квартале 2027 года.",
        date(2027, 1, 1),
    ),
    Dated(
        "ru",
        "Запуск реестра майнеров перенесли",
        "Правила должны были вступить в силу 1 июля, теперь срок перенесен на 1 января 2027 года.",
        date(2027, 1, 1),
    ),
    Dated(
        "ru",
        "Госдума приняла законопроект о криптовалютах во втором чтении",
        "Третье чтение назначено на 24 марта.",
    ),
    Dated(
        "ru",
        "Закон о конфискации криптовалюты одобрен Советом Федерации",
        "Закон, принятый Госдумой 3 марта, вступит в силу с 1 июня.",
        date(2026, 6, 1),
    ),
    Dated(
        "ru",
        "Закон о майнинге вступил в силу",
        "С сегодняшнего дня майнеры обязаны состоять в реестре.",
        date(2026, 3, 10),
    ),
    Dated(
        "ru",
        "ЦБ опубликовал доклад о криптовалютах для общественных консультаций",
        "Отзывы участники рынка могут направить регулятору до 30 апреля 2026 г.",
        None,
        date(2026, 4, 30),
    ),
    Dated(
        "ru",
        "Банк России предложил запретить расчеты криптовалютой",
        "О рисках регулятор говорит с 2017 года, в 2025 году россияне купили монет на 2 млрд.",
    ),
    Dated(
        "ru",
        "Госдума приняла закон о рекламе криптовалют во втором чтении",
        "В случае принятия документ начнет действовать 01.09.2026.",
        date(2026, 9, 1),
    ),
    # --- five others
    Dated(
        "de",
        "Staatsduma verabschiedet Gesetz über Krypto-Mining in dritter Lesung",
        "Das Gesetz tritt zum 1. Januar 2027 in Kraft.",
        date(2027, 1, 1),
    ),
    Dated(
        "de",
        "Russische Zentralbank schlägt Regeln für Kryptobörsen vor",
        "Stellungnahmen können bis 30. April 2026 eingereicht werden.",
        None,
        date(2026, 4, 30),
    ),
    Dated(
        "de",
        "Russland verbietet Krypto-Mining in drei Regionen",
        "Das Verbot gilt ab dem 1. November.",
        date(2026, 11, 1),
    ),
    Dated(
        "es",
        "La Duma aprueba en tercera lectura la ley de minería de criptomonedas",
        "La ley entrará en vigor el 1 de julio de 2026.",
        date(2026, 7, 1),
    ),
    Dated(
        "es",
        "El Banco de Rusia propone normas para los intercambios de criptomonedas",
        "Los comentarios se admiten hasta el 15 de abril.",
        None,
        date(2026, 4, 15),
    ),
    Dated(
        "es",
        "Rusia prohíbe la minería de criptomonedas en tres regiones",
        "La prohibición rige a partir del 1 de noviembre de 2026.",
        date(2026, 11, 1),
    ),
    Dated(
        "it",
        "La Duma approva in terza lettura la legge sul mining di criptovalute",
        "La legge entrerà in vigore il 1° luglio 2026.",
        date(2026, 7, 1),
    ),
    Dated(
        "it",
        "La Banca di Russia propone regole per le criptovalute",
        "La consultazione pubblica resta aperta fino al 15 aprile 2026.",
        None,
        date(2026, 4, 15),
    ),
    Dated(
        "it",
        "La Russia vieta il mining di criptovalute in tre regioni",
        "Il divieto è entrato in vigore il 1º marzo 2026.",
        date(2026, 3, 1),
    ),
    Dated(
        "pt",
        "Duma aprova em terceira leitura lei de mineração de criptomoedas",
        "A lei entra em vigor em 1º de julho de 2026.",
        date(2026, 7, 1),
    ),
    Dated(
        "pt",
        "Banco da Rússia propõe regras para criptomoedas",
        "A partir de janeiro de 2027, só corretoras licenciadas poderão vender criptomoedas.",
        date(2027, 1, 1),
    ),
    Dated(
        "pt",
        "Rússia proíbe mineração de criptomoedas em três regiões",
        "A proibição passa a valer no próximo mês.",
        date(2026, 4, 1),
    ),
    Dated(
        "fr",
        "La Douma adopte en troisième lecture la loi sur le minage de cryptomonnaies",
        "La loi entrera en vigueur le 1er juillet 2026.",
        date(2026, 7, 1),
    ),
    Dated(
        "fr",
        "La Banque de Russie propose des règles pour les plateformes de cryptomonnaies",
        "Les observations sont attendues jusqu'au 15 avril 2026.",
        None,
        date(2026, 4, 15),
    ),
    Dated(
        "fr",
        "La Douma adopte en première lecture la loi sur les paiements en cryptomonnaies",
        "Elle modifie la loi sur les actifs numériques, entrée en vigueur le 1er janvier 2021.",
    ),
)
