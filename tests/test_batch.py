"""Many counties and years: the command in processes of its own, real kills, one data set whatever
the way it came about."""

import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import time

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import COLD, HEARING
from commands import ecolib as command
from conftest import NO_FORK, trial_county
from trial import HAZARDOUS, STRAW, project, write_notebook

import ecolib
from ecolib.assess import dataset, exploring
from ecolib.assess.opening import open_case
from ecolib.errors import DataError, RunError
from ecolib.runner import batch as batches
from ecolib.texts import LANGS

posix = pytest.mark.skipif(os.name != "posix", reason="ends processes by POSIX signals")
faults = pytest.mark.faults
COUNTIES, YEARS = ("anshan", "beihe", "changhu"), (2018, 2019)
ASKED = ("--all", "--years", "2018-2019", "--results-only")


def provincial(case, counties=COUNTIES):
    """The project of a trial county as one of several: each hands in a little more waste than the
    one before, and for two years."""
    raw = case.root / "data/trial/raw/2019"
    for number, name in enumerate(counties):
        shutil.copy(case.root / "params/trial.yml", case.root / f"params/{name}.yml")
        for year in YEARS:
            folder = case.root / f"data/{name}/raw/{year}"
            folder.mkdir(parents=True)
            lines = (raw / "items.csv").read_text(encoding="utf-8")
            lines = lines.replace("67.517", f"{67.517 + number}").replace("2019", str(year))
            (folder / "items.csv").write_text(lines, encoding="utf-8")
    (case.root / "params/trial.yml").unlink()
    shutil.rmtree(case.root / "data/trial")
    return case.root


@pytest.fixture
def province(tiny):
    """The folder of a project of three counties."""
    return provincial(tiny(2019, items=[*HAZARDOUS, STRAW]))


