"""The thirteen chains of the corridor whose sums are published: the calibration of the fact base (table e2)."""

from __future__ import annotations

KZ_TRUNK = "KZ_ALT KZ_ZHT KZ_SHU KZ_MOI KZ_ZHR KZ_KYZ KZ_ZHE KZ_SAK KZ_SHL KZ_BEI KZ_MAN KZ_AKTP AZ_ALA"
XIAN = "CN_XIY CN_LHW CN_URC CN_JIN CN_KHO"
GEORGIA = "AZ_HAJ AZ_BOY GE_TBS GE_SAM GE_POT"
TURKEY = "AZ_HAJ AZ_BOY GE_TBS GE_AKH TR_KAR TR_DIV TR_SIV TR_ANK TR_KOS"
NORTH = "KZ_DOS KZ_AKT0 KZ_BLH KZ_MOI KZ_KAR KZ_ILE RU_KRA BY_BRE"
ROMANIA = "RO_CON RO_BUC RO_CUR HU_BUD"

# places, published (km, days regular, days block, USD/TEU without surcharges), the same by the legs that boxes take
CHAINS: dict[str, tuple[str, tuple[float, ...], tuple[float, ...]]] = {
    "Altynkol-Absheron": (f"{KZ_TRUNK} AZ_BAK", (3849, 13.6, 9.2, 704), (3849, 13.55, 9.10, 970)),
    "Altynkol-Poti": (f"{KZ_TRUNK} {GEORGIA}", (4573, 16.8, 11.0, 945), (4573, 16.70, 10.89, 1211)),
    "Altynkol-Constanta": (f"{KZ_TRUNK} {GEORGIA} RO_CON", (5650, 23.6, 18.8, 1385), (5650, 23.50, 18.69, 1651)),
    "Xi'an-Baku": (f"{XIAN} {KZ_TRUNK} AZ_BAK", (7106, 20.9, 13.4, 1465), (7106, 20.75, 13.26, 1731)),
    "Xi'an-Istanbul by Baku-Tbilisi-Kars": (
        f"{XIAN} {KZ_TRUNK} {TURKEY} TR_HAL",
        (9764, 32.7, 18.9, 2221),
        (9715, 32.85, 19.02, 2507),
    ),
    "Xi'an-Budapest by Constanta": (
        f"{XIAN} {KZ_TRUNK} {GEORGIA} {ROMANIA}",
        (10037, 39.4, 29.3, 2819),
        (10037, 39.30, 29.24, 3085),
    ),
    "Hakata-Budapest by Lianyungang": (
        f"JP_HAK CN_LYT CN_CGO {XIAN} {KZ_TRUNK} {GEORGIA} {ROMANIA}",
        (12185, 49.5, 34.9, 3350),
        (12185, 49.40, 34.76, 3616),
    ),
    "Nagoya-Istanbul by Qingdao and Poti": (
        f"JP_NGO CN_TAO CN_CGO {XIAN} {KZ_TRUNK} {GEORGIA} TR_IST",
        (12309, 40.7, 29.0, 2818),
        (12309, 40.60, 28.86, 3084),
    ),
    "Dostyk-Brest": (
        NORTH,
        (5576, 7.8, 5.9, 1534),
        (5576, 7.85, 5.91, 1534),
    ),
    "Xi'an-Duisburg by the Northern route": (
        f"CN_XIY CN_LHW CN_URC CN_JIN CN_ALA {NORTH} PL_MAL PL_WAW DE_DUI",
        (9889, 21.3, 13.8, 2999),
        (9889, 21.32, 13.81, 2999),
    ),
    "Lianyungang-Alashankou": (
        "CN_LYT CN_CGO CN_XIY CN_LHW CN_URC CN_JIN CN_ALA",
        (4128, 8.8, 4.3, 888),
        (4128, 8.80, 4.30, 888),
    ),
    "Tashkent-Gebze by Aktau": (
        f"UZ_TAS UZ_NAV UZ_KUN KZ_BEI KZ_MAN KZ_AKTP AZ_ALA {TURKEY}",
        (5135, 23.2, 14.0, 1210),
        (5135, 23.10, 13.86, 1476),
    ),
    "Tashkent-Gebze by Turkmenbashi": (
        f"UZ_TAS UZ_NAV UZ_FAR TM_ASH TM_TUR AZ_ALA {TURKEY}",
        (4763, 25.4, 14.6, 1464),
        (4763, 25.40, 14.64, 1464),
    ),
}
