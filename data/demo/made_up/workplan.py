"""The fictional plan of work, handed in with the year 2019, and what was reported on it in 2020.

A table of rows is a text, a line a row, a bar between cells. Planted: phases that overlap, a step that
needs what is due later, a goal below what is reported, one with two terms, a project under two heads,
an indicator assigned in two ways, a unit outside the leading group; reports that are late, missing,
less than before, or finished with less than all.
"""

from __future__ import annotations

import hashlib

from ecolib.indicators.catalogue import default_list

PLAN_YEAR, REPORTED_YEAR = 2019, 2020

#: code | part of | name | content | deadline | lead
PROGRAMMES = """
P1||生态制度建设工程|建立健全各项制度|2020-12-31|ecology
P2||生态环境建设工程|水、大气、固体废物||ecology;housing
P2.1|P2|水污染防治工程|污水设施和河道治理||housing;water
P2.2|P2|大气污染防治工程|清洁能源和充电设施||ecology;transport
P2.3|P2|固体废物处理工程|垃圾设施||housing
P3||生态空间优化工程|自然保护地勘界立标||forestry
P4||生态经济建设工程|生态农业和节水灌溉||agriculture;water
P5||生态生活建设工程|农村环境整治|2020-12-31|rural_office;towns
P6||生态文化建设工程|宣传教育和文化设施||culture
"""
#: code | part of | name | quantity | unit | place | begin | deadline | lead | indicators | money | funds
PROJECTS = """
P1-1|P1|生态环境损害赔偿制度||||2019-01-01|2020-12-31|ecology|party_gov_deployment||
P1-2|P1|自然资源资产负债表||||2019-01-01|2020-12-31|statistics|party_gov_deployment||
P1-3|P1|“三线一单”编制||||2019-01-01|2020-06-30|ecology|ecological_redline||
P2.1-1|P2.1|镇级污水处理厂|4|座||2019-03-01|2020-10-31|housing|urban_sewage_rate|5200|县级财政、专项债券
P2.1-2|P2.1|污水管网|86.5|km||2019-03-01|2020-12-31|housing|urban_sewage_rate|3900|专项债券
P2.1-3|P2.1|青屿溪河道治理||||2019-01-01|2020-12-31|water|water_quality|1680|中央水利资金
P2.1-3a|P2.1-3|青屿溪：河道清淤|18.4|km|望潮镇|2019-01-01|2020-12-31|water|water_quality||
P2.1-3b|P2.1-3|青屿溪：护岸|12.6|km|望潮镇|2019-01-01|2020-12-31|water|water_quality||
P2.1-3c|P2.1-3|青屿溪：生态湿地|35|亩|白鹭镇|2019-01-01|2020-09-30|water|water_quality||
P2.2-1|P2.2|纯电动公交车|40|辆||2019-01-01|2020-12-31|transport|air_quality|4800|企业自筹
P2.2-2|P2.2|公共充电桩|120|个||2019-01-01|2020-11-30|transport|air_quality|600|企业自筹
P2.2-3|P2.2|VOCs企业摸排|26|家||2020-01-01|2020-05-31|ecology|air_quality||
P2.3-1|P2.3|农村垃圾收集点|210|个||2019-06-01|2020-08-31|housing|rural_waste_collection|315|县级财政
P2.3-2|P2.3|简易填埋场封场|3|个||2019-01-01|2019-12-31|housing|urban_waste_harmless_rate|740|省级专项
P3-1|P3|自然保护地勘界立标|4|处||2019-07-01|2020-10-31|forestry|nature_reserves|90|省级专项
P3-2|P3|望潮岭森林公园步道|9.5|km|望潮镇|||forestry|forest_grass_cover||
P4-1|P4|有机茶示范基地|1200|亩|云栖镇|2019-01-01|2020-12-31|agriculture|||
P4-2|P4|高效节水灌溉|0.6|万亩||2019-01-01|2020-06-30|water|water_per_gdp|900|中央水利资金
P5-1|P5|农村无害化厕所改造|2600|户||2019-01-01|2020-12-31|agriculture|rural_toilet_rate|780|县级财政
P5-2|P5|村庄污水设施|4|座||2019-03-01|2020-12-31|towns|urban_sewage_rate||
P6-1|P6|户外宣传牌|60|块||2020-01-01|2020-04-30|culture|public_participation|30|县级财政
P6-2|P6|村级文化室|24|间||2019-01-01|2020-12-31|culture|||
P6-3|P6|环境宣教基地|1|处||||culture|public_participation||
"""
#: code | part of | indicators | goal | measure | target | unit | deadline | lead
GOALS = """
G1|P2.1|urban_sewage_rate|城镇污水处理率|urban_sewage_rate|95|%|2020-12-31|housing
G2|P2.3|urban_waste_harmless_rate|城镇生活垃圾无害化处理率|urban_waste_harmless_rate|99|%|2020-12-31|housing
G3|P5|rural_toilet_rate|农村无害化厕所普及率|rural_toilet_rate|94|%|2020-12-31|agriculture
G4|P4|straw_use_rate|秸秆综合利用率|straw_use_rate|90|%|2020-12-31|agriculture
G5|P4|manure_use_rate|畜禽粪污综合利用率|manure_use_rate|85|%|2020-12-31|agriculture
G6|P2.2|air_quality|公交电动化率||80|%|2020-12-31|transport
G7|P5||村庄规划覆盖率||80|%|2020-06-30|natural_resources
G8|P5||村庄规划覆盖率||80|%|2020-12-31|natural_resources
G9|P6|public_participation|环境教育普及率||90|%||culture
"""
#: code | part of | step | deliverable | begin | deadline | lead | requires
MILESTONES = """
M||实施步骤|||||
M1|M|启动阶段||2019-01-01|2019-06-30||
M1-1|M1|制定实施方案|实施方案|2019-01-01|2019-03-31|government_office|
M1-2|M1|任务分解|任务分解表|2019-04-01|2019-06-30|government_office|M1-1
M2|M|攻坚阶段||2019-07-01|2020-09-30||
M2-1|M2|全面推进||2019-07-01|2020-03-31||
M2-1-1|M2-1|重点工程全部开工||2019-07-01|2019-12-31|government_office|
M2-2|M2|整改提高||2020-04-01|2020-09-30||
M2-2-1|M2-2|对照指标自查|自查报告|2020-04-01|2020-06-30|ecology|
M2-2-2|M2-2|模拟检查||2020-07-01|2020-08-31||M2-2-1
M3|M|达标阶段||2020-08-01|2020-12-31||
M3-1|M3|申报||2020-08-01|2020-10-31||
M3-1-1|M3-1|资料装订成册|档案|2020-08-01|2020-09-30|creation_office|M3-1-2
M3-1-2|M3-1|工作报告和技术报告|报告|2020-08-01|2020-10-31|ecology|
M3-2|M3|考核验收||2020-11-01|2020-12-31||
M3-2-1|M3-2|通过考核验收||2020-11-01|2020-12-31||M3-1-1;M3-1-2
"""
#: code | duty | every | day | times | lead
DUTIES = """
L1|向创建办报送实施进度|monthly|5||responsible_units
L2|召开领导小组会议|regular|||creation_office
L3|组织生态文明专题培训|yearly||2|party_organization
"""
#: role | post | unit; 县文广旅体局 has work and no seat, 县教育局 a seat and no work.
MEMBERS = """
组长|县委书记|
副组长|县长|
副组长|县委组织部部长|party_organization
成员|县委办公室主任|party_office
成员|县政府办公室主任|government_office
成员|县生态环境局局长|ecology
成员|县水利局局长|water
成员|县住房和城乡建设局局长|housing
成员|县自然资源局局长|natural_resources
成员|县林业局局长|forestry
成员|县农业农村局局长|agriculture
成员|县经济发展促进局局长|economy
成员|县统计局局长|statistics
成员|县卫生和健康局局长|health
成员|县应急管理局局长|emergency
成员|县交通运输局局长|transport
成员|县公安局局长|police
成员|县财政局局长|finance
成员|县河长办主任|river_chief
成员|县委农办主任|rural_office
成员|县广播电视台台长|broadcasting
成员|县教育局局长|education
成员|望潮镇镇长|望潮镇人民政府
成员|白鹭镇镇长|白鹭镇人民政府
成员|云栖镇镇长|云栖镇人民政府
"""