@pytest.fixture
def again(finished, tmp_path):
    """A copy of it with its data set."""
    return shutil.copytree(finished, tmp_path / "again")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The same with its data set; to be read only."""
    root = tmp_path_factory.mktemp("finished")
    root = provincial(trial_county(root, 2019, items=[*HAZARDOUS, STRAW]))
    finish(root)
    return root


def start(root, *options, asked=ASKED, **env):
    return subprocess.Popen(
        [*COLD, "batch", *asked, *options],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
        **HEARING,
    )


def finish(root, *options, code=0, asked=ASKED):
    """Run to the end; what was printed."""
    done = command("batch", *asked, *options, cwd=root)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def digest(root):
    """The bytes of the data set."""
    folder = root / dataset.FOLDER
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    assert files, "no data set"
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }


def leftovers(root):
    return list((root / "outputs").rglob(".task-*"))


def results(root, **only):
    return dataset.read("results", folder=root / dataset.FOLDER, **only)


# --- what is in the data set ----------------------------------------------------------------------


def test_a_county_year_says_what_evaluating_it_says(finished):
    found = results(finished).set_index(["county", "year", "indicator"])
    # 100 × 66.12 / (67.517 + 1 + 3.193) = 6612 / 71.71 of the second county, in either year.
    assert found["value"]["beihe", 2018, "hazardous_waste_rate"] == pytest.approx(6612 / 71.71)
    assert found["verdict"]["beihe", 2018, "hazardous_waste_rate"] == "not_met"
    for county in COUNTIES:
        case = open_case(county, 2019, root=finished)
        for result in (p for r in case.evaluate_all() for p in (r, *r.parts)):
            row = found.loc[county, 2019, result.indicator]
            assert (row["verdict"], row["number"]) == (result.verdict.status, result.number)
            assert row["reason_zh"] == result.verdict.reason("zh")
            assert row["value"] == result.value or pd.isna(row["value"]) and pd.isna(result.value)


def test_inputs_keep_their_printed_digits_and_their_place(finished):
    inputs = dataset.read("inputs", folder=finished / dataset.FOLDER, counties=["anshan"])
    row = inputs.set_index(["year", "item"]).loc[2019, "hw_used_disposed"]
    assert (row["printed"], row["digits"], row["value"]) == ("66.12", 4, 66.12)
    # Half a unit of the last printed digit of 66.12.
    assert row["rounding"] == pytest.approx(0.005)
    assert row["file"] == "data/anshan/raw/2019/items.csv"


def test_series_and_needs_lie_beside_the_results(finished):
    folder = finished / dataset.FOLDER
    series = dataset.read("series", folder=folder, counties=["changhu"], years=[2019])
    waste = series[series["indicator"] == "hazardous_waste_rate"].set_index("of_year")
    # 100 × 66.12 / (67.517 + 2 + 3.193) = 6612 / 72.71, in both years.
    assert waste["value"].to_dict() == pytest.approx({2018: 6612 / 72.71, 2019: 6612 / 72.71})
    needs = dataset.read("needs", folder=folder, years=[2019])
    of_plan = needs[needs["indicator"] == "eco_plan"]
    assert set(of_plan["kind"]) == {"document"} and set(of_plan["county"]) == set(COUNTIES)
    assert set(needs["year"]) == {2019}


def test_readers_of_parquet_read_it(finished):
    folder = finished / dataset.FOLDER / "results"
    assert len(pd.read_parquet(folder)) == len(results(finished))
    files = f"{folder}/*/*.parquet"
    for name, count in {
        "polars": lambda m: (
            m.scan_parquet(files, hive_partitioning=True)
            .filter(m.col("year") == 2018)
            .collect()
            .height
        ),
        "duckdb": lambda m: m.sql(
            f"select count(*) from read_parquet('{files}', hive_partitioning=true) where year=2018"
        ).fetchone()[0],
    }.items():
        try:
            module = __import__(name)
        except ImportError:  # neither is needed to develop this library
            continue
        assert count(module) == len(results(finished, years=[2018])) > 0


def test_the_files_say_what_they_stand_on(finished):
    path = finished / dataset.FOLDER / "notes/year=2018/data.parquet"
    told = json.loads(pq.read_schema(path).metadata[dataset.KEY])
    assert (told["table"], told["year"], told["failed"]) == ("notes", 2018, [])
    states = {c: batches.results_of(finished, c, 2018) for c in COUNTIES}
    assert told["states"] == states and told["library"] == batches.library()
    assert told["versions"]["pandas"] == pd.__version__
    assert dataset.provenance(finished / dataset.FOLDER)["states"][2018] == states


def test_without_a_data_set_the_reader_says_how_one_is_made(tmp_path):
    with pytest.raises(DataError, match="ecolib batch --all"):
        dataset.read("results", folder=tmp_path)
    with pytest.raises(DataError, match="ecolib batch --all"):
        dataset.provenance(tmp_path)


# --- only what has to be done ---------------------------------------------------------------------


def done(printed):
    """(done, up to date, failed) of the closing line."""
    line = next(line for line in printed.splitlines() if "county-years done" in line)
    return tuple(int(word) for word in line.replace(",", "").split() if word.isdigit())


def test_only_what_changed_is_done_again(again):
    before = digest(again)
    assert done(finish(again)) == (0, 6, 0)
    items = again / "data/beihe/raw/2019/items.csv"
    good = items.read_text(encoding="utf-8")
    items.write_text(good.replace("66.12", "71.71"), encoding="utf-8")
    # 2018 does not read the folder of 2019.
    assert done(finish(again)) == (1, 5, 0)
    changed = results(again).set_index(["county", "year", "indicator"])["value"]
    assert changed["beihe", 2019, "hazardous_waste_rate"] == pytest.approx(100.0)
    assert changed["beihe", 2018, "hazardous_waste_rate"] == pytest.approx(6612 / 71.71)
    items.write_text(good, encoding="utf-8")
    assert done(finish(again)) == (1, 5, 0)
    assert digest(again) == before
    assert done(finish(again, "--force")) == (6, 0, 0)
    assert digest(again) == before


def test_the_table_of_an_analyst_is_read_from_the_data_set_where_nothing_changed(
    province, monkeypatch
):
    wanted = (["changhu", "anshan"], [2019, 2018])
    worked_out = {lang: ecolib.results(*wanted, lang, root=province) for lang in LANGS}
    finish(province)
    with monkeypatch.context() as patch:
        patch.setattr(exploring, "open_case", lambda *given, **more: pytest.fail("was worked out"))
        for lang in LANGS:
            read = ecolib.results(*wanted, lang, root=province)
            pd.testing.assert_frame_equal(read, worked_out[lang])
    items = province / "data/changhu/raw/2019/items.csv"
    items.write_text(items.read_text(encoding="utf-8").replace("66.12", "72.71"), encoding="utf-8")
    now = ecolib.results(*wanted, root=province).set_index(["county", "year", "indicator"])["value"]
    # 100 x 72.71 of 72.71; 2018 stands in the data set as it was.
    assert now["changhu", 2019, "hazardous_waste_rate"] == pytest.approx(100.0)
    assert now["changhu", 2018, "hazardous_waste_rate"] == pytest.approx(6612 / 72.71)


def test_the_data_set_holds_what_was_asked_for(again):
    finish(again, asked=("beihe", "--years", "2019", "--results-only"))
    found = results(again)
    assert set(found["county"]) == {"beihe"} and set(found["year"]) == {2019}
    assert done(finish(again)) == (0, 6, 0), "parts of what was not asked for are kept"
    assert set(results(again)["county"]) == set(COUNTIES)


@faults
def test_a_part_that_is_not_whole_is_made_again(province):
    finish(province)
    before = digest(province)
    part = province / dataset.FOLDER.parent / "parts/2018/beihe.arrow"
    whole = part.read_bytes()
    for damaged in (whole[:-1], whole[:40], b"", whole[:100] + b"\0" + whole[101:]):
        part.write_bytes(damaged)
        assert done(finish(province)) == (1, 5, 0)
        assert digest(province) == before
    # Of the right checksum, and no part at all: somebody made it.
    for made in (
        b"nothing of ours",
        stream({}),
        stream({b"ecolib": b"[]"}),
        stream({b"ecolib": b"{"}),
    ):
        part.write_bytes(made + hashlib.sha256(made).digest())
        assert done(finish(province)) == (1, 5, 0)
        assert digest(province) == before
    table = province / dataset.FOLDER / "results/year=2018/data.parquet"
    table.write_bytes(table.read_bytes()[:-1])
    assert done(finish(province)) == (0, 6, 0)
    assert digest(province) == before
    table.unlink()
    assert done(finish(province)) == (0, 6, 0)
    assert digest(province) == before


def stream(metadata):
    """A table as Arrow streams it, that says this of itself."""
    buffer, table = io.BytesIO(), pa.table({"a": [1]}).replace_schema_metadata(metadata)
    with pa.ipc.new_stream(buffer, table.schema) as opened:
        opened.write_table(table)
    return buffer.getvalue()


# --- failures -------------------------------------------------------------------------------------


@faults
def test_a_county_that_cannot_be_read_stops_no_other(province):
    finish(province)
    before = digest(province)
    params = province / "params/beihe.yml"
    good = params.read_text(encoding="utf-8")
    params.write_text(good.replace("base_year: 2015", "base_year: soon"), encoding="utf-8")
    told = finish(province, code=1)
    assert done(told) == (0, 4, 2) and "✗ beihe 2018:" in told and "base_year" in told
    assert set(results(province)["county"]) == {"anshan", "changhu"}
    notes = dataset.read("notes", folder=province / dataset.FOLDER, counties=["beihe"])
    assert set(notes["role"]) == {"failure"} and "beihe.yml" in notes["file"].iloc[0]
    assert dataset.provenance(province / dataset.FOLDER)["failed"] == {
        year: ["beihe"] for year in YEARS
    }
    assert done(finish(province, code=1)) == (0, 4, 2), "what failed is tried again"
    params.write_text(good, encoding="utf-8")
    assert done(finish(province)) == (2, 4, 0)
    assert digest(province) == before


def test_what_cannot_be_asked_for_is_told_in_a_sentence(province):
    assert "name counties, or give --all" in finish(province, code=2, asked=("--years", "2019"))
    nothing = finish(province, code=2, asked=("--all", "--years", "2019-2018"))
    assert "“2019-2018” is no years" in nothing
    assert "“3/2” is no shard" in finish(province, "--shard", "3/2", code=2)


def test_another_run_of_the_same_shard_is_refused(province):
    asked = batches.Batch(province, COUNTIES, YEARS)
    with batches.locked(asked.folder / "shards/1-of-1"):
        assert "another process is writing these results" in finish(province, code=2)
        with pytest.raises(RunError):
            batches.run(asked)


@faults
def test_what_cannot_be_written_is_told_and_done_later(province):
    finish(province)
    before = digest(province)
    part = province / dataset.FOLDER.parent / "parts/2018/beihe.arrow"
    part.unlink()
    part.mkdir()
    told = finish(province, code=1)
    assert "✗ beihe 2018: beihe.arrow:" in told and "1 of 6 county-years have no up-to-date" in told
    part.rmdir()
    assert done(finish(province)) == (1, 5, 0)
    assert digest(province) == before and not leftovers(province)


# --- the same bytes by every way ------------------------------------------------------------------


def test_shards_give_the_data_set_of_one_run(province, finished):
    told = finish(province, "--shard", "2/2")
    # The first and third county are the first shard's, the second is the second's.
    assert "4 of 6 county-years have no up-to-date results yet" in told
    assert not (province / dataset.FOLDER).exists()
    finish(province, "--shard", "1/2")
    assert digest(province) == digest(finished)


@faults
def test_shards_at_once_give_the_data_set_of_one_run(province):
    finish(province)
    before = digest(province)
    shutil.rmtree(province / "outputs")
    shards = [start(province, "--shard", f"{n}/3") for n in (1, 2, 3)]
    assert [shard.wait(timeout=240) for shard in shards] == [0, 0, 0]
    assert digest(province) == before and not leftovers(province)


@pytest.mark.slow
def test_without_fork_the_bytes_are_the_same(province, finished):
    out, _ = start(province, **NO_FORK).communicate(timeout=240)
    assert done(out) == (6, 0, 0)
    assert digest(province) == digest(finished)


def everyone(process):
    whole = psutil.Process(process.pid)
    return [whole, *whole.children(recursive=True)]


@posix
@pytest.mark.parametrize(
    "kills",
    [pytest.param(2, marks=faults), pytest.param(10, marks=pytest.mark.slow)],
    ids=lambda k: f"{k}-kills",
)
def test_a_killed_batch_resumes_to_the_same_bytes(tiny, kills):
    names = [f"county{n:02}" for n in range(30)]
    root = provincial(tiny(2019, items=[*HAZARDOUS, STRAW]), names)
    began = time.monotonic()
    finish(root)
    length, before = time.monotonic() - began, digest(root)
    shutil.rmtree(root / "outputs")
    chance, there = random.Random(20201129), 0
    for _ in range(kills):
        process = start(root)
        time.sleep(chance.uniform(0.2, 1.0) * length)
        family = everyone(process) if process.poll() is None else []
        process.kill()
        process.wait()
        left = psutil.wait_procs(family, timeout=10)[1]
        assert all(p.status() == psutil.STATUS_ZOMBIE for p in left)
        parts = list((root / dataset.FOLDER.parent).glob("parts/*/*.arrow"))
        assert len(parts) >= there, "what was done stays done"
        assert all(dataset.about(part.read_bytes()) for part in parts)
        there = len(parts)
        if there == 2 * len(names):
            shutil.rmtree(root / "outputs")  # begin from nothing again
            there = 0
    finish(root)
    assert digest(root) == before and not leftovers(root)


def test_a_part_without_all_tables_is_made_again(again):
    whole = digest(again)
    part = next((again / dataset.FOLDER.parent).glob("parts/2018/beihe.arrow"))
    told, alone = dataset.about(part.read_bytes()), io.BytesIO()
    first = dataset.TABLES["results"].with_metadata({dataset.KEY: json.dumps(told)})
    with pa.ipc.new_stream(
        alone, first
    ):  # its checksum is right, the other four tables are not there
        pass
    part.write_bytes(alone.getvalue() + hashlib.sha256(alone.getvalue()).digest())
    assert "1" in finish(again)
    assert digest(again) == whole and dataset.about(part.read_bytes()) == told


@posix
@faults
def test_a_process_that_is_killed_takes_no_year_with_it(tiny):
    names = [f"county{n:02}" for n in range(20)]
    root = provincial(tiny(2019, items=[*HAZARDOUS, STRAW]), names)
    process = start(root)
    killed = 0
    while process.poll() is None and killed < 3:
        below = everyone(process)[1:] if process.poll() is None else []
        for grandchild in below[1:2]:  # the first is the warm process that forks them
            grandchild.kill()
            killed += 1
        time.sleep(0.02)
    out, told = process.communicate(timeout=240)
    assert killed == 3 and process.returncode == 0, told
    assert done(out) == (40, 0, 0)


@posix
@pytest.mark.parametrize(
    "sent", [pytest.param(signal.SIGTERM, marks=faults), signal.SIGINT], ids=lambda s: s.name
)
def test_a_batch_that_is_ended_leaves_no_process_behind(tiny, sent):
    root = provincial(tiny(2019, items=[*HAZARDOUS, STRAW]), [f"county{n:02}" for n in range(40)])
    process = start(root)
    parts = root / dataset.FOLDER.parent / "parts"
    while process.poll() is None and not list(parts.glob("*/*.arrow")):
        time.sleep(0.02)
    family = everyone(process)
    process.send_signal(sent)
    _, told = process.communicate(timeout=20)
    assert process.returncode and "Traceback" not in told
    left = psutil.wait_procs(family, timeout=10)[1]
    assert all(p.status() == psutil.STATUS_ZOMBIE for p in left)


# --- with notebooks -------------------------------------------------------------------------------


@pytest.mark.slow
def test_with_notebooks_each_county_year_is_a_run(tiny):
    root = provincial(project(tiny), COUNTIES[:2])
    asked = ("--all", "--years", "2019", "--lang", "en")
    assert done(finish(root, asked=asked)) == (2, 0, 0)
    for county in COUNTIES[:2]:
        out = root / f"outputs/{county}/2019"
        assert (out / "indicators/eco_plan/analysis.en.html").is_file()
        assert {t["status"] for t in json.loads((out / "run.json").read_text())["tasks"]} == {"ok"}
    assert done(finish(root, asked=asked)) == (0, 2, 0)
    items = root / "data/beihe/raw/2019/items.csv"
    items.write_text(items.read_text().replace("66.12", "66.13"))
    write_notebook(root / "notebooks/evidence.ipynb", ["1 / (county == 'beihe' and 1 or 0)"])
    told = finish(root, asked=asked, code=1)
    assert done(told) == (1, 0, 1)
    assert "✗ anshan 2019: eco_plan: ZeroDivisionError" in told
