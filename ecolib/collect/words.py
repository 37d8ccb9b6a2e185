"""What a template says to the people who fill it in, in Chinese and English."""

from __future__ import annotations

#: How much a line is needed; the word stands in the sheet and is counted when it comes back.
NEEDS = {
    "required": ("必填", "required"),
    "optional": ("选填", "optional"),
    "standing": ("上年文件仍有效的免填", "not again if last year's document stands"),
    "finished": ("没有分项数据时填", "only without the figures above"),
    "monitoring": ("报监测原始数据的免填", "not if monitoring data are handed in"),
    "more": ("有第二份文件时填", "for a second document"),
}

HEADINGS = {
    "name": ("名称", "Name"),
    "demand": ("要求内容", "What is required"),
    "need": ("填报要求", "To be filled in"),
    "last_year": ("{year}年填报", "Handed in for {year}"),
}

TITLE = ("{county} {year}年{what}", "{county} {year}: {what}")
BOOK = (
    "国家生态文明建设示范县评估数据填报表",
    "figures for the national ecological civilization assessment",
)
#: Said above the lines; other tables say what the data dictionary has.
ABOUT = {
    "items": (
        "每行一个数，填全年或年末的数。没有的留空，不要估填。",
        "One figure a row, for the year or its end. Leave empty what is not known.",
    ),
    "documents": (
        "每条要求由哪份文件证明。只有陈述、没有文件的，文件名留空。",
        "Which document proves each requirement; without a document the title stays empty.",
    ),
}
LEGEND = (
    "浅黄色单元格由贵单位填写；灰色单元格已填好并锁定，不必改动。名称右上角有红色三角的，鼠标停留可看指标解释。",
    "Fill in the light yellow cells; grey cells are filled in and locked. "
    "A red corner on a name shows its definition.",
)
PAGE = ("第 &P 页，共 &N 页", "Page &P of &N")

INSTRUCTIONS = ("填报说明", "Instructions")
CONTACT = {
    "deadline": ("报送截止日期（由牵头单位填写）", "To be returned by (set by the leading office)"),
    "filled_by": ("填表人", "Filled in by"),
    "phone": ("联系电话", "Telephone"),
    "checked_by": ("审核人", "Checked by"),
    "filled_on": ("填表日期", "Date"),
}
OWNER = ("填报单位", "Responsible unit")
SHEETS = (("工作表", "内容", "必填行数"), ("Sheet", "Content", "Rows required"))
ANY = ("按实有条数填", "as many as there are")

RULES = (
    (
        "只填浅黄色单元格。“必填”的请尽量填全；“选填”的有数就填。",
        "Fill in the light yellow cells only: all that is required, and what else you have.",
    ),
    (
        "数值只填数字，单位在旁边的单元格里选。单位与上年不同没有关系，程序会换算。",
        "Write numbers alone and choose the unit beside them; another unit than last year's is "
        "converted.",
    ),
    (
        "单位是“%”的，93.5% 填 93.5，不填 0.935。",
        "Where the unit is %, write 93.5 for 93.5 %, not 0.935.",
    ),
    (
        "没有数据的留空（或填“—”），不要用 0 代替，也不要估填；确实为零的填 0。",
        "Leave empty (or write —) what is not known; never 0 in its place, never a guess. "
        "Write 0 where it truly is zero.",
    ),
    (
        "不接受“≥85”“约86”“85左右”“85以上”这样的写法：请填确切的数；只知道大概的留空，并在备注里说明。",
        '"≥85", "about 86", "some 85" are refused: write the exact figure; where only a rough one '
        "is known, leave the cell empty and say so in the note.",
    ),
    (
        "每个数请写明由哪份文件证明：文件名、文号、日期。日期写作 2020-01-31 或 2020-01。",
        "Name the document that proves each figure: title, number, date (2020-01-31 or 2020-01).",
    ),
    (
        "佐证材料：“是否成立”选“是”或“否”，“陈述”用一句话说明情况；没有文件的，文件名留空。"
        "只证明本年的，“年份”不动；长期有效的，清空“年份”并填有效期。",
        "Documents: choose yes or no, say in one sentence what is the case; without a document the "
        "title stays empty. Leave the year where it proves this year alone; clear it and give the "
        "validity where the document stands for several years.",
    ),
    (
        "行不够的，在末行之下接着填（年份、出处也要填）。可以调整行高列宽，也可以给文件改名；请不要删除隐藏的行、列和工作表，程序靠它们认出每一列。",
        "Where rows run out, go on below them (with year and position). Widen columns and rename the "
        "file as you like; do not delete hidden rows, columns "
        "or sheets, by which every column is recognised.",
    ),
    (
        "填好后存为 .xlsx 发回。要更正的，在本表上改好再发一次，以后一次为准。",
        "Save as .xlsx and send it back. To correct something, change it here and send it again; "
        "the last one counts.",
    ),
)

PROMPTS = {
    "number": (
        "只填数字，不写单位，不写“≥”“约”；没有数据请留空。",
        "A number alone; no unit, no ≥.",
    ),
    "year": ("填四位年份，如 {year}。", "A year of four digits, such as {year}."),
    "date": ("填日期，如 {year}-01-31。", "A day, such as {year}-01-31."),
    "time": ("填日期和时刻，如 {year}-01-31 13:00。", "Such as {year}-01-31 13:00."),
    "list": ("请从下拉框中选择。", "Choose from the list."),
    "unit": ("单位：{unit}。", "In {unit}. "),
    "from": ("不小于 {low}。", "At least {low}. "),
    "between": ("在 {low} 到 {high} 之间。", "From {low} to {high}. "),
}
REFUSED = ("填写不符合要求", "Not accepted")
YES_NO = (("是", "否"), ("yes", "no"))
FILLED_BY = ("{owner}{year}年填报", "handed in by {owner} for {year}")
DEFINITION = ("解释：", "Definition: ")
FINISHED = ("{name}（指标{number}成品值）", "{name} (indicator {number}, finished value)")
STANDING = ("（长期有效）", " (stands)")


def say(pair: tuple[str, str], lang: str, **values: object) -> str:
    """The sentence of a pair in a language, filled in."""
    return pair[0 if lang == "zh" else 1].format(**values)