#: How each row went on: done so far by the end of January to December, empty where nothing was told;
#: `*` finished, `!` handed in after the fifth. Percent where the row has no quantity.
REPORTS = """
P1-1|20|25|30|35|40|45|55|60|70|80|90|100*
P1-2|10|10|15|15|20|20|25|25|30|30|35|40
P1-3|70|80|90|95|98|100*||||||
P2.1-1|2|2|2|3|3|3|3|3|4*|||
P2.1-2|40|44|48!|52|57|61!|65|69|74!|78|82|86.5*
P2.1-3a|6|7|8|9|10|11|12|13|14.5|16|17|18.4*
P2.1-3b|4|4.5|5|5.5|6.2|6|6.8|7.5|8.6|9.7|11|12.6*
P2.1-3c|10|12|15|20|24|28|30|32|33|33|34|35*
P2.2-1|18|20|22|24|26|28|30|32|34|36|38|40*
P2.2-2|60|66|72|78|84|90|96|100|106|112|118*|
P2.2-3|8|14|19|23|26*|||||||
P2.3-1|120|135|150|165|180|195|205|210*||||
P2.3-2|2|2|2|2|2|3*||||||
P3-1|1|1|1|1|2|2|2||||||
P4-1|700|740|800|850|900|950|1000|1050|1100|1150|1180|1200*
P4-2|0.4|0.45|0.5|0.55|0.58|0.6*||||||
P5-1|1500|1600|1700|1820|1930|2050|2160|2270|2380|2490|2560|2600*
P5-2|1|1|1|1|2|2|2|2|2|3|3|3
P6-1|10|25|40|60*||||||||
P6-2|9|10||||12|14|15|||18|19
G1|||||||||||95*|
G6|55|58|60|63|66|69|72|75|77|79|80*|
M1-1|100*|||||||||||
M1-2|100*|||||||||||
M2-1-1|100*|||||||||||
M2-2-1||||30|70|100*||||||
M3-1-2||||||||20|60|100*||
"""
#: indicator | code | title | number | issuer | date | pages | file
EVIDENCE = """
urban_sewage_rate|P2.1-1|镇级污水处理厂竣工验收意见|青建验〔2020〕虚构3号|青屿县住房和城乡建设局|2020-09-28|6|29-2020-01.txt
water_per_gdp|P4-2|高效节水灌溉项目验收意见||青屿县水利局|2020-06-29|4|21-2020-01.txt
public_participation|P6-1|户外宣传牌安装记录||青屿县文化广电旅游体育局|2020-04-28|2|
urban_waste_harmless_rate|P2.3-2|简易填埋场封场验收意见|青建验〔2020〕虚构2号|青屿县住房和城乡建设局|2020-07-15|5|
rural_waste_collection|P2.3-1|农村垃圾收集点验收单||青屿县住房和城乡建设局|2020-09-02|12|30-2020-01.txt
eco_plan||青屿县人大常委会关于批准生态文明建设规划的决定（虚构）|青人常〔2016〕虚构4号|青屿县人大常委会|2016-03-24|3|01-2016-01.txt
"""


