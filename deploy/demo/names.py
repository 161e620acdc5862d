"""Invented names: of roads in Chinese and English, and of people."""

from random import Random

from pypinyin import lazy_pinyin

EAST_WEST = (
    "人民路",
    "西直街",
    "南湖路",
    "解放路",
    "和平路",
    "文昌街",
    "北山路",
    "滨江北路",
    "滨江南路",
    "学府街",
    "兴业街",
    "青年街",
    "友谊街",
    "光明街",
    "复兴街",
    "新华街",
    "朝阳街",
    "永安街",
    "健康街",
    "长乐街",
    "团结街",
    "胜利街",
    "平湖街",
    "丰收街",
)
NORTH_SOUTH = (
    "建设路",
    "澜桥路",
    "东湖路",
    "育才街",
    "中兴路",
    "体育场路",
    "望江路",
    "劳动路",
    "工人街",
    "桂花街",
    "梧桐街",
    "银杏街",
    "石榴街",
    "海棠街",
    "紫藤街",
    "翠竹街",
    "松柏街",
    "玉兰街",
    "茶亭街",
    "药师街",
    "盐仓街",
    "米市街",
    "铜桥街",
    "书院街",
    "灯塔街",
    "渡口街",
)
LANE_ROOTS = "柳井磨杏桃槐榆枫莲荷菊梅兰竹松柏云月星泉石鹤雁鹭鱼渔樵耕织染陶瓦砖窑仓米豆茶酒醋糖盐油"
LANE_SECONDS = "树水坊花园溪塘桥亭台弄门墙湾坡坞埠圩"
_SUFFIXES = (
    ("快速路", "Expressway"),
    ("国道", "National Highway"),
    ("高速", "Motorway"),
    ("大桥", "Bridge"),
    ("匝道", "Ramp"),
    ("路", "Road"),
    ("街", "Street"),
    ("巷", "Lane"),
)
_SIDES = {"东": "East", "西": "West", "南": "South", "北": "North"}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN_FIRST = "建志国文海德永春明晓家立俊伟宏新玉秀丽淑雅嘉思子天宇浩雨若静慧"
_GIVEN_SECOND = "华军平强峰林生波辉杰涛斌刚勇宁安成山民庆芳英敏洁燕玲琴娟红霞兰萍梅云月然"


def english(name: str) -> str:
    """An English name for a Chinese road name: `环城西路` is Huancheng Road West, `澜江大桥` is Lanjiang Bridge."""
    for suffix, word in _SUFFIXES:
        if name.endswith(suffix):
            root = name[: -len(suffix)]
            side = ""
            if len(root) > 2 and root[-1] in _SIDES:
                root, side = root[:-1], f" {_SIDES[root[-1]]}"
            return f"{''.join(lazy_pinyin(root)).capitalize()} {word}{side}"
    return "".join(lazy_pinyin(name)).capitalize()


def lane_names(rng: Random) -> list[str]:
    """All names that lanes may have, shuffled; each once."""
    names = [f"{root}{second}巷" for root in LANE_ROOTS for second in LANE_SECONDS if root != second]
    rng.shuffle(names)
    return names


def people(rng: Random, count: int) -> list[str]:
    """Invented names of people, none twice."""
    found: dict[str, None] = {}
    while len(found) < count:
        given = rng.choice(_GIVEN_FIRST) + (rng.choice(_GIVEN_SECOND) if rng.random() < 0.8 else "")
        found[rng.choice(_SURNAMES) + given] = None
    return list(found)