def papers() -> dict[str, str]:
    """The files on record, by name, and what is in them."""
    found = (row for row in _table(EVIDENCE, 8) if row[7])
    return {row[7]: f"虚构文件：{row[2]}\n" for row in found}


def rows(table: str, year: int) -> list[dict[str, str]]:
    """The rows of a table of the plan that were handed in for a year."""
    if year == PLAN_YEAR:
        return _PLAN[table]() if table in _PLAN else []
    reported = {"progress": _progress, "evidence": _evidence}
    return reported.get(table, list)() if year == REPORTED_YEAR else []


def _table(text: str, width: int) -> list[list[str]]:
    return [
        [*cells, *[""] * (width - len(cells))]
        for cells in (line.split("|") for line in text.strip().split("\n"))
    ]


def _named(text: str, *columns: str) -> list[dict[str, str]]:
    """Rows by column; a term as printed beside each deadline, and where a row stands."""
    found = []
    for number, cells in enumerate(_table(text, len(columns)), start=1):
        row = dict(zip(columns, cells, strict=True))
        if row.get("deadline"):
            row["term"] = f"{row['deadline'][:4]}年{int(row['deadline'][5:7])}月底前"
        found.append(row | {"position": f"虚构实施方案 第{number}行"})
    return found


def _tasks() -> list[dict[str, str]]:
    """Two lists of work for each indicator; for one of them the second names other units."""
    found = []
    for entry in default_list().top_level:
        for annex in (2, 3):
            other = annex == 3 and entry.id == "household_waste_use"
            found.append(
                {
                    "code": f"{annex}-{entry.number}",
                    "indicator": entry.id,
                    "task": f"做好“{entry.zh.title}”相关工作" if annex == 2 else f"收集“{entry.zh.title}”档案资料",
                    "deadline": "2020-09-30" if annex == 3 else "",
                    "term": "2020年9月底前" if annex == 3 else "",
                    "lead": ";".join(entry.owner),
                    "support": "towns" if other else ";".join(entry.supports),
                    "position": f"虚构附件{annex} 第{entry.number}项",
                }
            )  # fmt: skip
    return found


#: Of whose tasks of annex 3 nothing was told; those of the others go on month by month to September.
SILENT = ("finance", "economy")


def _reports() -> list[list[str]]:
    monthly = [str(11 * month) for month in range(1, 9)] + ["100*", "", "", ""]
    tasks = [row for row in _tasks() if row["deadline"] and row["lead"] not in SILENT]
    return [*_table(REPORTS, 13), *([row["code"], *monthly] for row in tasks)]


def _progress() -> list[dict[str, str]]:
    """A row for each month told of; most are handed in before the fifth of the next month."""
    tables = ("projects", "goals", "milestones", "tasks")
    lead = {row["code"]: row["lead"].split(";")[0] for name in tables for row in _PLAN[name]()}
    found = []
    for code, *months in _reports():
        for month, told in enumerate(months, start=1):
            if not told:
                continue
            # The fourth, the third or the second, always the same for one row and month; late ones on
            # the ninth.
            day = 2 + hashlib.sha256(f"{code}{month}".encode()).digest()[0] % 3
            after = (REPORTED_YEAR, month + 1) if month < 12 else (REPORTED_YEAR + 1, 1)
            reported = f"{after[0]}-{after[1]:02}-{9 if '!' in told else day:02}"
            found.append(
                {
                    "code": code,
                    "month": f"{REPORTED_YEAR}-{month:02}",
                    "reported": reported,
                    "done": told.rstrip("*!"),
                    "state": "finished" if "*" in told else "under_way",
                    "who": lead[code],
                    "position": f"虚构月报 {REPORTED_YEAR}年{month}月",
                }
            )
    return sorted(found, key=lambda row: (row["month"], row["code"]))


def _evidence() -> list[dict[str, str]]:
    columns = ("indicator", "code", "title", "number", "issuer", "date", "pages", "attachment")
    found = _named(EVIDENCE, *columns)
    return [row | {"position": row["position"].replace("实施方案", "佐证目录")} for row in found]


_PLAN = {
    "programmes": lambda: _named(
        PROGRAMMES, "code", "part_of", "programme", "content", "deadline", "lead"
    ),
    "projects": lambda: _named(
        PROJECTS, "code", "part_of", "project", "quantity", "unit", "place", "begin", "deadline",
        "lead", "indicators", "money", "funds",
    ),
    "tasks": _tasks,
    "goals": lambda: [
        row | {"sense": "at_least"}
        for row in _named(
            GOALS, "code", "part_of", "indicators", "goal", "measure", "target", "unit", "deadline",
            "lead",
        )
    ],
    "milestones": lambda: _named(
        MILESTONES, "code", "part_of", "step", "deliverable", "begin", "deadline", "lead", "requires"
    ),
    "duties": lambda: _named(DUTIES, "code", "duty", "every", "day", "times", "lead"),
    "members": lambda: _named(MEMBERS, "role", "post", "unit"),
}  # fmt: skip
